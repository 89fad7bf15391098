package bazelfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// Target is a kheaders target that a BUILD file is to have.
type Target struct {
	Name string
	// Tree is the label of the kernel.
	Tree string
	// Attrs are further arguments of the macro. Those in Asked are what the
	// user asked for: a target that is there already must have the same.
	Attrs map[string]build.Expr
	Asked map[string]bool
	// Comment goes above the target, without "# ".
	Comment string
	// Read reads a file of the workspace that the BUILD file loads, by its path
	// there. Without it, or where it fails, that defines nothing.
	Read func(path string) ([]byte, error)
	// Unseen is what EditBuild says of each call in the file that may make
	// targets which nobody can see without Bazel, with its place.
	Unseen []string
}

// Int is a number for Target.Attrs.
func Int(n int64) build.Expr { return &build.LiteralExpr{Token: fmt.Sprint(n)} }

// False is the value False.
func False() build.Expr { return ident("False") }

// String is a string for Target.Attrs.
func String(s string) build.Expr { return str(s) }

// parts are the targets that the macro makes, or may make, beside the one with
// its name: those of rules/private/kheaders.bzl, as a test compares.
var parts = []string{
	"set", "explain", "archive", "data_h",
	"module_source", "module_source.c", "module_source.data", "module_source.kbuild", "module_source.kconfig",
	"module", "size_report", "size_test", "verify_test",
}

// EditBuild returns the BUILD file data with the target added where it is
// missing. A target of the name that is another, or not what the user asked
// for, is an error that says its line.
func EditBuild(name string, data []byte, added *Added, t *Target) ([]byte, error) {
	f, err := parse(name, data, build.ParseBuild)
	if err != nil {
		return nil, err
	}
	f.loader.read, f.rules = t.Read, added.Rules+"//"
	module := added.Rules + "//:defs.bzl"
	macro, load, err := f.macro(module)
	if err != nil {
		return nil, err
	}
	have, err := f.findTarget(macro, t)
	if err != nil || have {
		return data, err
	}
	switch loads := f.loads(); {
	case macro != "":
	case load != nil:
		load.From, load.To = append(load.From, ident("kheaders")), append(load.To, ident("kheaders"))
		if err := f.reprint(load); err != nil {
			return nil, err
		}
	default:
		text := format(build.TypeBuild, &build.LoadStmt{Module: str(module), From: []*build.Ident{ident("kheaders")}, To: []*build.Ident{ident("kheaders")}, ForceCompact: true})
		if len(loads) > 0 {
			f.insert(f.below(loads[len(loads)-1]), text, false)
		} else {
			f.insert(f.top(), text, true)
		}
	}
	if macro == "" {
		macro = "kheaders"
	}
	f.insert(len(f.data), t.format(macro), true)
	return f.result(build.ParseBuild)
}

func (t *Target) format(macro string) string {
	attrs := map[string]build.Expr{"tree": str(t.Tree)}
	maps.Copy(attrs, t.Attrs)
	args := []build.Expr{kw("name", t.Name)}
	for _, k := range slices.Sorted(maps.Keys(attrs)) {
		args = append(args, kw(k, attrs[k]))
	}
	text := multiline(build.TypeBuild, ident(macro), args...)
	if t.Comment != "" {
		text = "# " + strings.ReplaceAll(t.Comment, "\n", "\n# ") + "\n" + text
	}
	return text
}

func (f *file) loads() []*build.LoadStmt {
	var found []*build.LoadStmt
	for _, s := range f.Stmt {
		if l, ok := s.(*build.LoadStmt); ok {
			found = append(found, l)
		}
	}
	return found
}

// macro returns by which name the file has the macro, "" where it has not, and
// the statement that loads something else of the same module.
func (f *file) macro(module string) (string, *build.LoadStmt, error) {
	var same *build.LoadStmt
	var other build.Expr
	for _, l := range f.loads() {
		for i, from := range l.From {
			if l.Module.Value == module && from.Name == "kheaders" {
				return l.To[i].Name, l, nil
			}
			if l.To[i].Name == "kheaders" {
				other = l
			}
		}
		if l.Module.Value == module {
			same = l
		}
	}
	for _, s := range f.Stmt {
		switch s := s.(type) {
		case *build.AssignExpr:
			if binds(s.LHS, "kheaders") {
				other = s
			}
		case *build.DefStmt:
			if s.Name == "kheaders" {
				other = s
			}
		}
	}
	if other != nil {
		return "", nil, fmt.Errorf("%s: the name kheaders stands for something else in this file: load the macro by another one, as in load(%q, kernel_headers = \"kheaders\"), and run this again", f.at(other), module)
	}
	return "", same, nil
}

// findTarget tells whether the target is there.
func (f *file) findTarget(macro string, t *Target) (bool, error) {
	for _, r := range f.Rules("") {
		if macro != "" && r.Kind() == macro && r.Name() == t.Name {
			if err := f.compare(r, t); err != nil {
				return false, err
			}
			return true, f.takenBesides(r.Call, macro, t)
		}
	}
	return false, f.takenTarget(f.File.Stmt, macro, t)
}

// takenBesides is takenTarget for a target that is there, by the other
// statements.
func (f *file) takenBesides(there build.Expr, macro string, t *Target) error {
	others := slices.DeleteFunc(slices.Clone(f.File.Stmt), func(s build.Expr) bool { return s == there })
	return f.takenTarget(others, macro, t)
}

// compare returns an error where a target is not what is wanted of it.
func (f *file) compare(r *build.Rule, t *Target) error {
	differs := func(key, have string, want build.Expr) error {
		if have == "" {
			have = "its default"
		}
		return fmt.Errorf("%s: the target %q is there, and its %s is %s, not %s: edit it, or choose another name by --name", f.at(r.Call), t.Name, key, have, build.FormatString(want))
	}
	value := func(key string) string {
		if x := r.Attr(key); x != nil {
			return build.FormatString(x)
		}
		return ""
	}
	// @linux and @linux//:linux are the same as @linux//:tree.
	repo := strings.TrimSuffix(strings.TrimPrefix(t.Tree, "@"), "//:tree")
	tree := r.AttrString("tree")
	if tree != t.Tree && tree != "@"+repo && tree != "@"+repo+"//:"+repo {
		return differs("tree", value("tree"), str(t.Tree))
	}
	for _, key := range []string{"format", "max_bytes", "module", "profile", "strip"} {
		want, asked := t.Attrs[key]
		if !asked || !t.Asked[key] {
			continue
		}
		have := value(key)
		if have == "" {
			have = defaults[key]
		}
		if have != build.FormatString(want) {
			return differs(key, have, want)
		}
	}
	return nil
}

// defaults are those of the macro, as a test compares.
var defaults = map[string]string{"format": `"tgz"`, "module": "True", "profile": `"headers"`, "strip": `"none"`}
