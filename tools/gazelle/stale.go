package gazelle

import (
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"rules_kheaders/tools/internal/tree"
)

// stale returns what Gazelle wrote into the BUILD file before and would not
// write now. A rule that a user wrote is not among them, whatever its kind.
func (o *output) stale() []*rule.Rule {
	if o.args.File == nil {
		return nil
	}
	live := map[string]bool{}
	for _, r := range o.gen {
		live[r.Kind()+" "+r.Name()] = true
	}
	gone := map[string]bool{} // labels in this package
	var out []*rule.Rule
	drop := func(r *rule.Rule) {
		gone[":"+r.Name()] = true
		empty := rule.NewRule(r.Kind(), r.Name())
		for _, attr := range []string{"srcs", "generated", "tags"} {
			if r.Attr(attr) != nil {
				empty.SetAttr(attr, removed{})
			}
		}
		out = append(out, empty)
	}
	for _, kind := range []string{kindTree, kindGroup, kindMacro, kindSet, kindArchive} {
		for _, r := range o.args.File.Rules {
			if !o.is(r, kind) || r.ShouldKeep() || live[kind+" "+r.Name()] {
				continue
			}
			var ours bool
			switch kind {
			case kindTree:
				ours = globsKernel(r)
			case kindGroup:
				ours = slices.Contains([]string{objGroup, nestedGroup, headersGroup}, r.Name()) && len(globs(r)) > 0
			case kindMacro:
				ours = gone[r.AttrString("tree")]
			case kindSet:
				ours = gone[r.AttrString("tree")] || isModuleSet(r.Name())
			case kindArchive:
				ours = gone[r.AttrString("set")]
			}
			if ours {
				drop(r)
			}
		}
	}
	return out
}

// isModuleSet knows the names of the sets of external modules.
func isModuleSet(name string) bool {
	arch, ok := strings.CutPrefix(strings.TrimSuffix(name, ".set"), "kheaders_")
	return ok && strings.HasSuffix(name, ".set") && slices.Contains(tree.Arches, arch)
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

// globsKernel tells whether a kernel_tree has the srcs that Gazelle writes.
func globsKernel(r *rule.Rule) bool {
	g := globs(r)
	return (slices.Contains(g, "Makefile") || slices.Contains(elements(r.Attr("srcs")), "Makefile")) && slices.Contains(g, "include/**") && r.Attr("archives") == nil
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
