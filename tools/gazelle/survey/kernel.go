package survey

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/locate"
)

// kernelVersion tells whether a directory is the top of a kernel's source
// tree, and which version.
func kernelVersion(dir string) (kernel.MakefileVersion, bool) {
	v, ok := locate.SourceVersion(dir)
	// Debian's package of the headers common to all flavours has no Kbuild.
	return v, ok && (IsFile(filepath.Join(dir, "Kbuild")) || IsFile(filepath.Join(dir, kernel.KconfigHeader)))
}

// LocalVersion is what the localversion* files of a source tree add to its
// release.
func LocalVersion(dir string) string {
	names, _ := filepath.Glob(filepath.Join(dir, "localversion*"))
	slices.Sort(names)
	v := ""
	for _, n := range names {
		if !strings.HasSuffix(n, "~") {
			v += strings.Join(strings.Fields(head(n)), "")
		}
	}
	return v
}

// BuiltArches returns the architectures that a kernel was prepared for in a
// directory, none when it is no object tree.
func BuiltArches(dir string) []string {
	if !IsFile(filepath.Join(dir, kernel.AutoConfHeader)) || !IsFile(filepath.Join(dir, kernel.AutoConf)) {
		return nil
	}
	return locate.BuiltArches(dir)
}

// archDirs returns the architectures below arch/, sorted.
func archDirs(dir string) []string {
	ents, _ := os.ReadDir(filepath.Join(dir, "arch"))
	var out []string
	for _, e := range ents {
		if e.IsDir() && slices.Contains(kernel.Arches, e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out
}

// BuiltRelease is the release that an object tree says, as the kheaders
// program reads it: what `uname -r` will say first.
func BuiltRelease(dir string) string {
	return kernel.Release(func(file string) string { return head(filepath.Join(dir, file)) })
}

// sourceOf returns the source tree that an object tree was made from: make
// O=… leaves a link, and a Makefile that includes the other. "" if neither
// tells.
func sourceOf(dir string) string {
	if to, err := os.Readlink(filepath.Join(dir, "source")); err == nil {
		return Absolute(dir, to)
	}
	for _, line := range strings.Split(head(filepath.Join(dir, "Makefile")), "\n") {
		if of, ok := strings.CutPrefix(strings.TrimSpace(line), "include "); ok && filepath.Base(of) == "Makefile" {
			return Absolute(dir, filepath.Dir(strings.TrimSpace(of)))
		}
	}
	return ""
}

// isProjectsOutput tells whether a directory is one that another project which
// uses Kbuild was built in.
func isProjectsOutput(dir string) bool {
	if !IsFile(filepath.Join(dir, kernel.AutoConf)) {
		return false
	}
	source := sourceOf(dir)
	return source != "" && locate.IsProject(source)
}

// AsksForKheaders tells whether the configuration of one of the object trees
// has CONFIG_IKHEADERS; if there is none, whether a defconfig or a fragment of
// the architecture has it.
func AsksForKheaders(dir, arch string, objtrees ...string) bool {
	var files []string
	for _, o := range objtrees {
		files = append(files, filepath.Join(o, kernel.AutoConf))
	}
	if len(files) == 0 {
		files, _ = filepath.Glob(filepath.Join(dir, "kernel/configs/*.config"))
		filepath.WalkDir(filepath.Join(dir, "arch", arch, "configs"), func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, name)
			}
			return nil
		})
	}
	return slices.ContainsFunc(files, func(name string) bool {
		f, _, err := infile.Open(name)
		if err != nil {
			return false
		}
		defer f.Close()
		config, err := kernel.ReadConfig(f)
		return err == nil && slices.Contains([]string{"y", "m"}, config["CONFIG_IKHEADERS"])
	})
}
