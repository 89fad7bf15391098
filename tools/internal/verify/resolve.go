package verify

import (
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// resolver finds what an #include means in the kernel's tree, and whether the
// archive has just that.
type resolver struct {
	// search looks in the tree's files and the archive's, or where nothing is
	// known of the tree in the archive's alone.
	search *closure.Search
	arch   string
	have   map[string]bool // the archive's files
	paths  []string        // all files
	// named has the files outside of the search path by their base name, ends
	// what below finds of those of one base name.
	named map[string][]string
	ends  map[string]map[end]string
	// twins are headers that only a uapi directory of the archive has, though
	// the kernel's own files include them.
	twins map[string]bool
	// anywhere says that the archive has no makefiles, so that nobody knows which
	// directories these add to the search path: see elsewhere.
	anywhere bool
}

func newResolver(arch string, have map[string]bool, archive, tree []string, added ...string) *resolver {
	r := &resolver{arch: arch, have: have, paths: archive, twins: map[string]bool{}}
	all := have
	if tree != nil {
		all = make(map[string]bool, len(tree))
		r.paths = append(append([]string(nil), archive...), tree...)
		for _, p := range r.paths {
			all[p] = true
		}
	}
	r.search = closure.NewSearch(arch, r.paths, func(p string) bool { return all[p] }, added...)
	return r
}

// resolve returns the files that an #include may mean, the first being the one
// that the kernel's build takes.
func (r *resolver) resolve(from string, inc cinclude.Include) []string {
	found := r.search.Resolve(from, inc)
	if len(found) == 0 && r.anywhere {
		if p := r.elsewhere(inc); p != "" {
			return []string{p}
		}
	}
	if len(found) == 0 && !inPath(from, r.arch) {
		// A source of one subsystem: what its Makefile adds by -I is not
		// known, but hardly leads elsewhere.
		return r.below(top(from), inc.Name)
	}
	return found
}

// whole tells whether the archive has what an #include means; if not, which
// file of the tree that is, or "".
func (r *resolver) whole(from string, inc cinclude.Include) (string, bool) {
	found := r.resolve(from, inc)
	if len(found) == 0 {
		return "", false
	}
	if !r.have[found[0]] {
		return found[0], false
	}
	if isUAPI(found[0]) && !isUAPI(from) && !strings.HasPrefix(inc.Name, "uapi/") {
		r.twins[found[0]] = true
	}
	return "", true
}

// elsewhere returns the archive's file that an #include means if a makefile adds
// the directory that it is in to the search path, "" where there is none. Beside
// its includer a file was looked for, and by a bare name it may be anything.
func (r *resolver) elsewhere(inc cinclude.Include) string {
	if inc.Kind != cinclude.Angled || !strings.Contains(inc.Name, "/") {
		return ""
	}
	if found := r.below("", inc.Name); len(found) > 0 && r.have[found[0]] {
		return found[0]
	}
	return ""
}

// addable tells whether a makefile may add a directory above a file to the search
// path: none that is in it or below it, of another architecture or of programs.
func (r *resolver) addable(p string) bool {
	return isSource(p) && ofArch(p, r.arch) && !slices.ContainsFunc(r.search.Dirs, func(d string) bool { return strings.HasPrefix(p, d+"/") })
}

// end is how a path ends, and its topmost directory.
type end struct{ top, name string }

// below returns the file below a topmost directory, or "" for any that may be
// searched, that a path to it ends in name. Which one of several is meant is not
// known: one of the archive will do.
func (r *resolver) below(dir, name string) []string {
	if r.named == nil {
		r.named, r.ends = map[string][]string{}, map[string]map[end]string{}
		for _, p := range r.paths {
			if !inPath(p, r.arch) {
				r.named[path.Base(p)] = append(r.named[path.Base(p)], p)
			}
		}
	}
	name = path.Clean(name)
	for strings.HasPrefix(name, "../") {
		name = name[len("../"):]
	}
	base := path.Base(name)
	ends := r.ends[base]
	if ends == nil {
		ends = map[end]string{}
		r.ends[base] = ends
		for _, p := range r.named[base] {
			tops := []string{top(p)}
			if r.anywhere && r.addable(p) {
				tops = append(tops, "")
			}
			for _, rest, ok := strings.Cut(p, "/"); ok; _, rest, ok = strings.Cut(rest, "/") {
				for _, dir := range tops {
					e := end{dir, rest}
					if old, ok := ends[e]; !ok || !r.have[old] && r.have[p] {
						ends[e] = p
					}
				}
			}
		}
	}
	if p, ok := ends[end{dir, name}]; ok {
		return []string{p}
	}
	return nil
}

// top returns the topmost directory of a path; below arch/ that of the
// architecture.
func top(p string) string {
	parts := strings.SplitN(p, "/", 3)
	if parts[0] == "arch" && len(parts) == 3 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// isUAPI tells whether a file is of a directory for user space.
func isUAPI(p string) bool {
	return strings.Contains("/"+p, "/include/uapi/") || strings.Contains("/"+p, "/include/generated/uapi/")
}

// inPath tells whether a file lies where all of the kernel's sources look.
func inPath(p, arch string) bool {
	return strings.HasPrefix(p, "include/") || slices.ContainsFunc(kernel.HeaderArches(arch), func(a string) bool {
		return strings.HasPrefix(p, "arch/"+a+"/include/")
	})
}
