package buildfile

import (
	"slices"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
)

// removed is the value of an attribute that goes; Gazelle itself cannot take
// away a glob.
type removed struct{}

// BzlExpr is never seen: no new rule has the value.
func (removed) BzlExpr() bzl.Expr { return &bzl.ListExpr{} }

// Merge leaves the whole if a part of it is marked with # keep.
func (removed) Merge(other bzl.Expr) bzl.Expr {
	for _, part := range summands(other) {
		list, _ := part.(*bzl.ListExpr)
		if p, _, ok := globOf(part); ok {
			list = p
		}
		if rule.ShouldKeep(part) || list != nil && slices.ContainsFunc(list.List, rule.ShouldKeep) {
			return other
		}
	}
	return nil
}

// asItIs is the value that a user gave, whatever it is.
type asItIs struct{ value bzl.Expr }

// BzlExpr is the value.
func (v asItIs) BzlExpr() bzl.Expr { return v.value }

// Merge leaves the value that is there.
func (v asItIs) Merge(other bzl.Expr) bzl.Expr { return other }

// manual is the value of tags of a rule that cannot be built yet, or can.
type manual bool

// BzlExpr is the value as it stands in a new rule.
func (m manual) BzlExpr() bzl.Expr {
	if m {
		return stringList([]string{"manual"})
	}
	return &bzl.ListExpr{}
}

// Merge puts "manual" among the user's tags, or takes it away.
func (m manual) Merge(other bzl.Expr) bzl.Expr {
	list, ok := other.(*bzl.ListExpr)
	if !ok && other != nil {
		return other
	}
	out := &bzl.ListExpr{}
	if list != nil {
		*out = *list
		out.List = nil
		for _, e := range list.List {
			if s, ok := e.(*bzl.StringExpr); !ok || s.Value != "manual" || rule.ShouldKeep(e) {
				out.List = append(out.List, e)
			}
		}
	}
	has := slices.ContainsFunc(out.List, func(e bzl.Expr) bool {
		s, ok := e.(*bzl.StringExpr)
		return ok && s.Value == "manual"
	})
	if bool(m) && !has {
		out.List = append(out.List, &bzl.StringExpr{Value: "manual"})
		out = unique(out)
	}
	if len(out.List) == 0 {
		return nil
	}
	return out
}
