// Package buildfile reads BUILD files, and writes the rules of a plan into
// them, with what a user has there kept.
package buildfile

import (
	"fmt"
	"log"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
)

// Target is the BUILD file of a directory.
type Target struct {
	Rel, Dir string
	// File is nil if there is none yet.
	File *rule.File
	// GenFiles are the files that its rules make.
	GenFiles   []string
	BuildNames []string
	Kinds      Kinds
	Settings   *survey.Settings
	// HasTree is true for a kernel.
	HasTree bool
	// Stays says why a module's set by that name, which names a tree, stays
	// though the plan does not have it; "" where it goes.
	Stays func(name, tree string) string
}

// editor collects the rules of one BUILD file.
type editor struct {
	Target
	gen []*rule.Rule
}

// Edit returns the rules of a plan as Gazelle merges them into the file, and
// the rules that go.
func Edit(t Target, rules []*plan.Rule) (gen, empty []*rule.Rule) {
	e := &editor{Target: t}
	for _, r := range rules {
		e.gen = append(e.gen, e.rule(r))
	}
	e.keepOldNames()
	empty = e.stale()
	e.dropTaken(empty)
	return e.gen, empty
}

// rule makes a rule of a plan one of Gazelle's.
func (e *editor) rule(r *plan.Rule) *rule.Rule {
	old := e.find(func(x *rule.Rule) bool { return e.Kinds.Is(x, r.Kind) && x.Name() == r.Name })
	out := rule.NewRule(r.Kind, r.Name)
	users := e.usersRule(old, r)
	for _, a := range r.Attrs {
		switch v := a.Value.(type) {
		case plan.Users:
			keepUsers(out, old, a.Name)
			continue
		case plan.Manual:
			if !users && (bool(v) || old != nil && manual(false).Merge(old.Attr(a.Name)) != nil) {
				out.SetAttr(a.Name, manual(v))
			} else if users {
				keepUsers(out, old, a.Name)
			}
			continue
		case plan.Sources:
			out.SetAttr(a.Name, e.sources(old, r.Name, v))
		case plan.Objtree:
			out.SetAttr(a.Name, &srcs{labels: []string{string(v)}, ours: plan.IsObjtree})
		default:
			if old != nil && computed(old.Attr(a.Name)) {
				keepUsers(out, old, a.Name)
				continue
			}
			out.SetAttr(a.Name, v)
		}
		if users {
			keepUsers(out, old, a.Name)
		}
	}
	return out
}

// usersRule tells whether a rule with sources is one that a user wrote: they are
// not a glob of Gazelle's, nor labels alone that Gazelle writes. What was added to
// such a glob is the user's; but where a pattern is missing that marks one of
// Gazelle's, the whole is. All that stands in it stays. What this run writes was
// not added, though it be for this kernel alone.
func (e *editor) usersRule(old *rule.Rule, r *plan.Rule) bool {
	if old == nil || old.Attr("srcs") == nil {
		return false
	}
	i := slices.IndexFunc(r.Attrs, func(a plan.Attr) bool { return a.Name == "srcs" })
	if i < 0 {
		return false
	}
	v, ok := r.Attrs[i].Value.(plan.Sources)
	if !ok {
		return false
	}
	value := e.sources(old, r.Name, v)
	value.users = func(string) bool { return true }
	for _, part := range summands(old.Attr("srcs")) {
		if p, _, ok := globOf(part); ok && (len(p.List) == 0 || value.wrote(p)) {
			return usersSource(old.Attr("srcs"), r.Name, v) != "" && !hasMarks(old.Attr("srcs"), v.Patterns) || e.twice(value.Merge(old.Attr("srcs"))) && !e.twice(old.Attr("srcs"))
		}
		if list, ok := part.(*bzl.ListExpr); ok && (len(list.List) == 0 || slices.ContainsFunc(bzl.Strings(list), plan.IsNested)) {
			return false
		}
	}
	return true
}

// hasMarks tells whether the globs of a sum have those of the patterns that mark
// what Gazelle writes, or have none at all.
func hasMarks(srcs bzl.Expr, patterns []string) bool {
	var have []string
	for _, part := range summands(srcs) {
		if p, _, ok := globOf(part); ok {
			have = append(have, bzl.Strings(p)...)
		}
	}
	return len(have) == 0 || !slices.ContainsFunc(patterns, func(p string) bool { return plan.MarksGazelle(p) && !slices.Contains(have, p) })
}

// twice tells whether two globs of a sum find the same file, which Bazel
// refuses.
func (e *editor) twice(srcs bzl.Expr) bool {
	var found []bzl.Expr
	for _, part := range summands(srcs) {
		if _, _, ok := globOf(part); ok {
			found = append(found, part)
		}
	}
	for i, part := range found {
		if i > 0 && slices.ContainsFunc(e.files(part), func(f string) bool {
			return slices.ContainsFunc(found[:i], func(o bzl.Expr) bool { return globbed(o, f) })
		}) {
			return true
		}
	}
	return false
}

