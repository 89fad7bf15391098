// Package docs tests what the pages of the documentation say.
package docs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
	"github.com/rules-kheaders/rules_kheaders/tests/docs/plan"
	"github.com/rules-kheaders/rules_kheaders/tests/docs/snippet"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

const (
	readme = "README.md"
	guides = "rules/docs"
	api    = guides + "/api/"
	// reference is made from the sources.
	reference = guides + "/reference.md"
)

// root is the top of the repository.
func root(t *testing.T) string {
	t.Helper()
	if os.Getenv("MODULE_FILE") == "" {
		return filepath.Join("..", "..")
	}
	real, err := filepath.EvalSymlinks(runfile.Path(t, "MODULE_FILE"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(real)
}

// pages reads all pages, by their paths below the top.
func pages(t *testing.T) map[string]*markdown.Page {
	t.Helper()
	top := root(t)
	names := []string{readme, ".github/CONTRIBUTING.md", "tools/airgap/README.md"}
	err := filepath.WalkDir(filepath.Join(top, guides), func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(p) == ".md" {
			rel, _ := filepath.Rel(top, p)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*markdown.Page{}
	for _, name := range names {
		if all[name], err = markdown.Read(top, name); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 20 {
		t.Fatalf("found %d pages only", len(all))
	}
	return all
}

// guide tells whether a page is for users, and written by hand.
func guide(name string) bool {
	return name == readme || strings.HasPrefix(name, guides) && !strings.HasPrefix(name, api) && name != reference
}

// target is where a link of a page leads: a path below the top, and an anchor or "".
func target(from, link string) (to, anchor string) {
	file, anchor, _ := strings.Cut(link, "#")
	if file == "" {
		return from, anchor
	}
	return path.Join(path.Dir(from), file), anchor
}

// external tells whether a link leads out of the repository.
func external(link string) bool {
	return strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://")
}

// TestLinks follows each link within the repository, to its anchor.
func TestLinks(t *testing.T) {
	top, all := root(t), pages(t)
	followed := 0
	for name, p := range all {
		for _, l := range p.Links {
			if external(l.Target) {
				continue
			}
			followed++
			to, anchor := target(name, l.Target)
			if _, err := os.Stat(filepath.Join(top, to)); err != nil {
				t.Errorf("%s:%d: the link %q leads to %s, which is not there", name, l.Line, l.Target, to)
				continue
			}
			switch page := all[to]; {
			case anchor == "":
			case page == nil:
				t.Errorf("%s:%d: the link %q has an anchor in %s, which is no page", name, l.Line, l.Target, to)
			case !page.HasAnchor(anchor):
				t.Errorf("%s:%d: the link %q: %s has no heading with that anchor", name, l.Line, l.Target, to)
			}
		}
	}
	if followed < 100 {
		t.Errorf("followed %d links only", followed)
	}
}

// TestBlocks checks the language of each block, and that the table says what runs it.
func TestBlocks(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(root(t), "tests/docs/blocks.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sections, err := plan.Parse(string(table))
	if err != nil {
		t.Fatalf("tests/docs/blocks.txt: %v", err)
	}
	all := pages(t)
	for _, s := range sections {
		if all[s.Page] == nil || !guide(s.Page) {
			t.Errorf("tests/docs/blocks.txt: there is no page %s", s.Page)
		}
	}
	blocks := 0
	for name, p := range all {
		if !guide(name) {
			continue
		}
		for _, b := range p.Blocks {
			blocks++
			if !b.Fenced {
				t.Errorf("%s:%d: the block that begins with %q has no fence: give it one, with a language of %s", name, b.Line, b.First(), strings.Join(snippet.Languages(), ", "))
			} else if err := snippet.Check(b.Lang, b.Text); err != nil {
				t.Errorf("%s:%d: the block that begins with %q: %v", name, b.Line, b.First(), err)
			}
		}
		if _, err := plan.Of(sections, name).Match(p); err != nil {
			t.Error(err)
		}
	}
	if blocks < 60 {
		t.Errorf("found %d blocks only", blocks)
	}
}

// TestReachable shows that links lead from the README to each page for users, and that
// three of them do.
func TestReachable(t *testing.T) {
	all := pages(t)
	steps := distances(all)
	for name := range all {
		if n, ok := steps[name]; strings.HasPrefix(name, guides) && (!ok || n > 3) {
			t.Errorf("%s cannot be reached from %s by three links", name, readme)
		}
	}
}

// distances counts the links from the README to each page.
func distances(all map[string]*markdown.Page) map[string]int {
	steps := map[string]int{readme: 0}
	for queue := []string{readme}; len(queue) > 0; queue = queue[1:] {
		for _, l := range all[queue[0]].Links {
			to, _ := target(queue[0], l.Target)
			if _, seen := steps[to]; !seen && all[to] != nil && !external(l.Target) {
				steps[to] = steps[queue[0]] + 1
				queue = append(queue, to)
			}
		}
	}
	return steps
}

// sorted returns the names of pages in order.
func sorted(all map[string]*markdown.Page) []string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
