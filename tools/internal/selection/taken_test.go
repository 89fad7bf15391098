package selection

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// taken reads what local_kernel watches, for an architecture; for "$SRCARCH"
// for any.
func taken(t *testing.T, arch string) []string {
	b, err := os.ReadFile(runfile.Or(t, "TREE_FILES", "../../../rules/private/tree_files.bzl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, table := range []struct {
		name string
		is   bool
	}{{"_TAKEN", true}, {"_TAKEN_OF_UM", arch == "um" || arch == "$SRCARCH"}} {
		text := regexp.MustCompile(`(?s)\n` + table.name + ` = \[(.*?)\n\]`).FindSubmatch(b)
		if text == nil {
			t.Fatalf("tree_files.bzl has no %s", table.name)
		}
		for _, m := range regexp.MustCompile(`"(.*)",`).FindAllStringSubmatch(string(text[1]), -1) {
			if table.is {
				out = append(out, strings.ReplaceAll(m[1], "$SRCARCH", arch))
			}
		}
	}
	return out
}

// covers reports whether all that a glob without braces matches is among what
// a pattern of the rules takes.
func covers(pattern, glob string) bool {
	if dir, ok := strings.CutSuffix(pattern, "**"); ok {
		return strings.HasPrefix(glob, dir)
	}
	return pattern == glob || !strings.ContainsAny(glob, meta) && doublestar.MatchUnvalidated(pattern, glob)
}

// TestTakenByRules compares what local_kernel watches with the tables: it has
// to be all that some profile could take, and nothing else.
func TestTakenByRules(t *testing.T) {
	// By the one a srctree is known, by the other its crates.
	used := map[string]bool{"Kbuild": true, "rust/Makefile": true}
	names := taken(t, "$SRCARCH")
	for _, arch := range kernel.Arches {
		patterns := taken(t, arch)
		for _, name := range Profiles() {
			p, err := loadProfile(name)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := bindAll(slices.Concat(append([][]*row{p.rows, p.programs}, slices.Collect(maps.Values(p.asked))...)...), arch)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if r.drops() {
					continue
				}
				for _, glob := range expand(r.match.text) {
					found := false
					for i, pattern := range patterns {
						if covers(pattern, glob) {
							found = true
							used[names[i]] = true
						}
					}
					if !found {
						t.Errorf("%s: %s may be taken, and _TAKEN of tree_files.bzl does not have it", r.origin, glob)
					}
				}
			}
		}
	}
	for _, pattern := range names {
		if !used[pattern] {
			t.Errorf("_TAKEN of tree_files.bzl has %s, which no table takes", pattern)
		}
	}
}
