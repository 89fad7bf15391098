// Package makecalls compares what make does for an external module in the
// directory of an unpacked archive with what it does in the kernel's own
// packages.
package makecalls

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// module are the sources of an external module with a directory below it and a
// program beside it.
var module = map[string]string{
	"Kbuild": "obj-m := x.o sub/\nx-y := main.o counter.o\nuserprogs-always-y := client\n",
	"main.c": `/**
 * x_next - count
 * @by: how far
 */
int x_next(int by);
#include <linux/module.h>
static int __init x_init(void)
{
	return x_next(1) == 0;
}
module_init(x_init);
MODULE_DESCRIPTION("x");
MODULE_LICENSE("GPL");
`,
	"counter.c":  "#include <linux/atomic.h>\nint x_next(int by);\nint x_next(int by)\n{\n\tstatic atomic_t n;\n\treturn atomic_add_return(by, &n);\n}\n",
	"client.c":   "int main(void)\n{\n\treturn 0;\n}\n",
	"sub/Kbuild": "obj-m := y.o\n",
	"sub/y.c":    "#include <linux/module.h>\nMODULE_DESCRIPTION(\"y\");\nMODULE_LICENSE(\"GPL\");\n",
}

// call is one call of make. Calls of one kernel follow each other in the same
// directories.
type call struct {
	name string
	args []string
	// on are the kernels that it is tried on, "" for all.
	on string
	// works are the kernels on which it succeeds, "" for all: in both places, or
	// in neither.
	works string
	// makes is a file that there is then, by its path below the module.
	makes string
	// without removes what earlier calls have built.
	without bool
	// quiet leaves the output out of the comparison: with V=1 make shows the
	// paths of two trees in the one place, of one tree in the other.
	quiet bool
}

// CHECKER stands for a program that checks a source, MODULE for the directory of
// the module, OUT for one below it.
var calls = []call{
	{name: "help", args: []string{"help"}, on: "6_1 newest"},
	{name: "kernelrelease", args: []string{"kernelrelease"}},
	{name: "modules V=1", args: []string{"modules", "V=1"}, makes: "x.ko", quiet: true},
	{name: "modules", args: []string{"modules"}, makes: "client"},
	{name: "modules W=1", args: []string{"modules", "W=1"}, makes: "sub/y.ko"},
	{name: "modules_install", args: []string{"modules_install", "INSTALL_MOD_PATH=MODULE/installed", "DEPMOD=/bin/true", "KERNELRELEASE=test"}, makes: "installed/lib/modules/test", on: "6_1 newest"},
	{name: "compile_commands.json", args: []string{"compile_commands.json"}, works: "none"},
	{name: "nsdeps", args: []string{"nsdeps"}, works: "none", on: "6_1 newest"},
	{name: "coccicheck", args: []string{"coccicheck", "MODE=report"}, works: "none", on: "6_1 newest"},
	{name: "clean", args: []string{"clean"}, on: "6_1 newest"},
	{name: "main.i", args: []string{"main.i"}, makes: "main.i", on: "6_1 newest"},
	{name: "main.s", args: []string{"main.s"}, makes: "main.s", on: "6_1 newest"},
	{name: "main.o", args: []string{"main.o"}, makes: "main.o", on: "6_1 newest"},
	{name: "counter.o C=1", args: []string{"counter.o", "C=1", "CHECK=CHECKER"}, makes: "checked", on: "6_1"},
	// Here make asks whether the checker knows its flags, and does without.
	{name: "counter.o C=1", args: []string{"counter.o", "C=1", "CHECK=CHECKER"}, makes: "counter.o", on: "newest"},
	{name: "counter.lst", args: []string{"counter.lst"}, makes: "counter.lst"},
	{name: "sub/", args: []string{"sub/"}, makes: "sub/y.o", on: "6_1 newest"},
	{name: "x.ko", args: []string{"x.ko"}, makes: "x.ko", on: "6_1 newest"},
	{name: "MO=", args: []string{"modules", "MO=OUT"}, makes: "out/x.ko", on: "newest", without: true},
}

// place is where make is called, with a module of its own.
type place struct {
	tree, module string
	// hide has what differs by nature between two places: their paths.
	hide *strings.Replacer
}

func newPlace(t *testing.T, tree string, paths ...string) *place {
	p := &place{tree: tree, module: t.TempDir()}
	p.write(t)
	pairs := []string{p.module, "MODULE"}
	for _, dir := range append(paths, tree) {
		pairs = append(pairs, dir+"/", "", dir, "TREE")
	}
	// From an archive, which is one tree, make names files from there.
	pairs = append(pairs, " ./", " ")
	p.hide = strings.NewReplacer(pairs...)
	return p
}

// write writes the module, with nothing built.
func (p *place) write(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(p.module); err != nil {
		t.Fatal(err)
	}
	for name, text := range module {
		writeFile(t, filepath.Join(p.module, name), text, 0o644)
	}
	checker := "#!/bin/sh\necho checked >" + p.module + "/checked\n"
	writeFile(t, filepath.Join(p.module, "checker"), checker, 0o755)
}

