package bazelfile

import "github.com/bazelbuild/buildtools/build"

func ident(name string) *build.Ident { return &build.Ident{Name: name} }

func str(s string) *build.StringExpr { return &build.StringExpr{Value: s} }

// kw is name = "value", or name = value for what is no string.
func kw(name string, value any) build.Expr {
	a := &build.AssignExpr{LHS: ident(name), Op: "="}
	switch v := value.(type) {
	case string:
		a.RHS = str(v)
	case build.Expr:
		a.RHS = v
	}
	return a
}

// call is function(args) on one line.
func call(function string, args ...build.Expr) *build.CallExpr {
	return &build.CallExpr{X: ident(function), List: args, ForceCompact: true}
}

// multiline formats function(args) with a line for each argument.
func multiline(t build.FileType, function build.Expr, args ...build.Expr) string {
	return format(t, &build.CallExpr{X: function, List: args, ForceMultiLine: true})
}

// text is the value of a string or the name of an identifier, "" for anything
// else.
func text(x build.Expr) string {
	switch x := x.(type) {
	case *build.StringExpr:
		return x.Value
	case *build.Ident:
		return x.Name
	}
	return ""
}

// attr is the value of a call's argument that is a string, "" for any other.
func attr(c *build.CallExpr, name string) string {
	if s, ok := build.NewRule(c).Attr(name).(*build.StringExpr); ok {
		return s.Value
	}
	return ""
}
