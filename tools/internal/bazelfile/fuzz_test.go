package bazelfile

import (
	"bytes"
	"testing"
)

// FuzzEditModule edits any MODULE.bazel: what comes out has all words of what
// went in, and is not changed a second time.
func FuzzEditModule(f *testing.F) {
	for _, seed := range []string{"", "# mine\n", dep, dep + "\n" + ext + tag + use, crlf(dep + ext), "bazel_dep(name = 'rules_kheaders', version = '3', repo_name = 'rk')\n", "include(\"//:a.MODULE.bazel\")\n", "module(", "x = '''\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		once, added, err := EditModule("MODULE.bazel", data, local("linux"))
		if err != nil {
			return
		}
		if added.Repo == "" || added.Rules == "" {
			t.Fatalf("%q: %+v", data, added)
		}
		unchanged(t, data, once)
		twice, _, err := EditModule("MODULE.bazel", once, local("linux"))
		if err != nil || !bytes.Equal(twice, once) {
			t.Errorf("%q becomes\n%q, and a second time\n%q, %v", data, once, twice, err)
		}
	})
}

// FuzzEditBuild does so with any BUILD.bazel.
func FuzzEditBuild(f *testing.F) {
	for _, seed := range []string{"", "x", load, load + target, crlf(load + "\n" + target), "load(\"@rules_kheaders//:defs.bzl\", all = \"kheaders\")\n", "foo(name = 'k')\n", "[f(x) for x in y]", "load("} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		added := &Added{Rules: "@rules_kheaders", Repo: "linux"}
		once, err := EditBuild("BUILD.bazel", data, added, wanted())
		if err != nil {
			return
		}
		unchanged(t, data, once)
		twice, err := EditBuild("BUILD.bazel", once, added, wanted())
		if err != nil || !bytes.Equal(twice, once) {
			t.Errorf("%q becomes\n%q, and a second time\n%q, %v", data, once, twice, err)
		}
	})
}

// unchanged checks that no string and no comment is lost.
func unchanged(t *testing.T, before, after []byte) {
	t.Helper()
	if lost := missing(written(before), written(after)); lost != "" {
		t.Errorf("%q becomes %q, without %q", before, after, lost)
	}
}
