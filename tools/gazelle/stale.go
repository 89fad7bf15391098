package gazelle

import (
	"fmt"
	"log"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
)

// stale returns what Gazelle wrote into the BUILD file before and would not
// write now. What a user wrote or changed is not among them, nor what such a
// rule names; a message says so of those that look like Gazelle's.
func (o *output) stale(s *survey) []*rule.Rule {
	if o.args.File == nil {
		return nil
	}
	live := map[string]bool{}
	for _, r := range o.gen {
		live[r.Kind()+" "+r.Name()] = true
	}
	kindOf := map[*rule.Rule]string{} // of those that go
	named := map[string]*rule.Rule{}  // those by their label in this package
	stays := func(r *rule.Rule, why string) {
		log.Printf("%s: %s %s looks like Gazelle's, which has no more use for it, but %s; left as it is: take it out, or mark it # keep", o.at(r), r.Kind(), r.Name(), why)
		delete(kindOf, r)
		delete(named, ":"+r.Name())
	}
	for _, kind := range []string{kindTree, kindGroup, kindMacro, kindSet, kindArchive} {
		for _, r := range o.args.File.Rules {
			if !o.is(r, kind) || live[kind+" "+r.Name()] || !o.looksOurs(r, kind, named) || marked(r) {
				continue
			}
			if why := o.usersPart(s, r, kind); why != "" {
				stays(r, why)
				continue
			}
			kindOf[r], named[":"+r.Name()] = kind, r
		}
	}
	for again := true; again; {
		again = false
		for _, r := range o.args.File.Rules {
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
			user := o.find(func(u *rule.Rule) bool {
				_, goes := kindOf[u]
				return !goes && !slices.ContainsFunc(o.gen, func(g *rule.Rule) bool { return g.Name() == u.Name() }) && o.names(u, r.Name())
			})
			if user != nil {
				stays(r, fmt.Sprintf("%s %s names it", user.Kind(), user.Name()))
				again = true
			}
		}
	}
	var out []*rule.Rule
	for _, r := range o.args.File.Rules {
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

// looksOurs tells whether a rule may be one that Gazelle wrote; gone are those
// that go.
func (o *output) looksOurs(r *rule.Rule, kind string, gone map[string]*rule.Rule) bool {
	if settingsOf(o.args.Config).kinds.aliases[r.Kind()] != "" {
		return false // a macro of the user's
	}
	switch kind {
	case kindTree:
		return slices.ContainsFunc(globs(r), generatedPattern)
	case kindGroup:
		return slices.Contains([]string{objGroup, nestedGroup, headersGroup}, r.Name()) &&
			slices.ContainsFunc(globs(r), func(p string) bool { return writtenPattern(r.Name(), p) })
	case kindSet:
		return isModuleSet(r.Name())
	}
	return gone[productOf(r, kind)] != nil
}

// productOf returns the label that a rule is made from, "" if its kind has
// none that goes before it.
func productOf(r *rule.Rule, kind string) string {
	switch kind {
	case kindMacro:
		return r.AttrString("tree")
	case kindArchive:
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
		bzl.Walk(r.Attr(key), func(e bzl.Expr, _ []bzl.Expr) { found = found || rule.ShouldKeep(e) })
		if found {
			return true
		}
	}
	return false
}

// names tells whether an attribute of a rule has the label of a rule in this
// package, or of one that the macro of that name makes.
func (o *output) names(r *rule.Rule, name string) bool {
	found := false
	for _, key := range r.AttrKeys() {
		if key == "name" {
			continue
		}
		bzl.Walk(r.Attr(key), func(e bzl.Expr, _ []bzl.Expr) {
			if s, ok := e.(*bzl.StringExpr); ok {
				l, err := label.Parse(s.Value)
				found = found || err == nil && l.Repo == "" && (l.Relative || l.Pkg == o.args.Rel) && (l.Name == name || strings.HasPrefix(l.Name, name+"."))
			}
		})
	}
	return found
}

// at returns a rule's place, as FILE:LINE.
func (o *output) at(r *rule.Rule) string {
	line := 0
	if stmts := o.args.File.File.Stmt; r != nil && r.Index() < len(stmts) {
		start, _ := stmts[r.Index()].Span()
		line = start.Line
	}
	return fmt.Sprintf("%s:%d", o.args.File.Path, line)
}

// leaveTaken takes back what has the name of a rule of another kind that
// stays, and what is made from that, and says so.
func (o *output) leaveTaken(empty []*rule.Rule) {
	goes := func(r *rule.Rule) bool {
		return slices.ContainsFunc(empty, func(e *rule.Rule) bool { return e.Name() == r.Name() && o.is(r, e.Kind()) })
	}
	left := map[string]bool{}
	o.gen = slices.DeleteFunc(o.gen, func(r *rule.Rule) bool {
		if of := productOf(r, r.Kind()); left[of] {
			log.Printf("//%s: %s %s is left out, for there is no %s to make it from", o.args.Rel, r.Kind(), r.Name(), of)
			return true
		}
		taken := o.find(func(x *rule.Rule) bool { return x.Name() == r.Name() && !o.is(x, r.Kind()) && !goes(x) })
		if taken != nil {
			log.Printf("%s: %s %s has the name of the %s that Gazelle writes here, which is left out; rename yours", o.at(taken), taken.Kind(), taken.Name(), r.Kind())
			left[":"+r.Name()] = true
		}
		return taken != nil
	})
}
