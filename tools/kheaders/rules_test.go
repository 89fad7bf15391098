package main

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/modsign"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/modulesource"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// TestValuesOfRules compares the values that the rules let attributes take with
// those that the program knows.
func TestValuesOfRules(t *testing.T) {
	file := runfile.Or(t, "VALUES", "../../rules/private/values.bzl")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := build.ParseBzl(file, data)
	if err != nil {
		t.Fatal(err)
	}
	variables := map[string]build.Expr{}
	for _, s := range f.Stmt {
		if a, ok := s.(*build.AssignExpr); ok {
			variables[build.FormatString(a.LHS)] = a.RHS
		}
	}

	for name, want := range map[string][]string{
		"PROFILES":        selection.Profiles(),
		"HEADER_PROFILES": selection.HeaderProfiles(),
		"HOST_TOOLS":      texts(hosttools.Modes),
		"FORMATS":         texts(codec.Formats()),
		"HASHES":          modsign.Hashes(),
		"MODULE_TYPES":    codec.ModuleTypes(),
		"STRIPS":          texts(cstrip.Modes()),
		"EMBEDS":          {modulesource.EmbedHeader, modulesource.EmbedIncbin},
		"INTERFACES":      {modulesource.InterfaceProcfs, modulesource.InterfaceSysfs, modulesource.InterfaceBoth},
	} {
		list, ok := variables[name].(*build.ListExpr)
		if !ok {
			t.Errorf("values.bzl has no list %s", name)
			continue
		}
		if got := build.Strings(list); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
			t.Errorf("%s is %q to the rules, %q to the program", name, got, want)
		}
	}

	if got, ok := variables["INTERFACE"].(*build.LiteralExpr); !ok || got.Token != fmt.Sprint(ruleset.Interface) {
		t.Errorf("INTERFACE of the rules is not the program's, %d", ruleset.Interface)
	}

	// What a tree may be read from: a tar in each compression that is known.
	types, ok := variables["ARCHIVE_TYPES"].(*build.ListExpr)
	if !ok {
		t.Fatal("values.bzl has no ARCHIVE_TYPES")
	}
	for _, compression := range []string{"none", "gzip", "xz", "zstd", "bzip2"} {
		if end := "." + string(codec.FormatOf(compression)); !slices.Contains(build.Strings(types), end) {
			t.Errorf("the program reads *%s, which the rules do not take", end)
		}
	}

	levels, ok := variables["_TOP_LEVEL"].(*build.DictExpr)
	if !ok {
		t.Fatal("values.bzl has no _TOP_LEVEL")
	}
	if len(levels.List) != len(codec.Formats()) {
		t.Errorf("_TOP_LEVEL has %d formats, the program %d", len(levels.List), len(codec.Formats()))
	}
	for _, kv := range levels.List {
		format := codec.Format(kv.Key.(*build.StringExpr).Value)
		var top int
		if _, err := fmt.Sscan(build.FormatString(kv.Value), &top); err != nil {
			t.Errorf("_TOP_LEVEL of %s: %v", format, err)
		}
		if codec.Check(format, top) != nil || codec.Check(format, top+1) == nil {
			t.Errorf("%d is the highest level of %s to the rules, not to the program", top, format)
		}
	}
}

func texts[T ~string](values []T) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}
