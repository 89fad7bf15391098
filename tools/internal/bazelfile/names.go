package bazelfile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// reserved are the names of repositories that Bazel, and the extension, have
// for their own.
var reserved = []string{"bazel_tools", "local_config_platform", "kheaders_lock"}

// moduleFunctions are those of MODULE.bazel that make no repository by name. Any
// other name that is called is one of use_repo_rule.
var moduleFunctions = []string{
	"archive_override", "fail", "flag_alias", "git_override", "include", "inject_repo", "local_path_override", "multiple_version_override",
	"override_repo", "print", "register_execution_platforms", "register_toolchains", "single_version_override", "use_extension", "use_repo_rule",
}

// place says where a call is.
func (f *file) place(c called) string {
	if c.at != nil {
		return f.at(c.at)
	}
	return f.at(c.CallExpr)
}

// repos returns the repositories that a call of MODULE.bazel makes visible, by
// what it calls them.
func (c called) repos() []string {
	one := func(names ...string) []string {
		for _, n := range names {
			v, given := c.argument(n)
			if given && v == (none{}) {
				return nil
			}
			if given && v != "" {
				return texts(v)
			}
		}
		return nil
	}
	switch f := c.function(); {
	case f == "bazel_dep" || f == "module":
		return one("repo_name", "name")
	case f == "use_repo":
		var out []string
		if given := c.positional(); len(given) > 0 {
			out = texts(list(given[1:]))
		}
		for key := range c.imports() {
			out = append(out, key)
		}
		return out
	case strings.Contains(f, ".") || slices.Contains(moduleFunctions, f):
		return nil
	}
	return one("name")
}

// imports are the repositories that a use_repo gives other names, by these.
func (c called) imports() map[string]value {
	out := c.unpacked()
	for _, arg := range c.List {
		if a, ok := arg.(*build.AssignExpr); ok {
			out[text(a.LHS)] = c.e.eval(a.RHS, c.vars)
		}
	}
	return out
}

// takenBy says where a repository of that name is made visible, or may be; ""
// where none is.
func (e *moduleEditor) takenBy(name string) string {
	for _, f := range e.files {
		calls := calledIn(f.File, nil)
		for _, c := range calls {
			if slices.ContainsFunc(c.repos(), func(n string) bool { return mayBe(n, name) }) {
				return f.place(c)
			}
		}
	}
	return ""
}

// free returns an error where the name of a module that is to be added is
// taken.
func (e *moduleEditor) free(name string) error {
	at := e.takenBy(name)
	if at == "" {
		return nil
	}
	return fmt.Errorf("%s: the name %q is taken by another repository: add bazel_dep(name = %q, version = %q, repo_name = …) with a name of your own, and run this again", at, name, name, e.want.Version)
}

// noTargets are functions of BUILD files, and of native, whose first argument is
// no target's name.
var noTargets = []string{
	"depset", "dict", "enumerate", "existing_rule", "existing_rules", "fail", "glob", "len", "licenses", "list", "module_name", "module_version", "package",
	"package_name", "package_relative_label", "print", "repo_name", "repository_name", "select", "sorted", "str", "struct", "subpackages", "tuple", "workspace",
}

// targets returns the targets and files that a call of a BUILD file makes or
// names, without those that the macro makes besides.
func (c called) targets() []string {
	v, named := c.argument("name")
	if c.method && (!named || c.ofValue()) || slices.Contains(noTargets, c.kind()) {
		return nil
	}
	var out []string
	if named {
		out = texts(v)
	} else if p := c.positional(); len(p) > 0 {
		out = texts(p[0])
	}
	for _, attr := range []string{"out", "outs"} {
		if v, given := c.argument(attr); given {
			out = append(out, texts(v)...)
		}
	}
	return out
}

// mayMake says what a call might make one of the names by, if its function is not
// seen: one without a name makes what it likes, others what begins with theirs.
func (c called) mayMake(names []string) string {
	if c.from == "" {
		return ""
	}
	made := c.targets()
	if len(made) > 0 && !slices.ContainsFunc(made, func(m string) bool {
		known, _, _ := strings.Cut(m, anything)
		return m != "" && slices.ContainsFunc(names, func(n string) bool { return n != m && strings.HasPrefix(n, known) })
	}) {
		return ""
	}
	return fmt.Sprintf("%s of %s may make it as well, which is not seen here", c.function(), c.from)
}

// kind is the kind of the target that a call makes.
func (c called) kind() string { return strings.TrimPrefix(c.function(), "native.") }

// takenTarget returns an error where a statement makes a target, or a file, by
// one of the names that t is to have; macro is what the file calls kheaders.
func (f *file) takenTarget(stmts []build.Expr, macro string, t *Target) error {
	wanted := []string{t.Name}
	for _, p := range parts {
		wanted = append(wanted, t.Name+"."+p)
	}
	calls := calledIn(&build.File{Stmt: stmts}, f.loader.symbols(f.File, path.Dir(f.name)))
	for _, c := range calls {
		made := c.targets()
		if why := c.mayMake(wanted); why != "" && !strings.HasPrefix(c.from, f.rules) {
			t.Unseen = append(t.Unseen, f.place(c)+": "+why)
		}
		if macro != "" && c.function() == macro {
			for _, m := range made {
				for _, p := range parts {
					if mayBe(m+"."+p, t.Name) {
						return fmt.Errorf("%s: the name %q is that of a target which kheaders(name = %q) makes: choose another by --name", f.place(c), t.Name, strings.ReplaceAll(m, anything, "…"))
					}
				}
			}
		}
		for _, w := range wanted {
			if !slices.ContainsFunc(made, func(m string) bool { return mayBe(m, w) }) {
				continue
			}
			if w == t.Name {
				return fmt.Errorf("%s: the name %q is taken by another target, a %s: choose one by --name", f.place(c), w, c.kind())
			}
			return fmt.Errorf("%s: the name %q, of which kheaders(name = %q) makes a target, is taken by a %s: choose another one by --name", f.place(c), w, t.Name, c.kind())
		}
	}
	return nil
}

// Made returns the line of a statement of a BUILD file that makes a target of
// that name by a comprehension, or by arguments that are no plain strings; 0 if
// there is none.
func Made(f *build.File, name string) int {
	for _, c := range calledIn(f, nil) {
		if attr(c.CallExpr, "name") == "" && slices.ContainsFunc(c.targets(), func(n string) bool { return mayBe(n, name) }) {
			start, _ := c.Span()
			return start.Line
		}
	}
	return 0
}

// binds tells whether an assignment gives a variable a value.
func binds(lhs build.Expr, name string) bool {
	v := vars{}
	bind(v, lhs, nil)
	_, ok := v[name]
	return ok
}
