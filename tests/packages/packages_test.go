// Package packages compares the drawing of the Go packages in CONTRIBUTING.md
// with what they import.
package packages

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rules-kheaders/rules_kheaders/"

// floor is a line of the drawing: a number, packages below tools/ or
// tools/internal/, and what they have in common.
var floor = regexp.MustCompile(`^   ([ 1-9]\d)  (\S+(?: \S+)*)`)

// drawn returns the floor of each package of the drawing.
func drawn(text string) map[string]int {
	floors := map[string]int{}
	n := 0
	for _, line := range strings.Split(text, "\n") {
		if m := floor.FindStringSubmatch(line); m != nil {
			n, _ = strconv.Atoi(strings.TrimSpace(m[1]))
			line = line[7:]
		} else if n == 0 || !strings.HasPrefix(line, "       ") {
			n = 0
			continue
		}
		names, _, _ := strings.Cut(strings.TrimLeft(line, " "), "  ")
		for _, name := range strings.Fields(names) {
			floors[name] = n
		}
	}
	return floors
}

// imports returns the packages below tools/ that each of them imports, by the
// names that the drawing has.
func imports(t *testing.T, root string) map[string][]string {
	t.Helper()
	name := func(path string) string {
		return strings.TrimPrefix(strings.TrimPrefix(path, "tools/"), "internal/")
	}
	all := map[string][]string{}
	err := filepath.WalkDir(filepath.Join(root, "tools"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "testdata" {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		own := name(dir)
		for _, i := range f.Imports {
			if to, ok := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module); ok && strings.HasPrefix(to, "tools/") {
				all[own] = append(all[own], name(to))
			}
		}
		if all[own] == nil {
			all[own] = []string{}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDrawing(t *testing.T) {
	const root = "../.."
	text, err := os.ReadFile(filepath.Join(root, ".github/CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	floors, all := drawn(string(text)), imports(t, root)
	if len(all) < 20 {
		t.Fatalf("found %d packages below %s only", len(all), root)
	}
	if len(all["kheaders"]) < 20 {
		t.Fatalf("found %d imports of kheaders only", len(all["kheaders"]))
	}
	for own, others := range all {
		if floors[own] == 0 {
			t.Errorf("package %s is not in the drawing", own)
		}
		for _, other := range others {
			if floors[other] >= floors[own] {
				t.Errorf("package %s on floor %d imports %s on floor %d: each floor knows only those below", own, floors[own], other, floors[other])
			}
		}
	}
	for name := range floors {
		if all[name] == nil {
			t.Errorf("package %s of the drawing does not exist", name)
		}
	}
}

func TestDrawn(t *testing.T) {
	got := drawn("text\n\n    2  a b/c  what these do\n       d    and these\n    1  e  more\n\nThe end: x  y\n")
	for name, want := range map[string]int{"a": 2, "b/c": 2, "d": 2, "e": 1, "x": 0, "The": 0, "more": 0} {
		if got[name] != want {
			t.Errorf("%s is on floor %d, want %d", name, got[name], want)
		}
	}
}
