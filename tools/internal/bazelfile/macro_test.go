package bazelfile

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestMacro compares what is known of the macro kheaders with the macro.
func TestMacro(t *testing.T) {
	file := runfile.Or(t, "MACRO", "../../../rules/private/kheaders.bzl")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := build.ParseBzl(file, data)
	if err != nil {
		t.Fatal(err)
	}
	var macro *build.DefStmt
	for _, s := range f.Stmt {
		if d, ok := s.(*build.DefStmt); ok && d.Name == "kheaders" {
			macro = d
		}
	}
	if macro == nil {
		t.Fatal("there is no macro kheaders")
	}

	// The targets: calls with name = name + ".part".
	made := map[string]bool{}
	build.Walk(macro, func(x build.Expr, _ []build.Expr) {
		a, ok := x.(*build.AssignExpr)
		if !ok || text(a.LHS) != "name" {
			return
		}
		if sum, ok := a.RHS.(*build.BinaryExpr); ok && sum.Op == "+" && text(sum.X) == "name" {
			made[strings.TrimPrefix(text(sum.Y), ".")] = true
		}
	})
	if got, want := slices.Sorted(slices.Values(parts)), slices.Sorted(maps.Keys(made)); !slices.Equal(got, want) {
		t.Errorf("the macro makes %q, init knows of %q", want, got)
	}

	// The defaults of its parameters.
	have := map[string]string{}
	for _, p := range macro.Params {
		if a, ok := p.(*build.AssignExpr); ok {
			have[text(a.LHS)] = build.FormatString(a.RHS)
		}
	}
	for name, want := range defaults {
		if have[name] != want {
			t.Errorf("%s is %s by default to the macro, %s to init", name, have[name], want)
		}
	}
}
