// Package determinism builds everything twice, in two ways that differ in all
// that must not matter, and compares the bytes.
package determinism

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// world is one machine's way of doing things.
type world struct {
	dir     string // where outputs go
	inputs  string // where the copies of the inputs are
	reverse bool
	umask   string
	env     []string
}

func worlds(t *testing.T) []*world {
	t.Helper()
	one := &world{dir: t.TempDir(), inputs: t.TempDir(), umask: "022",
		env: []string{"TZ=UTC", "LANG=C", "GOMAXPROCS=1", "USER=one", "HOME=/", "PATH=/usr/bin:/bin"}}
	two := &world{dir: filepath.Join(t.TempDir(), "another name", strings.Repeat("long", 20)), inputs: filepath.Join(t.TempDir(), "in puts"), umask: "077", reverse: true,
		env: []string{"TZ=Asia/Kathmandu", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=7", "USER=two", "HOME=/tmp", "PATH=/bin:/usr/bin", "SOURCE_DATE_EPOCH=12345"}}
	for _, d := range []string{two.dir, two.inputs} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return []*world{one, two}
}

// run runs a program with the world's umask and environment.
func (w *world) run(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", append([]string{"-c", "umask " + w.umask + ` && exec "$0" "$@"`, program}, args...)...)
	cmd.Dir, cmd.Env = w.dir, w.env
	if out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{}); err != nil {
		t.Fatalf("%s %q: %v\n%s", program, args, err, out)
	}
}

// input copies a file or directory into the world: under another name, its
// files made in another order, at another time, with the world's umask.
func (w *world) input(t *testing.T, name, from string) string {
	t.Helper()
	to := filepath.Join(w.inputs, name)
	if w.reverse {
		to = filepath.Join(w.inputs, "copy of "+name)
	}
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		f := files[i]
		if w.reverse {
			f = files[len(files)-1-i]
		}
		rel, _ := filepath.Rel(from, f)
		w.copy(t, filepath.Join(to, rel), f)
	}
	return to
}

func (w *world) copy(t *testing.T, to, from string) {
	t.Helper()
	st, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	mode := st.Mode().Perm() | 0o044
	if w.reverse {
		mode = st.Mode().Perm() &^ 0o077
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	when := time.Unix(1_000_000_000, 0)
	if w.reverse {
		when = when.AddDate(20, 0, 0)
	}
	if err := os.Chtimes(to, when, when); err != nil {
		t.Fatal(err)
	}
}

// flags puts inputs in the world's order.
func (w *world) flags(inputs []string, more ...string) []string {
	in := append([]string(nil), inputs...)
	if w.reverse {
		for i, j := 0, len(in)-1; i < j; i, j = i+1, j-1 {
			in[i], in[j] = in[j], in[i]
		}
		return append(append([]string(nil), more...), in...)
	}
	return append(in, more...)
}

func compare(t *testing.T, ws []*world, names ...string) {
	t.Helper()
	for _, n := range names {
		a, err := os.ReadFile(filepath.Join(ws[0].dir, n))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(ws[1].dir, n))
		if err != nil {
			t.Fatal(err)
		}
		if len(a) == 0 || !bytes.Equal(a, b) {
			t.Errorf("%s: %d and %d bytes, which differ or are none", n, len(a), len(b))
		}
	}
}

// TestPackages reads the header packages of a real kernel.
func TestPackages(t *testing.T) {
	tool, packages := runfile.Path(t, "KHEADERS"), runfile.Paths(t, "PACKAGES")
	ws := worlds(t)
	for _, w := range ws {
		var inputs []string
		for i, p := range packages {
			inputs = append(inputs, fmt.Sprintf("--input=archive\t@linux//:%d.deb\t\t%s", i, w.input(t, fmt.Sprint(i, ".deb"), p)))
		}
		for _, c := range []struct{ format, strip, profile, level string }{
			{"tgz", "comments", "headers", "0"}, {"tar.zst", "minify", "modules", "0"}, {"tar.bz2", "none", "headers", "0"},
			{"tar.xz", "comments", "headers", "1"}, {"tar", "comments_keep_license", "rfc", "0"},
		} {
			w.run(t, tool, append([]string{"archive"}, w.flags(inputs, "--arch=x86", "--profile="+c.profile, "--format="+c.format, "--strip="+c.strip, "--level="+c.level,
				"--output=k."+c.format, "--manifest=k."+c.format+".tsv", "--stats=k."+c.format+".json")...)...)
		}
	}
	for _, f := range []string{"tgz", "tar.zst", "tar.bz2", "tar.xz", "tar"} {
		compare(t, ws, "k."+f, "k."+f+".tsv", "k."+f+".json")
	}
}

// TestDirectories reads a srctree and an objtree, and goes on to the module's
// source.
func TestDirectories(t *testing.T) {
	tool, mini := runfile.Path(t, "KHEADERS"), filepath.Dir(runfile.Paths(t, "MINI")[0])
	ws := worlds(t)
	for _, w := range ws {
		inputs := []string{
			"--input=src\t//k:src\t\t" + w.input(t, "src", filepath.Join(mini, "srctree")),
			"--input=gen\t//k:obj\t\t" + w.input(t, "obj", filepath.Join(mini, "objtree")),
		}
		set := w.flags(inputs, "--arch=x86", "--profile=modules")
		w.run(t, tool, append([]string{"select", "--manifest=set.tsv"}, set...)...)
		w.run(t, tool, append([]string{"archive", "--output=k.tgz", "--stats=k.json"}, set...)...)
		w.run(t, tool, "embed", "--archive=k.tgz", "--output=kheaders_data.h")
		w.run(t, tool, "module", "--stats=k.json", "--source=kheaders.c", "--kbuild=Kbuild", "--kconfig=Kconfig")
		w.run(t, tool, "size", "--stats=k.json", "--output=size.txt")
		w.run(t, tool, "size", "k.tgz", "--stats=k.json", "--output=k.txt", "--json=k.sizes", "--md=k.md", "--html=k.html")
	}
	compare(t, ws, "set.tsv", "k.tgz", "k.json", "kheaders_data.h", "kheaders.c", "Kbuild", "Kconfig", "size.txt", "k.txt", "k.sizes", "k.md", "k.html")
}

// TestModule compiles kheaders.ko in directories of different names, of which
// make could not work in the second: it has a blank.
func TestModule(t *testing.T) {
	kbuild, tree, sources := runfile.Path(t, "KBUILD"), runfile.Path(t, "BUILD_TREE"), runfile.Paths(t, "SOURCES")
	ws := worlds(t)
	for _, w := range ws {
		var inputs []string
		for _, s := range sources {
			inputs = append(inputs, "--source="+s)
		}
		w.run(t, kbuild, w.flags(inputs, "--tree="+tree, "--output=kheaders.ko", "--arch=x86", "--cc=/usr/bin/gcc")...)
	}
	compare(t, ws, "kheaders.ko")
}
