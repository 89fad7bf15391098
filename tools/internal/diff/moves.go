package diff

import "path"

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
			if k == nil || from[name] != "" || len(was[k]) == 0 {
				continue
			}
			if old := was[k][0]; like == nil || like(base.files[old], head.files[name]) {
				from[name], taken[old] = old, true
				was[k] = was[k][1:]
			}
		}
	}
	pair(func(f file, name string) any {
		if f.size == 0 {
			return nil
		}
		return f.sum
	}, nil)
	pair(func(f file, name string) any {
		if f.header == nil || len(f.header.Decls) == 0 || f.header.More {
			return nil
		}
		return f.header.Tokens
	}, nil)
	pair(func(f file, name string) any {
		if f.header == nil || len(f.header.Decls) == 0 || f.header.More {
			return nil
		}
		return path.Base(name)
	}, alike)
	return from
}

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
