package buildfile

import (
	"testing"

	bzl "github.com/bazelbuild/buildtools/build"
)

// TestUnique shows that of two equal strings the one with a comment stays,
// beside it or above.
func TestUnique(t *testing.T) {
	for in, want := range map[string]string{
		"x = [\n    \"b\",\n    \"a\",\n    \"b\",\n]\n":                "x = [\n    \"a\",\n    \"b\",\n]\n",
		"x = [\n    \"b\",\n    A,\n    \"a\",\n    \"b\",  # why\n]\n": "x = [\n    \"a\",\n    \"b\",  # why\n    A,\n]\n",
		"x = [\n    \"b\",\n    \"a\",\n    # why\n    \"b\",\n]\n":     "x = [\n    \"a\",\n    # why\n    \"b\",\n]\n",
		"x = [\n    \"b\",  # why\n    \"a\",\n    \"b\",\n]\n":         "x = [\n    \"a\",\n    \"b\",  # why\n]\n",
		"x = [\n    # one\n    # two\n    \"b\",\n    \"a\",  # a\n]\n": "x = [\n    \"a\",  # a\n    # one\n    # two\n    \"b\",\n]\n",
	} {
		f, err := bzl.ParseBuild("BUILD", []byte(in))
		if err != nil {
			t.Fatal(err)
		}
		a := f.Stmt[0].(*bzl.AssignExpr)
		a.RHS = unique(a.RHS.(*bzl.ListExpr))
		if got := string(bzl.Format(f)); got != want {
			t.Errorf("of %q\n%s\nwant\n%s", in, got, want)
		}
	}
}
