package bazelfile

import (
	"fmt"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// rules is the name of the module that has the rules.
const rules = "rules_kheaders"

// Kernel is a tag of the module extension: a kernel as a repository.
type Kernel struct {
	// Repo is the repository's name. With Anew a kernel that has another name
	// already gets this one too; otherwise it keeps its own.
	Repo string
	Anew bool
	// Tag is debian_kernel or local_kernel.
	Tag string
	// Attrs are the tag's attributes; those of Defaults, when left out, have
	// these values.
	Attrs, Defaults map[string]string
}

// Module says what a MODULE.bazel is to have.
type Module struct {
	// Version is that of the rules.
	Version string
	// Path is a checkout of the rules to take in place of the registry's
	// module; "" for none.
	Path   string
	Kernel Kernel
	// Include reads a file that an include() in MODULE.bazel names, by its
	// path in the workspace. Without it, or where it fails, such a file counts
	// as empty.
	Include func(path string) ([]byte, error)
}

// Added is how a BUILD file names what a MODULE.bazel has.
type Added struct {
	// Rules is what labels of the rules begin with: "@rules_kheaders".
	Rules string
	// Repo is the repository of the kernel.
	Repo string
}

// EditModule returns the MODULE.bazel data with what m wants added where it is
// missing. name is the file's, for messages. The error says file and line where
// something is in the way.
func EditModule(name string, data []byte, m *Module) ([]byte, *Added, error) {
	f, err := parse(name, data, build.ParseModule)
	if err != nil {
		return nil, nil, err
	}
	e := &moduleEditor{file: f, want: m, added: &Added{Rules: "@" + rules, Repo: m.Kernel.Repo}}
	if err := e.dependency(); err != nil {
		return nil, nil, err
	}
	proxy, after := e.extension()
	if err := e.kernel(proxy, after); err != nil {
		return nil, nil, err
	}
	out, err := f.result(build.ParseModule)
	return out, e.added, err
}

type moduleEditor struct {
	*file
	want  *Module
	added *Added
	// proxies are the names of the extension in the file.
	proxies []string
}

// calls lists the top-level calls of a function.
func (f *file) calls(function string) []*build.CallExpr {
	var found []*build.CallExpr
	for _, s := range f.Stmt {
		if c, ok := s.(*build.CallExpr); ok {
			if id, ok := c.X.(*build.Ident); ok && id.Name == function {
				found = append(found, c)
			}
		}
	}
	return found
}

// dependency adds the bazel_dep, and its override where one is wanted.
func (e *moduleEditor) dependency() error {
	for _, c := range e.calls("module") {
		if attr(c, "name") == rules { // the rules' own workspace
			e.added.Rules = ""
			return nil
		}
	}
	files := append([]*file{e.file}, e.included(e.file, 0)...)
	have, overridden := false, false
	for _, f := range files {
		found, err := f.dependsOn(e.added)
		if err != nil {
			return err
		}
		have = have || found
		for _, kind := range []string{"archive_override", "git_override", "local_path_override", "multiple_version_override", "single_version_override"} {
			for _, c := range f.calls(kind) {
				overridden = overridden || attr(c, "module_name") == rules
			}
		}
	}
	var last build.Expr
	for _, c := range e.calls("bazel_dep") {
		last = c
	}
	text := ""
	if !have {
		text = format(build.TypeModule, call("bazel_dep", kw("name", rules), kw("version", e.want.Version)))
	}
	if e.want.Path != "" && !overridden {
		text += multiline(build.TypeModule, ident("local_path_override"), kw("module_name", rules), kw("path", e.want.Path))
	}
	switch modules := e.calls("module"); {
	case text == "":
	case last != nil:
		e.insert(e.below(last), text, false)
	case len(modules) > 0:
		e.insert(e.below(modules[0]), text, true)
	default:
		e.insert(e.top(), text, true)
	}
	return nil
}

// dependsOn tells whether a file has the bazel_dep, and notes what it calls the
// module.
func (f *file) dependsOn(added *Added) (bool, error) {
	have := false
	for _, c := range f.calls("bazel_dep") {
		if attr(c, "name") != rules {
			continue
		}
		have = true
		if alias := build.NewRule(c).Attr("repo_name"); alias != nil {
			s, ok := alias.(*build.StringExpr)
			if !ok {
				return false, fmt.Errorf("%s: %s has no name that a BUILD file could use: make repo_name a string, or leave it out", f.at(c), rules)
			}
			added.Rules = "@" + s.Value
		}
	}
	return have, nil
}

// included lists the files that a MODULE.bazel is continued in. What is wrong
// with them is for Bazel to say.
func (e *moduleEditor) included(f *file, depth int) []*file {
	var all []*file
	for _, c := range f.calls("include") {
		if e.want.Include == nil || len(c.List) != 1 || depth == 8 { // deeper than anyone goes; a loop ends here
			continue
		}
		path := strings.TrimPrefix(strings.Replace(strings.TrimPrefix(text(c.List[0]), "//"), ":", "/", 1), "/")
		data, err := e.want.Include(path)
		if err != nil {
			continue
		}
		g, err := parse(path, data, build.ParseModule)
		if err != nil {
			continue
		}
		all = append(append(all, g), e.included(g, depth+1)...)
	}
	return all
}

// extension finds or adds the extension; it returns its name in the file and
// the statement that makes it, nil for one that is new.
func (e *moduleEditor) extension() (string, build.Expr) {
	label := e.added.Rules + "//rules:extensions.bzl"
	names := map[string]bool{}
	var found build.Expr
	proxy, dev := "", false
	for _, s := range e.Stmt {
		a, ok := s.(*build.AssignExpr)
		if !ok {
			continue
		}
		id, ok := a.LHS.(*build.Ident)
		if !ok {
			continue
		}
		names[id.Name] = true
		c, ok := a.RHS.(*build.CallExpr)
		if !ok || build.NewRule(c).Kind() != "use_extension" || len(c.List) < 2 || text(c.List[0]) != label || text(c.List[1]) != "kheaders" || build.NewRule(c).Attr("isolate") != nil {
			continue
		}
		e.proxies = append(e.proxies, id.Name)
		isDev := build.NewRule(c).AttrLiteral("dev_dependency") == "True"
		if proxy == "" || dev && !isDev {
			proxy, found, dev = id.Name, s, isDev
		}
	}
	if found != nil {
		return proxy, found
	}
	proxy = "kheaders"
	for names[proxy] {
		proxy += "_extension"
	}
	return proxy, nil
}
