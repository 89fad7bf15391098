package buildfile

import (
	"fmt"
	"log"
	"path/filepath"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// renamed are attributes by the names that the RFC "Provide in-kernel headers"
// and the drafts of these rules gave them.
var renamed = []renaming{
	{[]string{survey.KindSet, survey.KindMacro}, "ikh_extra", "extra"},
	{[]string{survey.KindTree}, "headers", "srcs"},
	{[]string{survey.KindTree}, "objtree_files", "generated"},
	{[]string{survey.KindArchive, survey.KindMacro}, "compression", "format"},
}

type renaming struct {
	kinds    []string
	old, new string
}

// FixNames gives attributes their present names, if fix; otherwise it only
// tells of them.
func FixNames(f *rule.File, kinds Kinds, fix bool) {
	for _, r := range f.Rules {
		for _, m := range renamed {
			if !m.has(kinds, r) || r.ShouldKeep() {
				continue
			}
			start, _ := r.Attr(m.old).Span()
			what := fmt.Sprintf("%s:%d: %s of %s is called %s now", f.Path, start.Line, m.old, r.Name(), m.new)
			switch {
			case kept(r, m.old) || kept(r, m.new):
				log.Printf("%s, but marked # keep; rename it by hand", what)
			case !fix:
				log.Printf("%s; run gazelle with the command fix", what)
			default:
				if err := m.apply(r, filepath.Dir(f.Path)); err != nil {
					log.Printf("%s, but %v; rename it by hand", what, err)
				}
			}
		}
	}
}

// has tells whether a rule has the attribute under its old name.
func (m *renaming) has(k Kinds, r *rule.Rule) bool {
	return r.Attr(m.old) != nil && slices.ContainsFunc(m.kinds, func(kind string) bool { return k.Is(r, kind) })
}

// kept tells whether an attribute as a whole is marked with # keep.
func kept(r *rule.Rule, attr string) bool {
	c := r.AttrComments(attr)
	return c != nil && (rule.ShouldKeep(&bzl.Ident{Comments: *c}) || rule.ShouldKeep(r.Attr(attr)))
}

// apply moves the value to the new name, to what stands there already, and
// takes the comments along. dir is that of the BUILD file. An error leaves all
// as it is.
func (m *renaming) apply(r *rule.Rule, dir string) error {
	value, there := r.Attr(m.old), r.Attr(m.new)
	var err error
	if m.new == "format" {
		value, err = formatOf(value, there)
	} else if there != nil {
		value, err = joined(there, value, dir)
	}
	if err != nil {
		return err
	}
	comments := *r.AttrComments(m.old)
	r.SetAttr(m.new, value)
	c := r.AttrComments(m.new)
	c.Before = append(c.Before, comments.Before...)
	c.Suffix = append(c.Suffix, comments.Suffix...)
	c.After = append(c.After, comments.After...)
	r.DelAttr(m.old)
	return nil
}

// formatOf returns a value of compression as one of format; it must not differ
// from what format is already.
func formatOf(compression, there bzl.Expr) (bzl.Expr, error) {
	s, ok := compression.(*bzl.StringExpr)
	if !ok {
		return nil, fmt.Errorf("its value %s is no string", bzl.FormatString(compression))
	}
	name := s.Value
	if f := codec.FormatOf(name); f != "" { // the drafts named the compression
		name = string(f)
	}
	if _, err := codec.ParseFormat(name); err != nil {
		return nil, fmt.Errorf("the value %q is unknown", s.Value)
	}
	if there == nil {
		out := *s
		out.Value, out.Token = name, ""
		return &out, nil
	}
	if t, ok := there.(*bzl.StringExpr); !ok || t.Value != name {
		return nil, fmt.Errorf("format is there with another value, %s", bzl.FormatString(there))
	}
	return there, nil
}

// joined adds to a list, or a sum of lists, what another has besides.
func joined(there, more bzl.Expr, dir string) (bzl.Expr, error) {
	have := elements(there)
	plain := func(e bzl.Expr) bool { return !slices.ContainsFunc(summands(e), isNoList) }
	if !plain(there) && !plain(more) {
		return nil, fmt.Errorf("both have more than a list, and may name the same files")
	}
	var first *bzl.ListExpr // the list that takes the entries
	for _, part := range summands(there) {
		if list, ok := part.(*bzl.ListExpr); ok && first == nil {
			first = list
		}
	}
	for _, part := range summands(more) {
		list, ok := part.(*bzl.ListExpr)
		if !ok {
			there = &bzl.BinaryExpr{X: there, Op: "+", Y: part}
			continue
		}
		if first == nil {
			first = &bzl.ListExpr{}
			there = &bzl.BinaryExpr{X: there, Op: "+", Y: first}
		}
		for _, e := range list.List {
			if s, ok := e.(*bzl.StringExpr); !ok || !slices.Contains(have, s.Value) && !(survey.IsFile(filepath.Join(dir, s.Value)) && globbed(there, s.Value)) {
				first.List = append(first.List, e)
			}
		}
	}
	return there, nil
}

// globbed tells whether a glob among the summands finds a file: Bazel wants
// none to be named twice.
func globbed(e bzl.Expr, file string) bool {
	matches := func(list *bzl.ListExpr) bool {
		return list != nil && slices.ContainsFunc(bzl.Strings(list), func(p string) bool { return doublestar.MatchUnvalidated(p, file) })
	}
	return slices.ContainsFunc(summands(e), func(part bzl.Expr) bool {
		p, x, ok := globOf(part)
		return ok && matches(p) && !matches(x)
	})
}

func isNoList(e bzl.Expr) bool {
	_, ok := e.(*bzl.ListExpr)
	return !ok
}

// keepOldNames writes nothing beside an attribute that is there under an old
// name: `gazelle fix` makes one of them.
func (e *editor) keepOldNames() {
	for _, r := range e.gen {
		for _, m := range renamed {
			if old := e.find(func(x *rule.Rule) bool { return x.Name() == r.Name() && m.has(e.Kinds, x) }); old != nil {
				r.DelAttr(m.new)
				keepUsers(r, old, m.new)
			}
		}
	}
}