func writeFile(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// result is what a call did.
type result struct {
	status int
	output []string
	files  []string
}

func (p *place) call(t *testing.T, c call) result {
	t.Helper()
	if c.without {
		p.write(t)
	}
	args := []string{"-C", p.tree, "M=" + p.module, "ARCH=x86", "CC=gcc"}
	in := strings.NewReplacer("CHECKER", p.module+"/checker", "MODULE", p.module, "OUT", p.module+"/out")
	for _, a := range c.args {
		args = append(args, in.Replace(a))
	}
	cmd := exec.Command("make", args...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TMPDIR=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	var r result
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.status = exit.ExitCode()
	} else if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	r.output = p.normal(out)
	r.files = files(t, p.module)
	return r
}

var (
	// lineNumber is that of a makefile, in messages.
	lineNumber = regexp.MustCompile(`(Makefile[^: ]*):\d+`)
	// level is how many makes have called each other: where srctree and objtree
	// are two, there is one more, which says that the other one failed.
	level   = regexp.MustCompile(`(?m)^make\[\d+\]: `)
	subMake = regexp.MustCompile(`(?m)^make: \*\*\* \[.*__sub-make\] Error \d+\n?`)
)

// normal returns the lines of an output without what differs between places.
func (p *place) normal(out []byte) []string {
	text := lineNumber.ReplaceAllString(p.hide.Replace(string(out)), "$1")
	text = subMake.ReplaceAllString(level.ReplaceAllString(text, "make: "), "")
	return strings.Split(strings.TrimSpace(text), "\n")
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func listed(list, kernel string) bool {
	return list == "" || slices.Contains(strings.Fields(list), kernel)
}

// TestCalls makes every call in both places, and wants the same result.
func TestCalls(t *testing.T) {
	archive, packages := archivePlace(t), packagesPlace(t)
	kernel, made := os.Getenv("KERNEL"), 0
	for _, c := range calls {
		if !listed(c.on, kernel) {
			continue
		}
		made++
		got, want := archive.call(t, c), packages.call(t, c)
		switch {
		case (want.status == 0) != listed(c.works, kernel):
			t.Errorf("make %s in the packages' tree: status %d\n%s", c.name, want.status, strings.Join(want.output, "\n"))
		case got.status != want.status:
			t.Errorf("make %s from the archive: status %d, in the packages' tree %d\n%s", c.name, got.status, want.status, strings.Join(got.output, "\n"))
			continue
		}
		if d := difference(got.files, want.files); d != "" {
			t.Errorf("make %s makes other files: %s", c.name, d)
		}
		if d := difference(got.output, want.output); d != "" && !c.quiet {
			t.Errorf("make %s says something else: %s", c.name, d)
		}
		if c.makes != "" && want.status == 0 {
			if !slices.Contains(want.files, c.makes) {
				t.Errorf("make %s makes no %s: %q", c.name, c.makes, want.files)
			} else if filepath.Ext(c.makes) == ".ko" {
				sameModule(t, filepath.Join(archive.module, c.makes), filepath.Join(packages.module, c.makes))
			}
		}
	}
	if made < 5 {
		t.Errorf("%d calls on kernel %q", made, kernel)
	}
}

// difference tells of lines that one of two lists has alone.
func difference(got, want []string) string {
	var out []string
	for _, l := range got {
		if !slices.Contains(want, l) {
			out = append(out, "+"+l)
		}
	}
	for _, l := range want {
		if !slices.Contains(got, l) {
			out = append(out, "-"+l)
		}
	}
	return strings.Join(out, "\n")
}

// sameModule compares what a kernel looks at before it loads a module.
func sameModule(t *testing.T, a, b string) {
	t.Helper()
	var facts [2]string
	for i, path := range []string{a, b} {
		f, err := elf.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		for _, s := range f.Sections {
			facts[i] += s.Name + " "
			if s.Name == ".modinfo" || s.Name == "__versions" {
				data, err := s.Data()
				if err != nil {
					t.Error(err)
				}
				facts[i] += fmt.Sprintf("%q ", bytes.TrimRight(data, "\x00"))
			}
		}
		f.Close()
	}
	for _, section := range strings.Fields(os.Getenv("SECTIONS")) {
		if !slices.Contains(strings.Fields(facts[0]), section) {
			t.Errorf("%s of the archive has no section %s: %s", filepath.Base(a), section, facts[0])
		}
	}
	if facts[0] != facts[1] {
		t.Errorf("%s of the archive is\n%s\nthat of the packages' tree\n%s", filepath.Base(a), facts[0], facts[1])
	}
}

func unpack(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

func archivePlace(t *testing.T) *place {
	t.Helper()
	tree := t.TempDir()
	unpack(t, "tar", "-xf", runfile.Path(t, "ARCHIVE"), "-C", tree)
	return newPlace(t, tree)
}

// packagesPlace unpacks the packages. The objtree names the srctree by the path
// that it is installed at, and Debian's .kernelvariables the compiler that the
// packages were built with.
func packagesPlace(t *testing.T) *place {
	t.Helper()
	root := t.TempDir()
	for _, p := range runfile.Paths(t, "PACKAGES") {
		unpack(t, "dpkg-deb", "-x", p, root)
	}
	srctree, objtree := one(t, root, "*-common"), one(t, root, "*-amd64")
	makefile := filepath.Join(objtree, "Makefile")
	text, err := os.ReadFile(makefile)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, makefile, strings.ReplaceAll(string(text), "/usr/src/", root+"/usr/src/"), 0o644)
	if err := os.Remove(filepath.Join(objtree, ".kernelvariables")); err != nil {
		t.Fatal(err)
	}
	return newPlace(t, objtree, srctree)
}

func one(t *testing.T, root, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "usr/src/linux-headers-"+name))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d of linux-headers-%s, want one", len(found), name)
	}
	return found[0]
}
