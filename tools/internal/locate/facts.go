package locate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// SourceVersion tells whether a directory has the Makefile and the directories of
// a kernel's sources, and of which version they are. What other projects have
// by the same names does not count.
func SourceVersion(dir string) (kernel.MakefileVersion, bool) {
	v, ok := kernel.ParseTopMakefile(readSmall(dir, kernel.Makefile))
	if !ok || !isDir(dir, "arch") {
		return v, false
	}
	if !isDir(dir, "include") {
		return v, true
	}
	return v, slices.ContainsFunc([]string{"linux", "uapi", "asm-generic", "generated", "config"}, func(below string) bool { return isDir(dir, "include/"+below) })
}

// IsProject tells whether a directory is the top of another project that uses
// Kbuild or Kconfig as a kernel does, such as a boot loader.
func IsProject(dir string) bool {
	if !isDir(dir, "arch") || !isFile(dir, kernel.Makefile) {
		return false
	}
	if _, ok := SourceVersion(dir); ok {
		return false
	}
	_, versioned := kernel.ParseMakefile(readSmall(dir, kernel.Makefile))
	return versioned || isFile(dir, "Kconfig") || isFile(dir, "Config.in")
}

// BuiltArches returns the architectures that headers were generated for in a
// directory, sorted: those that a kernel was built for there. User-mode Linux
// generates headers of the machine's architecture as well, and is um alone.
func BuiltArches(dir string) []string {
	var out []string
	for _, a := range kernel.Arches {
		if isDir(dir, "arch/"+a+"/include/generated") {
			out = append(out, a)
		}
	}
	if slices.Contains(out, "um") {
		if c, err := kernel.ReadConfig(strings.NewReader(readSmall(dir, kernel.AutoConf))); err == nil && c["CONFIG_UML"] == "y" {
			return []string{"um"}
		}
	}
	slices.Sort(out)
	return out
}

// archOf returns the SRCARCH of a kernel that is configured. Headers are
// generated below arch/ for the one it was built for; where there are several,
// from builds before, the .config decides.
func archOf(k *Kernel, asked string) (string, error) {
	if asked != "" {
		arch, err := kernel.ParseArch(asked)
		if err == nil && !isDir(k.Srctree, "arch/"+arch) {
			err = fmt.Errorf("%q has no arch/%s: name the architecture that the kernel was built for by --arch", k.Srctree, arch)
		}
		return arch, err
	}
	found := BuiltArches(k.Built())
	if len(found) == 1 {
		return found[0], nil
	}
	if arch, err := kernel.ParseArch(kernel.ConfigArch(readSmall(k.Built(), ".config"))); err == nil && isDir(k.Srctree, "arch/"+arch) {
		return arch, nil
	}
	if len(found) > 1 {
		return "", fmt.Errorf("%q was built for several architectures (%s): name one by --arch", k.Built(), strings.Join(found, ", "))
	}
	return "", fmt.Errorf("%q does not say what architecture it was built for: name it by --arch", k.Built())
}

// release reads what the rules take as the kernel release.
func release(built string) string {
	return kernel.Release(func(file string) string { return readSmall(built, file) })
}

func isDir(elem ...string) bool {
	st, err := os.Stat(filepath.Join(elem...))
	return err == nil && st.IsDir()
}

func isFile(elem ...string) bool {
	st, err := os.Stat(filepath.Join(elem...))
	return err == nil && st.Mode().IsRegular()
}

// readSmall returns the first 512 KiB of a regular file, "" where there is
// none.
func readSmall(elem ...string) string {
	path := filepath.Join(elem...)
	if !isFile(path) { // a pipe would keep us waiting
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 512<<10))
	if err != nil {
		return ""
	}
	return string(b)
}

// readFile reads what readSmall does; what is no regular file is not there.
func readFile(path string) ([]byte, error) {
	if !isFile(path) {
		return nil, os.ErrNotExist
	}
	return []byte(readSmall(path)), nil
}
