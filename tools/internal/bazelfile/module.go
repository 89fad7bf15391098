package bazelfile

import (
	"fmt"
	"slices"
	"sort"
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
	var last build.Expr
	have := false
	for _, c := range e.calls("bazel_dep") {
		last = c
		if attr(c, "name") != rules {
			continue
		}
		have = true
		if alias := build.NewRule(c).Attr("repo_name"); alias != nil {
			s, ok := alias.(*build.StringExpr)
			if !ok {
				return fmt.Errorf("%s: %s has no name that a BUILD file could use: make repo_name a string, or leave it out", e.at(c), rules)
			}
			e.added.Rules = "@" + s.Value
		}
	}
	text := ""
	if !have {
		text = format(build.TypeModule, call("bazel_dep", kw("name", rules), kw("version", e.want.Version)))
	}
	overridden := false
	for _, kind := range []string{"archive_override", "git_override", "local_path_override", "single_version_override"} {
		for _, c := range e.calls(kind) {
			overridden = overridden || attr(c, "module_name") == rules
		}
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

// kernel adds the tag and makes its repository visible.
func (e *moduleEditor) kernel(proxy string, made build.Expr) error {
	k := &e.want.Kernel
	have, last, err := e.findTag(proxy, made)
	if err != nil {
		return err
	}
	var use *build.CallExpr
	for _, c := range e.calls("use_repo") {
		if len(c.List) == 0 {
			continue
		}
		id, ok := c.List[0].(*build.Ident)
		if !ok {
			continue
		}
		ours := slices.Contains(e.proxies, id.Name)
		for _, arg := range c.List[1:] {
			name, repo := text(arg), text(arg)
			if a, ok := arg.(*build.AssignExpr); ok {
				name, repo = text(a.LHS), text(a.RHS)
			}
			if ours && have && repo == k.Repo {
				e.added.Repo = name
				return nil
			}
			if name == k.Repo {
				return e.taken(c)
			}
		}
		if id.Name == proxy {
			use = c
		}
	}
	for _, kind := range []string{"bazel_dep", "module"} {
		for _, c := range e.calls(kind) {
			if name := attr(c, "repo_name"); name == k.Repo || name == "" && attr(c, "name") == k.Repo {
				return e.taken(c)
			}
		}
	}

	block := ""
	if made == nil {
		block += format(build.TypeModule, &build.AssignExpr{LHS: ident(proxy), Op: "=", RHS: call("use_extension", str(e.added.Rules+"//rules:extensions.bzl"), str("kheaders"))})
	}
	if !have {
		attrs := []build.Expr{kw("name", k.Repo)}
		for _, key := range sortedKeys(k.Attrs) {
			attrs = append(attrs, kw(key, k.Attrs[key]))
		}
		block += multiline(build.TypeModule, &build.DotExpr{X: ident(proxy), Name: k.Tag}, attrs...)
	}
	if use != nil {
		use.List = addSorted(use.List, 1, k.Repo)
		if err := e.reprint(use); err != nil {
			return err
		}
	} else {
		block += format(build.TypeModule, call("use_repo", ident(proxy), str(k.Repo)))
	}
	switch {
	case block == "":
	case made == nil:
		e.insert(len(e.data), block, true)
	default:
		e.insert(e.below(last), block, false)
	}
	return nil
}

// findTag looks for the kernel among the extension's tags. last is the
// statement behind which another tag goes.
func (e *moduleEditor) findTag(proxy string, made build.Expr) (have bool, last build.Expr, err error) {
	k := &e.want.Kernel
	last = made
	var same *build.CallExpr
	for _, s := range e.Stmt {
		c, ok := s.(*build.CallExpr)
		if !ok {
			continue
		}
		dot, ok := c.X.(*build.DotExpr)
		if !ok || !slices.Contains(e.proxies, text(dot.X)) {
			continue
		}
		if text(dot.X) == proxy {
			last = c
		}
		isSame := dot.Name == k.Tag && k.is(c)
		if attr(c, "name") == k.Repo {
			if !isSame {
				return false, nil, e.taken(c)
			}
			return true, last, nil
		}
		if isSame && same == nil {
			same = c
		}
	}
	if same != nil && !k.Anew {
		k.Repo = attr(same, "name")
		e.added.Repo = k.Repo
		return true, last, nil
	}
	return false, last, nil
}

// is tells whether a tag is of this kernel.
func (k *Kernel) is(c *build.CallExpr) bool {
	for _, key := range append(sortedKeys(k.Attrs), sortedKeys(k.Defaults)...) {
		want, ok := k.Attrs[key]
		if !ok {
			want = k.Defaults[key]
		}
		have := attr(c, key)
		if have == "" {
			have = k.Defaults[key]
		}
		if have != want {
			return false
		}
	}
	return true
}

func (e *moduleEditor) taken(c build.Expr) error {
	return fmt.Errorf("%s: the name %q is taken by another repository: choose one by --repo", e.at(c), e.want.Kernel.Repo)
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// addSorted adds a string to a list of arguments, in its place by the alphabet
// among the strings from the given index on.
func addSorted(list []build.Expr, from int, s string) []build.Expr {
	at := from
	for at < len(list) && text(list[at]) != "" && strings.Compare(text(list[at]), s) < 0 {
		at++
	}
	return slices.Insert(list, at, build.Expr(str(s)))
}
