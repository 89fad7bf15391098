package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
)

// TestVersion shows that both modules have the version of the programs, which
// is the one that init writes.
func TestVersion(t *testing.T) {
	for name, path := range map[string]string{
		"rules_kheaders":       runfile.Or(t, "RULES_MODULE", "../../rules/MODULE.bazel"),
		"rules_kheaders_tools": "../../MODULE.bazel",
	} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := "    name = \"" + name + "\",\n    version = \"" + ruleset.Version + "\",\n"; !strings.Contains(string(b), want) {
			t.Errorf("%s is not of version %s", name, ruleset.Version)
		}
	}
	b, err := os.ReadFile("../../MODULE.bazel")
	if want := "name = \"rules_kheaders\", version = \"" + ruleset.Version + "\""; err != nil || !strings.Contains(string(b), want) {
		t.Errorf("rules_kheaders_tools does not depend on version %s of the rules (%v)", ruleset.Version, err)
	}
}

// TestKernelDir shows where the running kernel stands in for a directory: the
// error names it where there is none, and it is the result where there is one.
func TestKernelDir(t *testing.T) {
	root := t.TempDir()
	module := filepath.Join(root, "module")
	for name, content := range map[string]string{"module/Kbuild": "obj-m := a.o\n", "MODULE.bazel": "", "other/README": ""} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ dir, profile, want, wantProfile string }{
		{"", "", "/lib/modules/", ""},
		{root, "", "/lib/modules/", ""},
		{module, "", "/lib/modules/", "modules"},
		{module, "rfc", "/lib/modules/", "rfc"},
		{filepath.Join(root, "other"), "", filepath.Join(root, "other"), ""},
	} {
		o := &initOptions{dir: c.dir, profile: c.profile}
		got, err := o.kernelDir(root)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) || o.profile != c.wantProfile {
			t.Errorf("%+v: got %q with profile %q", c, got, o.profile)
		}
	}
}

func TestDebianKernel(t *testing.T) {
	for _, c := range []struct{ arch, src, attr string }{
		{"amd64", "x86", ""},
		{"x86", "x86", ""},
		{"i386", "x86", "i386"},
		{"arm64", "arm64", "arm64"},
	} {
		o := &initOptions{suite: "trixie", arch: c.arch}
		var k bazelfile.Kernel
		src, err := o.debianKernel(&k)
		if err != nil || src != c.src || k.Attrs["arch"] != c.attr || k.Attrs["suite"] != "trixie" {
			t.Errorf("%s: got %q, %+v, %v", c.arch, src, k, err)
		}
	}
}

func TestInTmp(t *testing.T) {
	tmp, err := os.MkdirTemp("/tmp", "kheaders.*")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(tmp, link); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{tmp: true, link: true, "/usr": false, "/gone": false} {
		if got := inTmp(dir); got != want {
			t.Errorf("%s: got %v", dir, got)
		}
	}
}
