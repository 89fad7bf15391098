package gazelle

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rules_kheaders/tools/internal/kernel"
)

// head returns the first 64 KiB of a file, "" when it cannot be read.
func head(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 64<<10)
	n, _ := f.Read(b)
	return string(b[:n])
}

func isFile(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular()
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func isDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

// makefileVersion returns the version that a kernel's top Makefile sets, such
// as "6.1.176" or "6.2.0-rc3"; "" when it sets none, for it is another's
// Makefile then.
func makefileVersion(text string) string {
	set := map[string]string{}
	for sc := bufio.NewScanner(strings.NewReader(text)); sc.Scan(); {
		name, value, ok := strings.Cut(sc.Text(), "=")
		switch name = strings.TrimSpace(name); name {
		case "VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION":
			if _, seen := set[name]; ok && !seen {
				set[name] = strings.TrimSpace(value)
			}
		}
	}
	if set["VERSION"] == "" || set["PATCHLEVEL"] == "" {
		return ""
	}
	v := set["VERSION"] + "." + set["PATCHLEVEL"]
	if set["SUBLEVEL"] != "" {
		v += "." + set["SUBLEVEL"]
	}
	return v + set["EXTRAVERSION"]
}

// kernelVersion tells whether a directory is the top of a kernel's source
// tree, and which version.
func kernelVersion(dir string) (string, bool) {
	// Debian's package of the headers common to all flavours has no Kbuild.
	if !isDir(filepath.Join(dir, "arch")) || !isFile(filepath.Join(dir, "Kbuild")) && !isFile(filepath.Join(dir, "include/linux/kconfig.h")) {
		return "", false
	}
	v := makefileVersion(head(filepath.Join(dir, "Makefile")))
	return v, v != ""
}

// localVersion is what the localversion* files of a source tree add to its
// release.
func localVersion(dir string) string {
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

// builtArches returns the architectures that a kernel was prepared for in a
// directory, none when it is no object tree.
func builtArches(dir string) []string {
	if !isFile(filepath.Join(dir, "include/generated/autoconf.h")) || !isFile(filepath.Join(dir, "include/config/auto.conf")) {
		return nil
	}
	var out []string
	for _, a := range archDirs(dir) {
		if isDir(filepath.Join(dir, "arch", a, "include/generated")) {
			out = append(out, a)
		}
	}
	return out
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

// builtRelease is the release that an object tree says, as the kheaders
// program reads it: what `uname -r` will say first.
func builtRelease(dir string) string {
	if _, rest, ok := strings.Cut(head(filepath.Join(dir, "include/generated/utsrelease.h")), "UTS_RELEASE \""); ok {
		if r, _, ok := strings.Cut(rest, "\""); ok {
			return r
		}
	}
	return strings.TrimSpace(head(filepath.Join(dir, "include/config/kernel.release")))
}

// sourceOf returns the source tree that an object tree was made from: make
// O=… leaves a link, and a Makefile that includes the other. "" if neither
// tells.
func sourceOf(dir string) string {
	if to, err := os.Readlink(filepath.Join(dir, "source")); err == nil {
		return absolute(dir, to)
	}
	for _, line := range strings.Split(head(filepath.Join(dir, "Makefile")), "\n") {
		if of, ok := strings.CutPrefix(strings.TrimSpace(line), "include "); ok && filepath.Base(of) == "Makefile" {
			return absolute(dir, filepath.Dir(strings.TrimSpace(of)))
		}
	}
	return ""
}

func absolute(dir, name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		return real
	}
	return filepath.Clean(name)
}

// asksForKheaders tells whether the configuration of one of the object trees
// has CONFIG_IKHEADERS; if there is none, whether a defconfig or a fragment of
// the architecture has it.
func asksForKheaders(dir, arch string, objtrees ...string) bool {
	var files []string
	for _, o := range objtrees {
		files = append(files, filepath.Join(o, "include/config/auto.conf"))
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
		b, err := os.ReadFile(name)
		if err != nil {
			return false
		}
		for line := range strings.Lines(string(b)) {
			if line = strings.TrimSpace(line); line == "CONFIG_IKHEADERS=y" || line == "CONFIG_IKHEADERS=m" {
				return true
			}
		}
		return false
	})
}
