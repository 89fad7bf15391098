// Package runfile finds the files that Bazel lays beside a test.
package runfile

import (
	"os"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

// At returns the path of a runfile by its name, as $(rlocationpath) writes it.
// The test fails if there is none.
func At(t testing.TB, name string) string {
	t.Helper()
	path, err := runfiles.Rlocation(name)
	if err != nil {
		t.Fatalf("find runfile %q: %v: run this by `tools/bazel test`", name, err)
	}
	return path
}

// Path returns the path of the runfile that an environment variable names. The
// test fails unless it names one.
func Path(t testing.TB, env string) string {
	t.Helper()
	paths := Paths(t, env)
	if len(paths) != 1 {
		t.Fatalf("%s names %d files, want one: run this by `tools/bazel test`", env, len(paths))
	}
	return paths[0]
}

// Paths returns the paths of the runfiles that an environment variable names,
// separated by spaces.
func Paths(t testing.TB, env string) []string {
	t.Helper()
	var paths []string
	for _, name := range strings.Fields(os.Getenv(env)) {
		paths = append(paths, At(t, name))
	}
	return paths
}

// Or returns what Path finds by an environment variable, or another path where
// that is not set: under `go test` a file of this repository is in its place.
func Or(t testing.TB, env, path string) string {
	t.Helper()
	if os.Getenv(env) == "" {
		return path
	}
	return Path(t, env)
}

// Read returns the bytes of the file that Path finds.
func Read(t testing.TB, env string) []byte {
	t.Helper()
	b, err := os.ReadFile(Path(t, env))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
