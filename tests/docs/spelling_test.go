package docs

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// word is what is looked up: letters, with an apostrophe or hyphens within.
var word = regexp.MustCompile(`^[A-Za-z]+(?:['’][A-Za-z]+)?$`)

// misspelt returns the words of a page's prose that are not known, each once. Left out is
// what has signs of code in it: digits, underscores, dots, slashes.
func misspelt(p *markdown.Page, known map[string]bool) []string {
	var prose strings.Builder
	for _, s := range p.Prose {
		prose.WriteString(s.Text)
	}
	found := map[string]bool{}
	for _, field := range strings.Fields(prose.String()) {
		field = strings.Trim(field, ".,;:!?()[]{}\"'*“”‘’…–—")
		for _, w := range strings.FieldsFunc(field, func(r rune) bool { return r == '-' || r == '–' || r == '—' }) {
			if w = strings.ReplaceAll(w, "’", "'"); !word.MatchString(w) || strings.Contains(field, "`") {
				continue
			}
			stem := strings.TrimSuffix(w, "'s")
			if !known[w] && !known[strings.ToLower(w)] && !known[stem] && !known[strings.ToLower(stem)] {
				found[w] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// lines are those of a file that are not empty and no comments.
func lines(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range strings.Split(string(b), "\n") {
		if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
			all = append(all, l)
		}
	}
	return all
}

// called is a command in a text of help.
var called = regexp.MustCompile(`'(?:bazel|kheaders) [^']*'`)

// helps are what the program says of itself, as the reference shows it, by the line where
// each begins. A list of flags is prose, and so are examples.
func helps(t *testing.T, p *markdown.Page) map[string]*markdown.Page {
	t.Helper()
	all := map[string]*markdown.Page{}
	for _, b := range p.Blocks {
		name := fmt.Sprintf("%s:%d: help", reference, b.Line)
		text := strings.ReplaceAll(called.ReplaceAllString(b.Text, "`command`"), "<TAB>", " ")
		all[name] = markdown.Parse(name, []byte(text))
	}
	if len(all) < 20 {
		t.Fatalf("%s has %d texts of help only", reference, len(all))
	}
	return all
}

// docstrings are those of the Starlark files, private ones as well, by the names of the
// files.
func docstrings(t *testing.T) map[string]*markdown.Page {
	t.Helper()
	top := root(t)
	all := map[string]*markdown.Page{}
	err := filepath.WalkDir(filepath.Join(top, "rules"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".bzl" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, err := docsOf(path, src)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(top, path)
		all[name] = markdown.Parse(name, []byte(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 30 {
		t.Fatalf("found %d files in Starlark only", len(all))
	}
	return all
}

// docsOf returns the docstrings of a file, without the blanks before their lines: those of
// the file and of functions, and what is given as doc or has DOC in its name.
func docsOf(path string, src []byte) (string, error) {
	f, err := build.ParseBzl(path, src)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	add := func(x build.Expr) {
		for _, l := range strings.Split(starlarkStrings(x), "\n") {
			fmt.Fprintln(&b, strings.TrimSpace(l))
		}
		fmt.Fprintln(&b)
	}
	build.Walk(f, func(x build.Expr, above []build.Expr) {
		switch x := x.(type) {
		case *build.StringExpr:
			switch above[len(above)-1].(type) {
			case *build.File, *build.DefStmt:
				add(x)
			}
		case *build.AssignExpr:
			if name, ok := x.LHS.(*build.Ident); ok && (name.Name == "doc" || strings.Contains(name.Name, "DOC")) {
				add(x.RHS)
			}
		}
	})
	return b.String(), nil
}

func TestDocsOf(t *testing.T) {
	const src = "\"\"\"Of the file.\"\"\"\n\ndef f(x):\n    \"\"\"A function.\n\n    Args:\n      x: indented\n    \"\"\"\n    fail(\"no doc\")\n\nr = rule(f, doc = \"Of a rule. \" + \"More.\", name = \"n\")\n\n_DOC = \"\"\"Named.\"\"\"\n_FILE = \"\"\"cd x\"\"\"\n"
	got, err := docsOf("f.bzl", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Of the file.", "A function.", "\nx: indented", "Of a rule. More.", "Named."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if strings.Contains(got, "no doc") || strings.Contains(got, "cd x") || strings.Contains(got, "\nn\n") {
		t.Errorf("%q", got)
	}
}

// TestSpelling looks up each word of each page, help text and docstring in a dictionary,
// and in a list of our own.
func TestSpelling(t *testing.T) {
	known := map[string]bool{}
	for _, w := range lines(t, runfile.Path(t, "DICTIONARY")) {
		known[w] = true
	}
	if len(known) < 100000 {
		t.Fatalf("the dictionary has %d words only", len(known))
	}
	own := lines(t, filepath.Join(root(t), "tests/docs/words.txt"))
	if !slices.IsSorted(own) {
		t.Error("tests/docs/words.txt is not sorted: sort it by LC_ALL=C")
	}
	used := map[string]bool{}
	all := pages(t)
	maps.Copy(all, helps(t, all[reference]))
	maps.Copy(all, docstrings(t))
	for _, name := range sorted(all) {
		for _, w := range misspelt(all[name], known) {
			stem := strings.TrimSuffix(w, "'s")
			forms := []string{w, stem, strings.ToLower(w), strings.ToLower(stem)}
			for _, f := range forms {
				used[f] = true
			}
			if !slices.ContainsFunc(forms, func(f string) bool { return slices.Contains(own, f) }) {
				t.Errorf("%s: %q is no word: write another one, or add it to tests/docs/words.txt", name, w)
			}
		}
	}
	for _, w := range own {
		if known[w] {
			t.Errorf("tests/docs/words.txt: %q is in the dictionary: take it out", w)
		} else if !used[w] {
			t.Errorf("tests/docs/words.txt: neither a page, nor a help text, nor a docstring has %q: take it out", w)
		}
	}
}

func TestMisspelt(t *testing.T) {
	known := map[string]bool{"the": true, "kernel": true, "size": true, "is": true, "fine": true, "well": true}
	const text = "# The Kernl\n\nThe kernel's size is `cde`fine, well-fine, kheaders.ko, a_b, x86; [teh](x.md).\n\n```sh\nnoword\n```\n"
	if got, want := misspelt(markdown.Parse("p.md", []byte(text)), known), []string{"Kernl", "teh"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
