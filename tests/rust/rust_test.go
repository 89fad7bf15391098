// Package rust builds a module in Rust from an archive of a kernel that has it.
package rust

import (
	"debug/elf"
	"embed"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// try runs a program, and returns what it says.
func try(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	layer := filepath.Join(filepath.Dir(runfile.Path(t, "RUST")), "bin")
	cmd.Env = []string{"PATH=" + layer + ":/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TMPDIR=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	return string(out), err
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := try(t, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// archive is one that was made of the prepared tree.
type archive struct{ file, manifest string }

// pack makes an archive.
func pack(t *testing.T, name string, flags ...string) archive {
	t.Helper()
	a := archive{filepath.Join(t.TempDir(), name+".tgz"), filepath.Join(t.TempDir(), name+".tsv")}
	run(t, runfile.Path(t, "KHEADERS"), append([]string{
		"archive", "--arch=x86", "--profile=modules", "--strip=comments", "--tree-archive=" + runfile.Path(t, "PREPARED"), "--output=" + a.file, "--manifest=" + a.manifest,
	}, flags...)...)
	return a
}

// rows are the files of the archive: the columns of its manifest.
func (a archive) rows(t *testing.T) [][]string {
	t.Helper()
	b, err := os.ReadFile(a.manifest)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(line, "#") && len(f) > 5 {
			out = append(out, f)
		}
	}
	return out
}

// unpack unpacks the archive and returns the directory.
func (a archive) unpack(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	run(t, "tar", "-xf", a.file, "-C", dir)
	return dir
}

func (a archive) size(t *testing.T) int64 {
	t.Helper()
	st, err := os.Stat(a.file)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}

// build builds our module from an unpacked archive, and returns what make says
// and the module's path.
func build(t *testing.T, tree string) (said, ko string, err error) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range []string{"Kbuild", "rust_counter.rs"} {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(runfile.Path(t, "MODULE")), f))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said, err = try(t, "make", "-C", tree, "M="+dir, "ARCH=x86", "modules")
	return said, filepath.Join(dir, "rust_counter.ko"), err
}

// checkModule looks whether a module is one in Rust for the kernel.
func checkModule(t *testing.T, ko, tree string) {
	t.Helper()
	f, err := elf.Open(ko)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Section(".modinfo").Data()
	if err != nil {
		t.Fatal(err)
	}
	uts, err := os.ReadFile(filepath.Join(tree, "include/generated/utsrelease.h"))
	if err != nil {
		t.Fatal(err)
	}
	release := regexp.MustCompile(`UTS_RELEASE "(.*)"`).FindSubmatch(uts)
	if release == nil || !strings.Contains(string(info), "vermagic="+string(release[1])+" ") {
		t.Errorf("the module is of another kernel: %q", info)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	ofKernel := 0
	for _, s := range symbols {
		if s.Section == elf.SHN_UNDEF && strings.HasPrefix(s.Name, "_RN") {
			ofKernel++
		}
	}
	if ofKernel == 0 {
		t.Error("the module uses nothing of the kernel's crate")
	}
}

// prepared skips a test where there is no tree.
func prepared(t *testing.T) {
	if why := strings.TrimSpace(string(runfile.Read(t, "WHY"))); why != "" {
		t.Skip("Debian has no Rust for this kernel: " + why)
	}
}

func TestModule(t *testing.T) {
	prepared(t)
	without, keep, stripped := pack(t, "without"), pack(t, "keep", "--rust"), pack(t, "stripped", "--rust", "--host-tools=stripped")
	for _, a := range []archive{without, keep, stripped} {
		t.Logf("%s: %d bytes, tgz %d", filepath.Base(a.file), sum(a.rows(t), t), a.size(t))
	}
	for _, f := range stripped.rows(t) {
		if strings.HasSuffix(f[0], ".so") && f[2] != f[3] {
			t.Errorf("%s: stripped from %s to %s bytes, of which rustc reads all", f[0], f[2], f[3])
		}
	}
	for _, a := range []archive{keep, stripped} {
		run(t, runfile.Path(t, "KHEADERS"), "verify", a.file)
		tree := a.unpack(t)
		said, ko, err := build(t, tree)
		if err != nil {
			t.Fatalf("%s: %v\n%s", a.file, err, said)
		}
		checkModule(t, ko, tree)
		if a == keep {
			load(t, ko)
		}
	}
}

//go:embed load.sh
var scripts embed.FS

// load boots Debian's kernel, and loads the module.
func load(t *testing.T, ko string) {
	t.Helper()
	machine.Machine{
		Arch:    "x86",
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		Init:    machine.Scripts(t, scripts, "load.sh"),
		Files:   map[string]machine.File{"/rust_counter.ko": {Path: ko}},
	}.Run(t)
}

// sum is the size of an archive's files.
func sum(rows [][]string, t *testing.T) (n int64) {
	t.Helper()
	for _, f := range rows {
		size := int64(0)
		for _, c := range f[3] {
			size = size*10 + int64(c-'0')
		}
		n += size
	}
	return n
}

// TestWithout shows what a build says that was not asked for Rust, and that
// explain tells of it what to do.
func TestWithout(t *testing.T) {
	prepared(t)
	said, _, err := build(t, pack(t, "without", "--level=1").unpack(t))
	if err == nil {
		t.Fatalf("a module in Rust builds without Rust:\n%s", said)
	}
	missing := regexp.MustCompile(`(?:include/generated/rustc_cfg|scripts/target\.json)`).FindString(said)
	if missing == "" {
		t.Fatalf("rustc does not say which file it misses:\n%s", said)
	}
	out, _ := try(t, runfile.Path(t, "KHEADERS"), "explain", "--arch=x86", "--profile=modules", "--tree-archive="+runfile.Path(t, "PREPARED"), missing)
	if !strings.Contains(out, "to take what modules in Rust are built with, set rust (--rust)") {
		t.Errorf("explain %s: %s", missing, out)
	}
}

// TestEachIsNeeded takes away one file after the other that is taken for Rust
// alone: no module builds, though from all of them one does.
func TestEachIsNeeded(t *testing.T) {
	prepared(t)
	a := pack(t, "all", "--rust", "--level=1")
	tree := a.unpack(t)
	if said, _, err := build(t, tree); err != nil {
		t.Fatalf("no module builds from all of it: %v\n%s", err, said)
	}
	tried := 0
	for _, f := range a.rows(t) {
		path := f[0]
		switch {
		case !strings.HasPrefix(f[4], "profiles/rust.table:"), strings.HasSuffix(path, ".toml"):
			continue
		case path == "rust/kernel/generated_arch_static_branch_asm.rs":
			continue // our module has no static key
		}
		tried++
		if err := os.Rename(filepath.Join(tree, path), filepath.Join(tree, "away")); err != nil {
			t.Fatal(err)
		}
		if said, _, err := build(t, tree); err == nil {
			t.Errorf("a module builds without %s:\n%s", path, said)
		}
		if err := os.Rename(filepath.Join(tree, "away"), filepath.Join(tree, path)); err != nil {
			t.Fatal(err)
		}
	}
	if tried < 14 {
		t.Errorf("%d files are taken for Rust, want 14 or more", tried)
	}
}

// TestPackages asks for Rust of Debian's packages, whose kernel has it.
func TestPackages(t *testing.T) {
	args := []string{"select", "--arch=x86", "--profile=modules", "--rust", "--manifest=" + filepath.Join(t.TempDir(), "x")}
	for _, p := range runfile.Paths(t, "PACKAGES") {
		args = append(args, "--tree-archive="+p)
	}
	out, err := try(t, runfile.Path(t, "KHEADERS"), args...)
	if want := regexp.MustCompile(`scripts/target\.json or rust/target\.json, rust/libcore\.rmeta, rust/libcompiler_builtins\.rmeta and \d+ more files are missing .*: run "make prepare" in the kernel with CONFIG_RUST`); err == nil || !want.MatchString(out) {
		t.Errorf("%v, %s", err, out)
	}
}
