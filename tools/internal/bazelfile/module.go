package bazelfile

import (
	"fmt"
	"strings"

	"github.com/bazelbuild/buildtools/build"
	"github.com/bazelbuild/buildtools/edit/bzlmod"
)

// rules is the name of the module that has the rules, tools that of the one
// that builds their programs, and toolchains what the latter offers.
const (
	rules      = "rules_kheaders"
	tools      = "rules_kheaders_tools"
	toolchains = "@rules_kheaders_tools//tools/toolchain:all"
)

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
	Path string
	// Tools is a checkout of the module that builds the programs from source,
	// for rules that have none; "" where they have.
	Tools  string
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
	// files are MODULE.bazel and those that it includes, proxies what each calls
	// the extension.
	files   []*file
	proxies map[*file][]string
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
	name, err := e.dependsOn()
	if err != nil {
		return err
	}
	if name != "" {
		e.added.Rules = "@" + name
	} else if err := e.free(rules); err != nil {
		return err
	}
	text := e.moduleText(rules, e.want.Path, name == "")
	if e.want.Tools != "" {
		more, err := e.toolsText()
		if err != nil {
			return err
		}
		text += more
	}
	var last build.Expr
	for _, c := range e.calls("bazel_dep") {
		last = c
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

// moduleText is what makes a module known: the bazel_dep where there is none, and
// an override by path where one is wanted and the module has none.
func (e *moduleEditor) moduleText(name, path string, anew bool) string {
	text := ""
	if anew {
		text = format(build.TypeModule, call("bazel_dep", kw("name", name), kw("version", e.want.Version)))
	}
	if path == "" {
		return text
	}
	for _, f := range e.files {
		for _, kind := range []string{"archive_override", "git_override", "local_path_override", "multiple_version_override", "single_version_override"} {
			for _, c := range f.calls(kind) {
				if attr(c, "module_name") == name {
					return text
				}
			}
		}
	}
	return text + multiline(build.TypeModule, ident("local_path_override"), kw("module_name", name), kw("path", path))
}

// toolsText is what makes the programs from source known, as far as it is
// missing.
func (e *moduleEditor) toolsText() (string, error) {
	dep, registered := false, false
	for _, f := range e.files {
		for _, c := range f.calls("bazel_dep") {
			dep = dep || attr(c, "name") == tools
		}
		for _, c := range f.calls("register_toolchains") {
			for _, a := range c.List {
				s, ok := a.(*build.StringExpr)
				registered = registered || ok && s.Value == toolchains
			}
		}
	}
	if !dep {
		if err := e.free(tools); err != nil {
			return "", err
		}
	}
	text := e.moduleText(tools, e.want.Tools, !dep)
	if !registered {
		text += format(build.TypeModule, call("register_toolchains", str(toolchains)))
	}
	return text, nil
}

// dependsOn returns what the workspace calls the rules' module, "" where it
// does not depend on it, and notes the files that MODULE.bazel consists of. What
// is wrong with an included file is for Bazel to say.
func (e *moduleEditor) dependsOn() (name string, err error) {
	apparent := bzlmod.ExtractModuleToApparentNameMapping(func(path string) *build.File {
		f := e.file
		if len(e.files) > 0 {
			if f = e.included(path); f == nil {
				return &build.File{}
			}
		}
		e.files = append(e.files, f)
		return f.File
	})
	name = apparent(rules)
	for _, f := range e.files {
		calls := calledIn(f.File, nil)
		for _, c := range calls {
			if v, _ := c.argument("name"); c.function() != "bazel_dep" || v != rules {
				continue
			}
			if repos := c.repos(); len(repos) != 1 || strings.Contains(repos[0], anything) {
				return "", fmt.Errorf("%s: %s has no name that a BUILD file could use: make repo_name a string, or leave it out", f.place(c), rules)
			} else if name == "" {
				name = repos[0]
			}
		}
	}
	return name, nil
}

// included returns a file that an include() names, nil where it cannot be read.
func (e *moduleEditor) included(path string) *file {
	if e.want.Include == nil {
		return nil
	}
	data, err := e.want.Include(path)
	if err != nil {
		return nil
	}
	f, err := parse(path, data, build.ParseModule)
	if err != nil {
		return nil
	}
	return f
}
