package bazelfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
	"github.com/bazelbuild/buildtools/edit/bzlmod"
)

// extension finds or adds the extension; it returns its name in the file and
// the statement that makes it, nil for one that is new.
func (e *moduleEditor) extension() (string, build.Expr) {
	label := e.added.Rules + "//:extensions.bzl"
	e.proxies = map[*file][]string{}
	if len(e.files) == 0 {
		e.files = []*file{e.file} // the rules' own workspace
	}
	for _, f := range e.files {
		e.proxies[f] = append(bzlmod.Proxies(f.File, label, "kheaders", false), bzlmod.Proxies(f.File, label, "kheaders", true)...)
	}
	made := map[string]build.Expr{}
	for _, s := range e.Stmt {
		if a, ok := s.(*build.AssignExpr); ok {
			bound := vars{}
			bind(bound, a.LHS, nil)
			for name := range bound {
				if made[name] == nil {
					made[name] = s
				}
			}
		}
	}
	if own := e.proxies[e.file]; len(own) > 0 {
		return own[0], made[own[0]]
	}
	proxy := "kheaders"
	for made[proxy] != nil {
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
	if name := e.importedAs(k.Repo); have && name != "" {
		e.added.Repo = name
		return nil
	}
	if at := e.takenBy(k.Repo); at != "" {
		return e.taken(at)
	}
	if k.Repo == strings.TrimPrefix(e.added.Rules, "@") || e.want.Tools != "" && k.Repo == tools || slices.Contains(reserved, k.Repo) {
		return e.taken(e.name)
	}

	block := ""
	if made == nil {
		block += format(build.TypeModule, &build.AssignExpr{LHS: ident(proxy), Op: "=", RHS: call("use_extension", str(e.added.Rules+"//:extensions.bzl"), str("kheaders"))})
	}
	if !have {
		attrs := []build.Expr{kw("name", k.Repo)}
		for _, key := range slices.Sorted(maps.Keys(k.Attrs)) {
			attrs = append(attrs, kw(key, k.Attrs[key]))
		}
		block += multiline(build.TypeModule, &build.DotExpr{X: ident(proxy), Name: k.Tag}, attrs...)
	}
	if uses := bzlmod.UseRepos(e.File, []string{proxy}); len(uses) > 0 {
		bzlmod.AddRepoUsages(uses, k.Repo)
		if err := e.reprint(uses[len(uses)-1]); err != nil {
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

// importedAs returns the name by which a use_repo makes a repository of the
// extension visible, "" where none does.
func (e *moduleEditor) importedAs(repo string) string {
	for _, f := range e.files {
		calls := calledIn(f.File, nil)
		for _, c := range calls {
			if c.function() != "use_repo" || len(c.List) == 0 || !slices.Contains(e.proxies[f], text(c.List[0])) {
				continue
			}
			if slices.Contains(texts(list(c.positional()[1:])), repo) {
				return repo
			}
			for name, of := range c.imports() {
				if of == repo && !strings.Contains(name, anything) {
					return name
				}
			}
		}
	}
	return ""
}

// findTag looks for the kernel among the extension's tags. last is the
// statement behind which another tag goes.
func (e *moduleEditor) findTag(proxy string, made build.Expr) (have bool, last build.Expr, err error) {
	k := &e.want.Kernel
	last = made
	for _, s := range e.Stmt {
		if c, ok := s.(*build.CallExpr); ok {
			if dot, ok := c.X.(*build.DotExpr); ok && text(dot.X) == proxy {
				last = c
			}
		}
	}
	same := ""
	for _, f := range e.files {
		calls := calledIn(f.File, nil)
		for _, c := range calls {
			of, tag, ok := strings.Cut(c.function(), ".")
			if !ok || !slices.Contains(e.proxies[f], of) {
				continue
			}
			isSame := tag == k.Tag && k.is(c)
			name, _ := c.argument("name")
			if slices.ContainsFunc(texts(name), func(n string) bool { return mayBe(n, k.Repo) }) {
				if !isSame || name != k.Repo {
					return false, nil, e.taken(f.place(c))
				}
				return true, last, nil
			}
			if name, ok := name.(string); isSame && ok && same == "" && !strings.Contains(name, anything) {
				same = name
			}
		}
	}
	if same != "" && !k.Anew {
		k.Repo, e.added.Repo = same, same
		return true, last, nil
	}
	return false, last, nil
}

// is tells whether a tag is of this kernel.
func (k *Kernel) is(c called) bool {
	for _, key := range slices.Concat(slices.Sorted(maps.Keys(k.Attrs)), slices.Sorted(maps.Keys(k.Defaults))) {
		want, ok := k.Attrs[key]
		if !ok {
			want = k.Defaults[key]
		}
		have, given := c.argument(key)
		if !given || have == "" {
			have = k.Defaults[key]
		}
		if have != want {
			return false
		}
	}
	return true
}

func (e *moduleEditor) taken(at string) error {
	return fmt.Errorf("%s: the name %q is taken by another repository: choose one by --repo", at, e.want.Kernel.Repo)
}
