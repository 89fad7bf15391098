package buildfile

import (
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// srcs is the value of an attribute that is a glob, a list of labels or both.
// Merged into what a user has there, it replaces what Gazelle wrote before and
// leaves the rest: marked with # keep, other labels, other globs, select().
type srcs struct {
	// patterns without a wildcard become labels.
	patterns, excludes, labels []string
	// name is that of the rule.
	name string
	// ours tells whether Gazelle may have written a label.
	ours func(label string) bool
	// isFile tells whether there is a file of that name: it stands in the list no
	// more once the glob finds it.
	isFile func(name string) bool
	// users tells whether a pattern that is not among patterns is the user's;
	// nil if the value has no patterns at all.
	users func(pattern string) bool
}

// BzlExpr is the value as it stands in a new rule.
func (v *srcs) BzlExpr() bzl.Expr {
	if e := v.Merge(nil); e != nil {
		return e
	}
	return &bzl.ListExpr{}
}

// Merge returns the value as it stands in a rule that has one already; nil if
// nothing is left.
func (v *srcs) Merge(other bzl.Expr) bzl.Expr {
	patterns, excludes, labels := &bzl.ListExpr{}, stringList(v.excludes), stringList(v.labels)
	for _, p := range v.patterns {
		list := patterns
		if !strings.ContainsAny(p, "*?[{") {
			list = labels
		}
		list.List = append(list.List, &bzl.StringExpr{Value: p})
	}
	var rest, more []bzl.Expr
	for _, part := range summands(other) {
		if p, x, ok := globOf(part); ok && v.users != nil && !rule.ShouldKeep(part) && (v.wrote(p) || len(p.List) == 0) {
			users := v.users
			if theirs := moreOf(part); len(theirs) > 0 {
				more = theirs // allow_empty, perhaps: nothing need be there
				users = func(s string) bool { return !plan.WritesPattern(v.name, s) }
			}
			patterns = merged(withUsers(patterns, p, users), p)
			excludes = merged(withUsers(excludes, x, func(s string) bool { return !plan.WritesExclude(v.name, s) }), x)
			continue
		}
		list, ok := part.(*bzl.ListExpr)
		if !ok || rule.ShouldKeep(part) {
			rest = append(rest, part)
			continue
		}
		theirs := *list
		theirs.List = nil
		for _, e := range list.List {
			s, ok := e.(*bzl.StringExpr)
			if !ok || rule.ShouldKeep(e) || !v.ours(s.Value) {
				labels.List = append(labels.List, e)
			} else {
				theirs.List = append(theirs.List, e)
			}
		}
		labels = merged(labels, &theirs)
	}
	var sum []bzl.Expr
	if len(patterns.List) > 0 {
		found := glob(patterns, excludes, more)
		sum = append(sum, found)
		labels.List = slices.DeleteFunc(labels.List, func(e bzl.Expr) bool {
			s, ok := e.(*bzl.StringExpr)
			return ok && !rule.ShouldKeep(e) && globbed(found, s.Value) && (slices.Contains(v.patterns, s.Value) || v.isFile != nil && v.isFile(s.Value))
		})
	}
	if labels = unique(labels); len(labels.List) > 0 {
		sum = append(sum, labels)
	}
	sum = append(sum, rest...)
	if len(sum) == 0 {
		return nil
	}
	out := sum[0]
	for _, e := range sum[1:] {
		out = &bzl.BinaryExpr{X: out, Op: "+", Y: e}
	}
	return out
}

// wrote tells whether a glob has a pattern that the value has as well, or that
// Gazelle writes for some kernel.
func (v *srcs) wrote(p *bzl.ListExpr) bool {
	return slices.ContainsFunc(p.List, func(e bzl.Expr) bool {
		s, ok := e.(*bzl.StringExpr)
		return ok && (slices.Contains(v.patterns, s.Value) || plan.MarksGazelle(s.Value) || v.name == survey.GroupNested && plan.WritesPattern(v.name, s.Value))
	})
}

// withUsers returns want and those strings of have, not in want, that are the
// user's.
func withUsers(want, have *bzl.ListExpr, users func(string) bool) *bzl.ListExpr {
	out := *want
	out.List = slices.Clone(want.List)
	if have != nil {
		for _, e := range have.List {
			s, ok := e.(*bzl.StringExpr)
			if ok && !rule.ShouldKeep(e) && !slices.Contains(bzl.Strings(want), s.Value) && users(s.Value) {
				out.List = append(out.List, e)
			}
		}
	}
	return &out
}
