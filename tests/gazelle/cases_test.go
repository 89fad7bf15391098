// Package gazelle_test runs the cases of tools/gazelle once more: twice over
// each, and with an eye on BUILD files that should not be there.
package gazelle_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func rlocation(t *testing.T, env string) string {
	t.Helper()
	v := os.Getenv(env)
	if v == "" {
		t.Fatalf("%s is not set: run this by tools/bazel test //tests/gazelle:gazelle_test", env)
	}
	return filepath.Join(os.Getenv("TEST_SRCDIR"), v)
}

func TestCasesTwice(t *testing.T) {
	gazelle := rlocation(t, "GAZELLE")
	testdata := filepath.Dir(filepath.Dir(rlocation(t, "CASE")))
	cases, err := os.ReadDir(testdata)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 15 {
		t.Fatalf("%d cases in %s, there are more", len(cases), testdata)
	}
	for _, c := range cases {
		t.Run(c.Name(), func(t *testing.T) {
			work, want, args := lay(t, filepath.Join(testdata, c.Name()))
			for _, run := range []string{"first", "second"} {
				cmd := exec.Command(gazelle, args...)
				cmd.Dir = work
				cmd.Env = append(os.Environ(), "BUILD_WORKSPACE_DIRECTORY="+work)
				said, _ := cmd.CombinedOutput() // the case's own test looks at the exit code
				got := buildFiles(t, work)
				for _, name := range slices.Sorted(maps.Keys(got)) {
					if w, ok := want[name]; !ok {
						t.Errorf("the %s run wrote %s, which the case does not have:\n%s", run, name, got[name])
					} else if !bytes.Equal(bytes.TrimSpace(w), bytes.TrimSpace(got[name])) {
						t.Errorf("the %s run gives another %s:\n%s\ngazelle said: %s", run, name, got[name], said)
					}
				}
				for name := range want {
					if _, ok := got[name]; !ok {
						t.Errorf("the %s run wrote no %s", run, name)
					}
				}
			}
		})
	}
}

// lay copies a case to where it can be written, and returns the BUILD files
// that are wanted and Gazelle's arguments.
func lay(t *testing.T, dir string) (work string, want map[string][]byte, args []string) {
	t.Helper()
	work, want = t.TempDir(), map[string][]byte{}
	if real, err := filepath.EvalSymlinks(work); err == nil {
		work = real
	}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		switch path.Base(rel) {
		case "BUILD.out":
			want[strings.TrimSuffix(rel, ".out")+".bazel"] = b
			return nil
		case "BUILD.in":
			rel = strings.TrimSuffix(rel, ".in") + ".bazel"
		case "arguments.txt":
			args = strings.Fields(string(b))
			return nil
		case "README.md", "expectedStderr.txt", "expectedExitCode.txt":
			return nil
		}
		to := filepath.Join(work, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return work, want, args
}

func buildFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "BUILD.bazel" {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err == nil {
			out[rel], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
