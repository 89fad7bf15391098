package kernel

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestArchesOfRules compares the tables with those of the rules, which check
// an attribute before anything runs.
func TestArchesOfRules(t *testing.T) {
	b, err := os.ReadFile(runfile.Or(t, "VALUES", "../../../rules/private/values.bzl"))
	if err != nil {
		t.Fatal(err)
	}
	table := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindSubmatch(b)
		if m == nil {
			t.Fatalf("values.bzl has no %s", pattern)
		}
		return string(m[1])
	}
	var arches []string
	for _, m := range regexp.MustCompile(`"(.*)",`).FindAllStringSubmatch(table(`(?s)\n_SRCARCHS = \[(.*?)\n\]`), -1) {
		arches = append(arches, m[1])
	}
	if !slices.Equal(arches, Arches) {
		t.Errorf("_SRCARCHS of values.bzl and Arches differ:\n%q\n%q", arches, Arches)
	}
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`"(.*)": "(.*)",`).FindAllStringSubmatch(table(`(?s)\n_SRCARCH_OF = \{(.*?)\n\}`), -1) {
		names[m[1]] = m[2]
	}
	for name := range names {
		if archNames[name] != names[name] {
			t.Errorf("%q is %q to the rules, %q to the program", name, names[name], archNames[name])
		}
	}
	for name := range archNames {
		if _, ok := names[name]; !ok {
			t.Errorf("%q is %q to the program, unknown to the rules", name, archNames[name])
		}
	}
}
