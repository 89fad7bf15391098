package diff

import "path"

// maxCandidates is how many files that are gone an added one is compared with.
const maxCandidates = 8

// moves finds where files that are added were before: what has the same content,
// then what has the same tokens, then what has the same name elsewhere and at least
// half of its declarations. Of several the first by path is taken.
func moves(base, head *Tree, removed, added []string) map[string]string {
	from, taken := map[string]string{}, map[string]bool{}
	pair := func(key func(f file, name string) any, like func(was, is file) bool) {
		was := map[any][]string{}
		for _, name := range removed {
			if k := key(base.files[name], name); k != nil && !taken[name] {
				was[k] = append(was[k], name)
			}
		}
		for _, name := range added {
			k := key(head.files[name], name)
			if k == nil || from[name] != "" {
				continue
			}
			some := was[k]
			for i, old := range some[:min(len(some), maxCandidates)] {
				if like(base.files[old], head.files[name]) {
					from[name], taken[old] = old, true
					copy(some[1:i+1], some[:i])
					was[k] = some[1:]
					break
				}
			}
		}
	}
	always := func(was, is file) bool { return true }
	pair(func(f file, _ string) any {
		if f.size == 0 {
			return nil
		}
		return f.sum
	}, always)
	pair(func(f file, _ string) any {
		if !f.declares() {
			return nil
		}
		return f.header.Tokens
	}, always)
	pair(func(f file, name string) any {
		if !f.declares() {
			return nil
		}
		return path.Base(name)
	}, alike)
	return from
}

// declares tells whether all that a header declares is known, and something is.
func (f *file) declares() bool { return f.header != nil && !f.header.More && len(f.header.Decls) > 0 }

// alike tells whether two headers have half of their declarations in common.
func alike(was, is file) bool {
	if n, m := len(was.header.Decls), len(is.header.Decls); 2*n < m || 2*m < n {
		return false
	}
	sums := map[uint64]int{}
	for _, d := range was.header.Decls {
		sums[d.Sum]++
	}
	common := 0
	for _, d := range is.header.Decls {
		if sums[d.Sum] > 0 {
			sums[d.Sum]--
			common++
		}
	}
	return 2*common >= max(len(was.header.Decls), len(is.header.Decls))
}
