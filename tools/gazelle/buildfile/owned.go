package buildfile

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// usersPart says what of a rule is not as Gazelle writes it, "" if all is.
func (e *editor) usersPart(r *rule.Rule, kind string) string {
	name := r.Name()
	if !plan.WritesName(kind, name, r.AttrString("arch"), r.AttrString("tree")) {
		return "the name is not one that Gazelle gives"
	}
	if kind == survey.KindTree && !e.HasTree {
		for _, part := range []string{"Makefile", "include"} {
			if survey.Exists(filepath.Join(e.Dir, part)) {
				return part + " is still there"
			}
		}
	}
	for _, key := range r.AttrKeys() {
		value := r.Attr(key)
		ours := false
		switch key {
		case "name", "tree", "set", "arch":
			ours = true
		case "srcs":
			if x := usersSource(value, name, plan.Sources{}); x != "" {
				return fmt.Sprintf("srcs have %s", x)
			}
			ours = true
		case "generated":
			ours = !hasOther(value, plan.IsObjtree)
		case "generated_strip_prefix", "release":
			ours = kind == survey.KindTree
		case "tags":
			ours = manual(false).Merge(value) == nil
		case "visibility":
			ours = plan.WritesVisibility(name, r.AttrStrings(key))
		case "module":
			ours = literal(value) == "False"
		case "profile":
			ours = r.AttrString(key) == e.Settings.Profile
		case "format":
			ours = r.AttrString(key) == e.Settings.Format
		case "exclude":
			ours = slices.Equal(r.AttrStrings(key), e.Settings.Exclude)
		case "roots", "root_files", "extra":
			ours = kind == survey.KindSet || key != "extra" && !hasOther(value, func(s string) bool { return slices.Contains(e.Settings.Roots, s) })
		}
		if !ours {
			return key + " is not what Gazelle writes"
		}
	}
	if kind == survey.KindGroup && r.Attr("visibility") == nil {
		return "it has no visibility, which Gazelle always writes"
	}
	return ""
}

// usersSource returns an element of srcs that Gazelle does not write into a rule
// of that name for any kernel, nor for what is planned, "" if there is none.
func usersSource(srcs bzl.Expr, name string, planned plan.Sources) string {
	not := func(list *bzl.ListExpr, ours func(string) bool) string {
		for _, e := range list.List {
			if s, ok := e.(*bzl.StringExpr); !ok || !ours(s.Value) {
				return bzl.FormatString(e)
			}
		}
		return ""
	}
	for _, part := range summands(srcs) {
		x := ""
		if p, excludes, ok := globOf(part); ok {
			if more := moreOf(part); len(more) > 0 {
				return bzl.FormatString(more[0])
			}
			x = not(p, func(s string) bool { return plan.WritesPattern(name, s) || slices.Contains(planned.Patterns, s) })
			if x == "" && excludes != nil {
				x = not(excludes, func(s string) bool { return plan.WritesExclude(name, s) })
			}
		} else if list, ok := part.(*bzl.ListExpr); ok {
			x = not(list, func(s string) bool {
				return plan.WritesFile(s) || plan.IsNested(s) || slices.Contains(planned.Patterns, s)
			})
		} else {
			x = bzl.FormatString(part)
		}
		if x != "" {
			return x
		}
	}
	return ""
}

// hasOther tells whether an attribute has something that Gazelle did not
// write.
func hasOther(e any, ours func(string) bool) bool {
	for _, s := range elements(e) {
		if !ours(s) {
			return true
		}
	}
	return false
}
