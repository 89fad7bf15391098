package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMutations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tools", "x", "x.go")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(`package x

func f(a, b int) (bool, error) {
	if a < b && !g() {
		a++
	}
	for {
		break
	}
	h(2)
	h(2)
	err := h(bufio.NewReaderSize(g(a+1), 64<<10), make([]int, 4, 8))
	return true, err
}
`), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := mutations(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		got = append(got, m.from+" -> "+m.to)
	}
	want := []string{"&& -> ||", "< -> <=", "! -> ", "++ -> --", "break -> continue", "h(2) -> ", "2 -> 3", "h(2) -> ", "2 -> 3", "+ -> -", "1 -> 2", "4 -> 5", "err -> nil", "true -> false"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for i, want := range map[int]string{
		1: "tools/x/x.go f: < -> <= in if a < b && !g() {",
		5: "tools/x/x.go f: h(2) -> nothing in h(2)",
		7: "tools/x/x.go f: h(2) -> nothing in h(2) #2",
	} {
		if got := all[i].String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	b, err := all[13].apply()
	if err != nil || string(b[len(b)-len("return false, err\n}\n"):]) != "return false, err\n}\n" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestEquivalents(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "list")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, err := readEquivalents(write("# text\n\na b: c\n  because\nd: e\n  of this\n"))
	if err != nil || len(got) != 2 || got["a b: c"] != "because" || got["d: e"] != "of this" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"a\n", "  why\n"} {
		if _, err := readEquivalents(write(bad)); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
	if got, err := readEquivalents(filepath.Join(dir, "gone")); got != nil || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUsers(t *testing.T) {
	packages := []*pkg{
		{ImportPath: "a"},
		{ImportPath: "b", Imports: []string{"a"}},
		{ImportPath: "c", Name: "main", Imports: []string{"b"}},
		{ImportPath: "d", TestImports: []string{"b"}},
		{ImportPath: "e", Imports: []string{"x"}},
	}
	if got := usersOf("a", packages); !slices.Equal(got, []string{"c", "b", "d"}) {
		t.Errorf("%q", got)
	}
}

// TestKilled tells a test that fails from one that somebody ended.
func TestKilled(t *testing.T) {
	for script, want := range map[string]bool{"exit 1": false, "kill -9 $$": true, "printf 'x\nsignal: killed\nFAIL\n'; exit 1": true, "echo 'signal: killed'; exit 1": false} {
		out, err := exec.Command("sh", "-c", script).CombinedOutput()
		if got := killed(out, err); got != want {
			t.Errorf("%s: %v, want %v", script, got, want)
		}
	}
	if killed(nil, errors.New("go took more than 3m0s of CPU time")) {
		t.Error("a limit is taken for somebody")
	}
}

// TestShuffle drops a mistake: the others stay in their order, which the seed
// makes.
func TestShuffle(t *testing.T) {
	order := func(seed int64, functions string) string {
		var all []*mutation
		for _, f := range functions {
			all = append(all, &mutation{function: string(f)})
		}
		shuffle(all, seed)
		out := ""
		for _, m := range all {
			out += m.function
		}
		return out
	}
	whole := order(1, "abcdefgh")
	if got, want := order(1, "hgfdcba"), strings.ReplaceAll(whole, "e", ""); got != want {
		t.Errorf("%s without e is %s", whole, got)
	}
	if other := order(2, "abcdefgh"); other == whole || whole == "abcdefgh" {
		t.Errorf("seed 1 gives %s, seed 2 %s", whole, other)
	}
}
