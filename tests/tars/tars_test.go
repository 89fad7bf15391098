// Package tars opens archives of each format with the tar programs that are
// about: GNU's, libarchive's, busybox's and toybox's.
package tars

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// program is a tar, and the formats it opens by itself with the given flags;
// others are decompressed for it.
type program struct {
	name string
	args []string
	self map[string]string
}

// fromPackage unpacks a Debian package and returns a file of it.
func fromPackage(t *testing.T, env, path string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("dpkg-deb", "-x", runfile.Path(t, env), dir).CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v\n%s", env, err, out)
	}
	for _, p := range []string{path, "usr/" + path} {
		if _, err := os.Stat(filepath.Join(dir, p)); err == nil {
			return filepath.Join(dir, p)
		}
	}
	t.Fatalf("the package of %s has no %s", env, path)
	return ""
}

func TestPrograms(t *testing.T) {
	programs := []program{
		{"GNU tar", []string{"tar"}, map[string]string{"tar": "-xf", "tgz": "-xzf", "tar.bz2": "-xjf", "tar.zst": "--zstd -xf", "tar.xz": "-xJf"}},
		{"GNU tar, format found out", []string{"tar"}, map[string]string{"tar": "-xf", "tgz": "-xf", "tar.bz2": "-xf", "tar.zst": "-xf", "tar.xz": "-xf"}},
		{"bsdtar", []string{"bsdtar"}, map[string]string{"tar": "-xf", "tgz": "-xf", "tar.bz2": "-xf", "tar.zst": "-xf", "tar.xz": "-xf"}},
		{"busybox tar", []string{fromPackage(t, "BUSYBOX", "bin/busybox"), "tar"}, map[string]string{"tar": "-xf", "tgz": "-xzf", "tar.bz2": "-xjf", "tar.xz": "-xJf"}},
		{"toybox tar", []string{fromPackage(t, "TOYBOX", "bin/toybox"), "tar"}, map[string]string{"tar": "-xf", "tgz": "-xzf", "tar.bz2": "-xjf", "tar.xz": "-xJf"}},
	}
	kheaders := runfile.Path(t, "KHEADERS")
	archives := strings.Fields(os.Getenv("ARCHIVES"))
	if len(archives) != 10 {
		t.Fatalf("%d archives, want 10: %q", len(archives), archives)
	}
	for _, a := range archives {
		path := runfile.At(t, a)
		_, format, _ := strings.Cut(filepath.Base(path), ".")
		// What we unpack ourselves is what the others have to.
		ours := filepath.Join(t.TempDir(), "ours")
		if out, err := exec.Command(kheaders, "extract", path, "--unpack="+ours).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want := list(t, ours)
		if len(want) < 20 {
			t.Fatalf("%s holds no more than %d files", a, len(want))
		}
		for _, p := range programs {
			t.Run(p.name+"/"+filepath.Base(path), func(t *testing.T) {
				dir := t.TempDir()
				p.unpack(t, path, format, dir)
				compare(t, want, list(t, dir))
			})
		}
	}
}

func (p program) unpack(t *testing.T, path, format, dir string) {
	t.Helper()
	flags := strings.Fields(p.self[format])
	var in bytes.Buffer
	if len(flags) == 0 {
		// By its standard input: zstd refuses links, which runfiles are.
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		zstd := exec.Command("zstd", "-dcq")
		zstd.Stdin, zstd.Stdout = f, &in
		if err := zstd.Run(); err != nil {
			t.Fatal(err)
		}
		flags, path = []string{"-xf"}, "-"
	}
	args := append(append(append([]string{}, p.args[1:]...), flags...), path)
	cmd := exec.Command(p.args[0], args...)
	cmd.Dir, cmd.Stdin = dir, &in
	// The C locale, in which bsdtar refuses PAX names that are not ASCII.
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// list tells of each file below dir its mode and content.
func list(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		all[rel] = fmt.Sprintf("%v %x", st.Mode(), sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func compare(t *testing.T, want, got map[string]string) {
	t.Helper()
	for p, w := range want {
		if g := got[p]; g != w {
			t.Errorf("%q: %q, want %q", p, g, w)
		}
	}
	for p := range got {
		if want[p] == "" {
			t.Errorf("%q is not in the archive", p)
		}
	}
}
