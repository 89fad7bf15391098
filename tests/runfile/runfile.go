// Package runfile finds the files that Bazel lays beside a test.
package runfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Path returns the path of the runfile that an environment variable names, as
// $(rlocationpath) writes it. The test fails if there is none.
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
	for _, p := range strings.Fields(os.Getenv(env)) {
		paths = append(paths, filepath.Join(os.Getenv("TEST_SRCDIR"), p))
	}
	return paths
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
