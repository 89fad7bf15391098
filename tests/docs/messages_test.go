package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/errorpage"
)

// verb is a place of a format that is filled in; "%%" is none.
var verb = regexp.MustCompile(`%[-+#0-9.*]*[a-zA-Z]`)

// said is a string of a program as a page writes it: … is what is filled in.
func said(format string) string {
	return strings.ReplaceAll(verb.ReplaceAllString(format, "…"), "%%", "%")
}

// strings of Go and Starlark: what is joined by + in the sources is one.
func goStrings(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(x.Value)
		return s
	case *ast.BinaryExpr:
		return goStrings(x.X) + goStrings(x.Y)
	case *ast.ParenExpr:
		return goStrings(x.X)
	case nil:
		return ""
	}
	return "%s"
}

func starlarkStrings(x build.Expr) string {
	switch x := x.(type) {
	case *build.StringExpr:
		return x.Value
	case *build.BinaryExpr:
		if x.Op == "+" {
			return starlarkStrings(x.X) + starlarkStrings(x.Y)
		}
		return starlarkStrings(x.X)
	case *build.ParenExpr:
		return starlarkStrings(x.X)
	}
	return "%s"
}

// messages are all strings that programs and rules can print.
func messages(t *testing.T, top string) []string {
	t.Helper()
	var all []string
	add := func(s string) { all = append(all, said(s)) }
	visit := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == "testdata" {
				return fs.SkipDir
			}
			return err
		}
		switch {
		case strings.HasSuffix(path, "_test.go"):
		case filepath.Ext(path) == ".go":
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if x, ok := n.(ast.Expr); ok {
					if s := goStrings(x); s != "%s" {
						add(s)
					}
				}
				return true
			})
		case filepath.Ext(path) == ".bzl":
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			f, err := build.ParseBzl(path, b)
			if err != nil {
				return err
			}
			build.Walk(f, func(x build.Expr, _ []build.Expr) {
				if s := starlarkStrings(x); s != "%s" {
					add(s)
				}
			})
		}
		return nil
	}
	for _, dir := range []string{"tools", "rules"} {
		if err := filepath.WalkDir(filepath.Join(top, dir), visit); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 2000 {
		t.Fatalf("found %d strings only", len(all))
	}
	return all
}

// TestMessages: each message on the page of errors is one that a program or a rule
// prints, with … in the place of what is filled in.
func TestMessages(t *testing.T) {
	const page = guides + "/errors.md"
	top := root(t)
	b, err := os.ReadFile(filepath.Join(top, page))
	if err != nil {
		t.Fatal(err)
	}
	all := messages(t, top)
	rows := errorpage.Rows(string(b))
	for _, r := range rows {
		if len(r.Rest) != 2 || len(r.Rest[0]) < 10 || len(r.Rest[1]) < 10 {
			t.Errorf("%s:%d: want a message, its cause and what to do", page, r.Line)
		}
		if !printed(all, r.Message) {
			t.Errorf("%s:%d: nothing in tools/ and rules/ prints %q: write it as the source has it, with … for what is filled in", page, r.Line, r.Message)
		}
	}
	if len(rows) < 40 {
		t.Errorf("%s has %d messages, want 40", page, len(rows))
	}
}

// printed tells whether a message is part of a string. A … at its ends may be what
// stands before or after it.
func printed(all []string, message string) bool {
	message = strings.TrimSpace(strings.Trim(message, "…"))
	for _, s := range all {
		if strings.Contains(s, message) {
			return true
		}
	}
	return false
}

func TestPrinted(t *testing.T) {
	all := []string{said("%q is not a directory: name %s, 100%%"), said("level %d of %.60q")}
	for message, want := range map[string]bool{
		"… is not a directory: name …, 100%": true,
		"level … of …":                       true,
		"level 5 of …":                       false,
		"… is no directory":                  false,
	} {
		if printed(all, message) != want {
			t.Errorf("%q: %v, want %v", message, !want, want)
		}
	}
}
