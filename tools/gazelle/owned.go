package gazelle

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"rules_kheaders/tools/internal/kernel"
)

// usersPart says what of a rule is not as Gazelle writes it, "" if all is.
func (o *output) usersPart(s *survey, r *rule.Rule, kind string) string {
	st := settingsOf(o.args.Config)
	name := r.Name()
	switch arch, _ := kernel.ParseArch(r.AttrString("arch")); {
	case kind == kindTree && name != "tree_"+arch, kind == kindMacro && r.AttrString("tree") != ":tree_"+strings.TrimPrefix(name, "kheaders_"):
		return "the name is not one that Gazelle gives"
	}
	if kind == kindTree && s.trees[o.args.Rel] == nil {
		for _, part := range []string{"Makefile", "include"} {
			if exists(filepath.Join(o.args.Dir, part)) {
				return part + " is still there"
			}
		}
	}
	for _, key := range r.AttrKeys() {
		e := r.Attr(key)
		ours := false
		switch key {
		case "name", "tree", "set", "arch":
			ours = true
		case "srcs":
			if x := foreign(e, name); x != "" {
				return fmt.Sprintf("srcs have %s", x)
			}
			ours = true
		case "generated":
			ours = !hasOther(e, isObjLabel)
		case "generated_strip_prefix", "release":
			ours = kind == kindTree
		case "tags":
			ours = manual(false).Merge(e) == nil
		case "visibility":
			ours = writtenVisibility(name, r.AttrStrings(key))
		case "module":
			ours = literal(e) == "False"
		case "profile":
			ours = r.AttrString(key) == st.profile
		case "format":
			ours = r.AttrString(key) == st.format
		case "exclude":
			ours = slices.Equal(r.AttrStrings(key), st.exclude)
		case "roots", "root_files", "extra":
			ours = kind == kindSet || key != "extra" && !hasOther(e, func(s string) bool { return slices.Contains(st.roots, s) })
		}
		if !ours {
			return key + " is not what Gazelle writes"
		}
	}
	if kind == kindGroup && r.Attr("visibility") == nil {
		return "it has no visibility, which Gazelle always writes"
	}
	return ""
}

// foreign returns an element of srcs that Gazelle does not write into a rule of
// that name, "" if there is none.
func foreign(srcs bzl.Expr, name string) string {
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
			x = not(p, func(s string) bool { return writtenPattern(name, s) })
			if x == "" && excludes != nil {
				x = not(excludes, func(s string) bool { return writtenExclude(name, s) })
			}
		} else if list, ok := part.(*bzl.ListExpr); ok {
			x = not(list, func(s string) bool {
				l, err := label.Parse(s)
				return generatedFile(s) || err == nil && l.Name == nestedGroup
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

// headerPattern finds the headers of a directory for modules.
const headerPattern = "include/**/*.h"

// allPatterns are those of all architectures, for sources, objects and headers.
var allPatterns = sync.OnceValue(func() map[string]bool {
	out := set(headerPattern)
	for _, a := range kernel.Arches {
		for _, p := range append(treePatterns(a), objPatterns(a)...) {
			out[p] = true
		}
	}
	return out
})

// partPatterns are those, and what is left of them in a package below.
var partPatterns = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for p := range allPatterns() {
		out[p] = true
		for _, rest, ok := strings.Cut(p, "/"); ok; _, rest, ok = strings.Cut(rest, "/") {
			out[rest] = true
		}
	}
	return out
})

// writtenPattern tells whether Gazelle writes a pattern into the srcs of a rule
// of that name, whatever its directory holds.
func writtenPattern(name, p string) bool {
	if name == nestedGroup {
		return partPatterns()[p]
	}
	return allPatterns()[p]
}

// writtenExclude tells whether Gazelle leaves the files out of the globs of a
// rule of that name.
func writtenExclude(name, p string) bool {
	if name != nestedGroup {
		return slices.Contains(treeExcludes, p) || slices.Contains(objExcludes, p)
	}
	ends := func(x string) bool { return strings.HasSuffix("/"+x, "/"+p) }
	return slices.Contains([]string{"BUILD", "BUILD.bazel"}, p) || slices.ContainsFunc(treeExcludes, ends) || slices.ContainsFunc(objExcludes, ends)
}

var packageRE = regexp.MustCompile(`^//[^:]*:__pkg__$`)

// writtenVisibility tells whether Gazelle gives a visibility to a rule of that
// name.
func writtenVisibility(name string, v []string) bool {
	if name == nestedGroup {
		return len(v) == 1 && packageRE.MatchString(v[0])
	}
	return slices.Equal(v, public)
}

// isModuleSet knows the names of the sets of external modules.
func isModuleSet(name string) bool {
	arch, ok := strings.CutPrefix(strings.TrimSuffix(name, ".set"), "kheaders_")
	return ok && strings.HasSuffix(name, ".set") && slices.Contains(kernel.Arches, arch)
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
