package gazelle

import (
	"log"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
)

// files is the value of an attribute that is a glob, a list of labels or both.
// Merged into what a user has there, it replaces what Gazelle wrote before and
// leaves the rest: marked with # keep, other labels, other globs, select().
type files struct {
	// patterns without a wildcard become labels.
	patterns, excludes, labels []string
	// name is that of the rule.
	name string
	// ours tells whether Gazelle may have written a label.
	ours func(label string) bool
	// stays tells whether a pattern that is not among patterns is the user's;
	// nil if the value has no patterns at all.
	stays func(pattern string) bool
}

// files returns the srcs of a rule, whose name and present state are given.
func (o *output) files(old *rule.Rule, name string, patterns, excludes, labels []string) *files {
	return &files{
		patterns: slices.Sorted(slices.Values(patterns)), excludes: excludes, labels: o.relative(labels),
		name: name, ours: o.wrote,
		stays: func(p string) bool {
			if writtenPattern(name, p) {
				return false
			}
			if len(newClaim(o.args.Dir, []string{p}, nil, o.args.Config.ValidBuildFileNames).own) > 0 {
				return true
			}
			// Bazel refuses it.
			log.Printf("%s: the pattern %q among srcs of %s finds no file of this package any more; taken out", o.at(old), p, name)
			return false
		},
	}
}

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

// BzlExpr is the value as it stands in a new rule.
func (v *files) BzlExpr() bzl.Expr {
	if e := v.Merge(nil); e != nil {
		return e
	}
	return &bzl.ListExpr{}
}

// Merge returns the value as it stands in a rule that has one already; nil if
// nothing is left.
func (v *files) Merge(other bzl.Expr) bzl.Expr {
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
		if p, x, ok := globOf(part); ok && v.stays != nil && !rule.ShouldKeep(part) && (v.wrote(p) || len(p.List) == 0) {
			stays := v.stays
			if theirs := moreOf(part); len(theirs) > 0 {
				more = theirs // allow_empty, perhaps: nothing need be there
				stays = func(s string) bool { return !writtenPattern(v.name, s) }
			}
			patterns = merged(with(patterns, p, stays), p)
			excludes = merged(with(excludes, x, func(s string) bool { return !writtenExclude(v.name, s) }), x)
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
			return ok && !rule.ShouldKeep(e) && slices.Contains(v.patterns, s.Value) && globbed(found, s.Value)
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
func (v *files) wrote(p *bzl.ListExpr) bool {
	return slices.ContainsFunc(p.List, func(e bzl.Expr) bool {
		s, ok := e.(*bzl.StringExpr)
		return ok && (slices.Contains(v.patterns, s.Value) || generatedPattern(s.Value) || v.name == nestedGroup && writtenPattern(v.name, s.Value))
	})
}

// generatedPattern tells whether no user would write this pattern for another
// reason than Gazelle does.
func generatedPattern(p string) bool {
	return p == "include/**" || p == "scripts/**" || strings.HasPrefix(p, "arch/") && strings.HasSuffix(p, "/include/**")
}

// with returns want and those strings of have, not in want, that stay.
func with(want, have *bzl.ListExpr, stays func(string) bool) *bzl.ListExpr {
	out := *want
	out.List = slices.Clone(want.List)
	if have != nil {
		for _, e := range have.List {
			s, ok := e.(*bzl.StringExpr)
			if ok && !rule.ShouldKeep(e) && !slices.Contains(bzl.Strings(want), s.Value) && stays(s.Value) {
				out.List = append(out.List, e)
			}
		}
	}
	return &out
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
