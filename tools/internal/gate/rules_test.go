package gate

import (
	"os"
	"strconv"
	"testing"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/baseline"
)

// number works out a number of a .bzl file, which may be a product; false where it
// is none.
func number(x build.Expr) (int64, bool) {
	switch x := x.(type) {
	case *build.LiteralExpr:
		n, err := strconv.ParseInt(x.Token, 0, 64)
		return n, err == nil
	case *build.BinaryExpr:
		a, ok := number(x.X)
		b, too := number(x.Y)
		return a * b, ok && too && x.Op == "*"
	}
	return 0, false
}

// TestNumbersOfRules compares the numbers by which the rules check budgets with those
// by which they are held.
func TestNumbersOfRules(t *testing.T) {
	for _, c := range []struct {
		env, file string
		want      map[string]int64
	}{
		{"BUDGETS", "budgets.bzl", map[string]int64{"_FLOOR": totalFloor, "_PATH_FLOOR": pathFloor}},
		{"SIZE_GATE", "size_gate.bzl", map[string]int64{"_LEAST_CREEP": leastSteps * baseline.Step(0)}},
	} {
		file := runfile.Or(t, c.env, "../../../rules/private/"+c.file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := build.ParseBzl(file, data)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, s := range f.Stmt {
			a, ok := s.(*build.AssignExpr)
			if !ok {
				continue
			}
			name := build.FormatString(a.LHS)
			want, ok := c.want[name]
			if !ok {
				continue
			}
			found++
			if got, ok := number(a.RHS); !ok || got != want {
				t.Errorf("%s of %s is %s to the rules, %d to the program", name, c.file, build.FormatString(a.RHS), want)
			}
		}
		if found != len(c.want) {
			t.Errorf("%s has %d of the numbers %v", c.file, found, c.want)
		}
	}
}
