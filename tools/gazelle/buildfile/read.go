package buildfile

import (
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// Read returns what a BUILD file has, nil if there is none.
func Read(f *rule.File, kinds Kinds) *survey.Package {
	if f == nil {
		return nil
	}
	p := &survey.Package{Exported: exported(f), DefaultVisibility: f.HasDefaultVisibility()}
	for _, r := range f.Rules {
		x := survey.Rule{
			Kind: r.Kind(), Name: r.Name(), Keep: r.ShouldKeep(),
			Arch: r.AttrString("arch"), Tree: r.AttrString("tree"), Set: r.AttrString("set"),
			Extra: r.AttrStrings("extra"), Include: r.AttrStrings("include"), Globs: globs(r),
			Generated: elements(r.Attr("generated")), Archives: r.Attr("archives") != nil, Module: literal(r.Attr("module")),
			BTF: asked(r, "btf"), Rust: asked(r, "rust"), ToolSources: r.AttrString("host_tools") == "none",
			Includes: append(r.AttrStrings("linux_includes"), r.AttrStrings("includes")...),
		}
		for _, kind := range survey.Kinds {
			if kinds.Is(r, kind) {
				x.Stands = append(x.Stands, kind)
			}
		}
		p.Rules = append(p.Rules, x)
	}
	return p
}

// asked tells whether a set is, or may be, asked for what an attribute names.
func asked(r *rule.Rule, attribute string) bool {
	return r.Attr(attribute) != nil && literal(r.Attr(attribute)) != "False"
}

// exported returns the files that a BUILD file names in exports_files.
func exported(f *rule.File) []string {
	var out []string
	for _, stmt := range f.File.Stmt {
		call, ok := stmt.(*bzl.CallExpr)
		if !ok {
			continue
		}
		if id, ok := call.X.(*bzl.Ident); !ok || id.Name != "exports_files" {
			continue
		}
		for _, arg := range call.List {
			if as, ok := arg.(*bzl.AssignExpr); ok {
				if id, ok := as.LHS.(*bzl.Ident); !ok || id.Name != "srcs" {
					continue
				}
				arg = as.RHS
			}
			out = append(out, bzl.Strings(arg)...)
		}
	}
	return out
}