// files returns the files of this package that a glob finds.
func (e *editor) files(glob bzl.Expr) []string {
	patterns, excludes, _ := globOf(glob)
	return survey.FilesOf(e.Dir, bzl.Strings(patterns), stringsOf(excludes), e.BuildNames)
}

// computed tells whether a value is not written out: a variable, a function, a
// sum.
func computed(e bzl.Expr) bool {
	switch e := e.(type) {
	case nil, *bzl.StringExpr, *bzl.ListExpr, *bzl.LiteralExpr, *bzl.DictExpr:
		return false
	case *bzl.Ident:
		return e.Name != "True" && e.Name != "False" && e.Name != "None"
	}
	return true
}

// keepUsers leaves an attribute as the user has it.
func keepUsers(r, old *rule.Rule, attr string) {
	if old != nil && old.Attr(attr) != nil {
		r.SetAttr(attr, asItIs{old.Attr(attr)})
	}
}

func (e *editor) find(is func(*rule.Rule) bool) *rule.Rule {
	if e.File != nil {
		if i := slices.IndexFunc(e.File.Rules, is); i >= 0 {
			return e.File.Rules[i]
		}
	}
	return nil
}

// at returns a rule's place, as FILE:LINE.
func (e *editor) at(r *rule.Rule) string {
	line := 0
	if stmts := e.File.File.Stmt; r != nil && r.Index() < len(stmts) {
		start, _ := stmts[r.Index()].Span()
		line = start.Line
	}
	return fmt.Sprintf("%s:%d", e.File.Path, line)
}

// sources returns the srcs of a rule, whose name and present state are given.
func (e *editor) sources(old *rule.Rule, name string, v plan.Sources) *srcs {
	return &srcs{
		patterns: slices.Sorted(slices.Values(v.Patterns)), excludes: v.Excludes, labels: v.Labels,
		name: name, ours: e.wrote,
		isFile: func(s string) bool { return survey.IsFile(filepath.Join(e.Dir, s)) },
		users: func(p string) bool {
			if plan.WritesPattern(name, p) {
				return false
			}
			if len(survey.NewClaim(e.Dir, []string{p}, nil, e.BuildNames).Own) > 0 {
				return true
			}
			// Bazel refuses it.
			log.Printf("%s: the pattern %q among srcs of %s finds no file of this package any more; taken out", e.at(old), p, name)
			return false
		},
	}
}

// wrote tells whether Gazelle may have put a label among srcs: a filegroup of a
// package inside, or a file. A file that is neither there nor made by a rule is
// gone, whoever wrote it.
func (e *editor) wrote(s string) bool {
	if strings.ContainsAny(s, ":@") || strings.HasPrefix(s, "//") {
		return plan.IsNested(s)
	}
	if plan.WritesFile(s) {
		return true
	}
	made := slices.Contains(e.GenFiles, s) || e.find(func(r *rule.Rule) bool { return r.Name() == s }) != nil
	return !made && !survey.Exists(filepath.Join(e.Dir, s))
}

// dropTaken takes back what has the name of a rule of another kind that
// stays, and what is made from that, and says so.
func (e *editor) dropTaken(empty []*rule.Rule) {
	goes := func(r *rule.Rule) bool {
		return slices.ContainsFunc(empty, func(x *rule.Rule) bool { return x.Name() == r.Name() && e.Kinds.Is(r, x.Kind()) })
	}
	dropped := map[string]bool{}
	e.gen = slices.DeleteFunc(e.gen, func(r *rule.Rule) bool {
		if of := productOf(r, r.Kind()); dropped[of] {
			log.Printf("//%s: %s %s is left out, for there is no %s to make it from", e.Rel, r.Kind(), r.Name(), of)
			return true
		}
		taken := e.find(func(x *rule.Rule) bool { return x.Name() == r.Name() && !e.Kinds.Is(x, r.Kind()) && !goes(x) })
		if taken != nil {
			log.Printf("%s: %s %s has the name of the %s that Gazelle writes here, which is left out; rename yours", e.at(taken), taken.Kind(), taken.Name(), r.Kind())
			dropped[":"+r.Name()] = true
			return true
		}
		if e.File == nil || e.find(func(x *rule.Rule) bool { return x.Name() == r.Name() }) != nil {
			return false
		}
		line := bazelfile.Made(e.File.File, r.Name())
		if line > 0 {
			log.Printf("%s:%d: a target made here has the name of the %s %s that Gazelle writes, which is left out; rename yours", e.File.Path, line, r.Kind(), r.Name())
			dropped[":"+r.Name()] = true
		}
		return line > 0
	})
}
