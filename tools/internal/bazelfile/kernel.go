package bazelfile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/bazelbuild/buildtools/build"
	"github.com/bazelbuild/buildtools/edit/bzlmod"
)

// kernel adds the tag and makes its repository visible.
func (e *moduleEditor) kernel(proxy string, made build.Expr) error {
	k := &e.want.Kernel
	have, last, err := e.findTag(proxy, made)
	if err != nil {
		return err
	}
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
	for _, key := range slices.Concat(slices.Sorted(maps.Keys(k.Attrs)), slices.Sorted(maps.Keys(k.Defaults))) {
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
