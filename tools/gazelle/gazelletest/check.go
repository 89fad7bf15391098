// Package gazelletest runs the cases of tools/gazelle/testdata, in the process
// of a test or with a program.
package gazelletest

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bazelbuild/buildtools/build"
	"github.com/bazelbuild/buildtools/warn"
	"github.com/rogpeppe/go-internal/diff"
)

// Command runs Gazelle in the workspace dir, and returns its standard error
// and its exit code.
type Command func(t *testing.T, dir string, args []string) (stderr string, exit int)

// Run is the test of all cases: each is run twice, and the second run must
// change nothing. With UPDATE=1 in the environment it takes as right what the
// first run gives. files are the cases; inProcess leaves out those that are for
// the program only.
func Run(t *testing.T, files []string, inProcess bool, gazelle Command) {
	// Whoever finds no files passes nothing.
	if len(files) < 40 {
		t.Fatalf("%d cases, there are more", len(files))
	}
	for _, file := range files {
		c, err := readCase(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.name, func(t *testing.T) {
			if inProcess && c.binaryOnly != "" {
				t.Skip(c.binaryOnly)
			}
			c.run(t, file, gazelle)
		})
	}
}

func (c *testCase) run(t *testing.T, file string, gazelle Command) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.write(dir); err != nil {
		t.Fatal(err)
	}
	stderr, exit := gazelle(t, dir, c.args)
	stderr = strings.ReplaceAll(stderr, dir, workspacePath)
	got := contents(t, dir)
	if os.Getenv("UPDATE") == "1" {
		if err := c.update(file, got, stderr); err != nil {
			t.Fatal(err)
		}
		return
	}
	if exit != c.exit {
		t.Errorf("gazelle ends with %d, want %d", exit, c.exit)
	}
	if stderr != c.stderr {
		t.Errorf("gazelle says\n%s", diff.Diff("want", []byte(c.stderr), "got", []byte(stderr)))
	}
	want := c.after()
	compare(t, "the first run", want, got)
	if said, again := gazelle(t, dir, c.args); again != exit {
		t.Errorf("the second run ends with %d, the first with %d:\n%s", again, exit, said)
	}
	compare(t, "the second run", want, contents(t, dir))
	for _, name := range slices.Sorted(maps.Keys(c.want)) {
		lint(t, name, c.want[name])
	}
}

// compare tells of each file that is not as it should be.
func compare(t *testing.T, run string, want, got map[string]string) {
	t.Helper()
	all := maps.Clone(want)
	maps.Copy(all, got)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, wanted := want[name]
		g, there := got[name]
		switch {
		case !wanted:
			t.Errorf("%s leaves %s, which the case does not have:\n%s", run, name, g)
		case !there:
			t.Errorf("%s leaves no %s", run, name)
		case w != g:
			t.Errorf("%s leaves another %s:\n%s", run, name, diff.Diff("want", []byte(w), "got", []byte(g)))
		}
	}
}

// contents returns the files below a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(name)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lint fails where buildifier would write a BUILD file otherwise, or would
// warn.
func lint(t *testing.T, name, text string) {
	t.Helper()
	f, err := build.ParseBuild(path.Base(name), []byte(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, w := range warn.FileWarnings(f, warn.DefaultWarnings, nil, warn.ModeWarn, nil) {
		t.Errorf("%s:%d: %s: %s", name, w.Start.Line, w.Category, w.Message)
	}
	build.Rewrite(f)
	if formatted := string(build.Format(f)); formatted != text {
		t.Errorf("%s is not as buildifier writes it:\n%s", name, diff.Diff("have", []byte(text), "buildifier", []byte(formatted)))
	}
}
