package buildfile

import (
	"fmt"
	"log"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// stale returns what Gazelle wrote into the BUILD file before and would not
// write now. What a user wrote or changed is not among them, nor what such a
// rule names; a message says so of those that look like Gazelle's.
func (e *editor) stale() []*rule.Rule {
	if e.File == nil {
		return nil
	}
	live := map[string]bool{}
	for _, r := range e.gen {
		live[r.Kind()+" "+r.Name()] = true
	}
	kindOf := map[*rule.Rule]string{} // of those that go
	named := map[string]*rule.Rule{}  // those by their label in this package
	keep := func(r *rule.Rule, why string) {
		log.Printf("%s: %s %s looks like Gazelle's, which has no more use for it, but %s; left as it is: take it out, or mark it # keep", e.at(r), r.Kind(), r.Name(), why)
		delete(kindOf, r)
		delete(named, ":"+r.Name())
	}
	for _, kind := range []string{survey.KindTree, survey.KindGroup, survey.KindMacro, survey.KindSet, survey.KindArchive} {
		for _, r := range e.File.Rules {
			if !e.Kinds.Is(r, kind) || live[kind+" "+r.Name()] || !e.looksOurs(r, kind, named) || marked(r) {
				continue
			}
			if why := e.stays(r, kind); why != "" {
				log.Printf("%s: %s %s is left as it is, for %s: take it out if that is for good", e.at(r), r.Kind(), r.Name(), why)
				continue
			}
			if why := e.usersPart(r, kind); why != "" {
				keep(r, why)
				continue
			}
			kindOf[r], named[":"+r.Name()] = kind, r
		}
	}
	for again := true; again; {
		again = false
		for _, r := range e.File.Rules {
			kind, goes := kindOf[r]
			if !goes {
				continue
			}
			if of := productOf(r, kind); of != "" && named[of] == nil {
				delete(kindOf, r) // the message about the other will do
				delete(named, ":"+r.Name())
				again = true
				continue
			}
			user := e.find(func(u *rule.Rule) bool {
				_, goes := kindOf[u]
				return !goes && !slices.ContainsFunc(e.gen, func(g *rule.Rule) bool { return g.Name() == u.Name() }) && e.names(u, r.Name())
			})
			if user != nil {
				keep(r, fmt.Sprintf("%s %s names it", user.Kind(), user.Name()))
				again = true
			}
		}
	}
	var out []*rule.Rule
	for _, r := range e.File.Rules {
		kind, goes := kindOf[r]
		if !goes {
			continue
		}
		empty := rule.NewRule(kind, r.Name())
		for _, attr := range []string{"srcs", "generated", "tags"} {
			if r.Attr(attr) != nil {
				empty.SetAttr(attr, removed{})
			}
		}
		out = append(out, empty)
	}
	return out
}

// stays says why a rule of Gazelle's stays all the same.
func (e *editor) stays(r *rule.Rule, kind string) string {
	if kind != survey.KindSet {
		return ""
	}
	return e.Stays(r.Name(), r.AttrString("tree"))
}

// looksOurs tells whether a rule may be one that Gazelle wrote; gone are those
// that go.
func (e *editor) looksOurs(r *rule.Rule, kind string, gone map[string]*rule.Rule) bool {
	if e.Kinds.Aliases[r.Kind()] != "" {
		return false // a macro of the user's
	}
	switch kind {
	case survey.KindTree:
		return slices.ContainsFunc(globs(r), plan.MarksGazelle)
	case survey.KindGroup:
		return slices.Contains([]string{survey.GroupObjtree, survey.GroupNested, survey.GroupHeaders}, r.Name()) &&
			slices.ContainsFunc(globs(r), func(p string) bool { return plan.WritesPattern(r.Name(), p) })
	case survey.KindSet:
		return plan.IsModuleSet(r.Name())
	}
	return gone[productOf(r, kind)] != nil
}

// productOf returns the label that a rule is made from, "" if its kind has
// none that goes before it.
func productOf(r *rule.Rule, kind string) string {
	switch kind {
	case survey.KindMacro:
		return r.AttrString("tree")
	case survey.KindArchive:
		return r.AttrString("set")
	}
	return ""
}

// marked tells whether a rule, or something in it, is marked with # keep.
func marked(r *rule.Rule) bool {
	if r.ShouldKeep() {
		return true
	}
	for _, key := range r.AttrKeys() {
		found := kept(r, key)
		bzl.Walk(r.Attr(key), func(x bzl.Expr, _ []bzl.Expr) { found = found || rule.ShouldKeep(x) })
		if found {
			return true
		}
	}
	return false
}

// names tells whether an attribute of a rule has the label of a rule in this
// package, or of one that the macro of that name makes.
func (e *editor) names(r *rule.Rule, name string) bool {
	found := false
	for _, key := range r.AttrKeys() {
		if key == "name" {
			continue
		}
		bzl.Walk(r.Attr(key), func(x bzl.Expr, _ []bzl.Expr) {
			if s, ok := x.(*bzl.StringExpr); ok {
				l, err := label.Parse(s.Value)
				found = found || err == nil && l.Repo == "" && (l.Relative || l.Pkg == e.Rel) && (l.Name == name || strings.HasPrefix(l.Name, name+"."))
			}
		})
	}
	return found
}
