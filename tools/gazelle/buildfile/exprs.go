package buildfile

import (
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
)

func stringList(values []string) *bzl.ListExpr {
	list := &bzl.ListExpr{}
	for _, v := range values {
		list.List = append(list.List, &bzl.StringExpr{Value: v})
	}
	return list
}

func glob(patterns, excludes *bzl.ListExpr, more []bzl.Expr) bzl.Expr {
	call := &bzl.CallExpr{X: &bzl.Ident{Name: "glob"}, List: []bzl.Expr{patterns}}
	if excludes != nil && len(excludes.List) > 0 {
		call.List = append(call.List, &bzl.AssignExpr{LHS: &bzl.Ident{Name: "exclude"}, Op: "=", RHS: excludes})
	}
	call.List = append(call.List, more...)
	return call
}

// stringsOf returns the strings of a list, none of nil.
func stringsOf(list *bzl.ListExpr) []string {
	if list == nil {
		return nil
	}
	return bzl.Strings(list)
}

// merged is rule.MergeList in bytewise order: what is in both, or kept, stays
// with its comments.
func merged(want, have *bzl.ListExpr) *bzl.ListExpr {
	if have == nil {
		return want
	}
	out := rule.MergeList(want, have)
	if out == nil {
		return &bzl.ListExpr{}
	}
	return unique(out)
}

// unique sorts the strings of a list and takes out doubles; what is no string
// comes last.
func unique(list *bzl.ListExpr) *bzl.ListExpr {
	out := *list
	out.List = nil
	var others []bzl.Expr
	at := map[string]int{}
	for _, e := range list.List {
		s, ok := e.(*bzl.StringExpr)
		if !ok {
			others = append(others, e)
		} else if i, ok := at[s.Value]; !ok {
			at[s.Value] = len(out.List)
			out.List = append(out.List, e)
		} else if len(s.Comments.Suffix)+len(s.Comments.Before) > 0 {
			out.List[i] = e
		}
	}
	slices.SortStableFunc(out.List, func(a, b bzl.Expr) int {
		return strings.Compare(a.(*bzl.StringExpr).Value, b.(*bzl.StringExpr).Value)
	})
	out.List = append(out.List, others...)
	return &out
}

// summands takes an expression apart at its +.
func summands(e bzl.Expr) []bzl.Expr {
	if e == nil {
		return nil
	}
	if b, ok := e.(*bzl.BinaryExpr); ok && b.Op == "+" {
		return append(summands(b.X), summands(b.Y)...)
	}
	return []bzl.Expr{e}
}

// moreOf returns the arguments of a glob() call besides its lists, such as
// allow_empty: the user's.
func moreOf(e bzl.Expr) []bzl.Expr {
	var out []bzl.Expr
	for _, arg := range e.(*bzl.CallExpr).List {
		if as, ok := arg.(*bzl.AssignExpr); ok {
			if name, ok := as.LHS.(*bzl.Ident); !ok || name.Name != "include" && name.Name != "exclude" {
				out = append(out, arg)
			}
		}
	}
	return out
}

// globOf returns the lists of a glob() call.
func globOf(e bzl.Expr) (patterns, excludes *bzl.ListExpr, ok bool) {
	call, isCall := e.(*bzl.CallExpr)
	if !isCall {
		return nil, nil, false
	}
	if id, isIdent := call.X.(*bzl.Ident); !isIdent || id.Name != "glob" {
		return nil, nil, false
	}
	for _, arg := range call.List {
		if as, isAssign := arg.(*bzl.AssignExpr); isAssign {
			name, _ := as.LHS.(*bzl.Ident)
			if name == nil || name.Name != "include" && name.Name != "exclude" {
				continue
			}
			list, isList := as.RHS.(*bzl.ListExpr)
			switch {
			case !isList:
				return nil, nil, false
			case name.Name == "include":
				patterns = list
			default:
				excludes = list
			}
		} else if list, isList := arg.(*bzl.ListExpr); isList && patterns == nil {
			patterns = list
		} else {
			return nil, nil, false
		}
	}
	return patterns, excludes, patterns != nil
}

// globs returns the patterns of all globs of a rule's srcs.
func globs(r *rule.Rule) []string {
	var out []string
	for _, part := range summands(r.Attr("srcs")) {
		if p, _, ok := globOf(part); ok {
			out = append(out, bzl.Strings(p)...)
		}
	}
	return out
}

// elements returns the strings of a list, or of a sum of lists; an expression
// that is neither counts as one.
func elements(e any) []string {
	expr, ok := e.(bzl.Expr)
	if !ok || expr == nil {
		return nil
	}
	var out []string
	for _, part := range summands(expr) {
		list, ok := part.(*bzl.ListExpr)
		if !ok {
			out = append(out, bzl.FormatString(part))
			continue
		}
		for _, x := range list.List {
			if s, ok := x.(*bzl.StringExpr); ok {
				out = append(out, s.Value)
			} else {
				out = append(out, bzl.FormatString(x))
			}
		}
	}
	return out
}

// literal returns a name such as True.
func literal(e bzl.Expr) string {
	switch e := e.(type) {
	case *bzl.Ident:
		return e.Name
	case *bzl.LiteralExpr:
		return e.Token
	}
	return ""
}
