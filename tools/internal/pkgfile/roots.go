package pkgfile

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Roots finds where in the packages the srctree and the objtree are: the
// srctree has include/linux/kconfig.h and arch/, the objtree has
// include/generated/autoconf.h or include/config/auto.conf. Either may be ""
// for the top; one that is not there is an ok of false. More than one of a kind
// is an error that names them. A root given by the caller is taken as it is.
func (f *FS) Roots(srctree, objtree string) (src, obj string, srcOK, objOK bool, err error) {
	var srcs, objs []string
	f.findRoots(f.root, "", 0, &srcs, &objs)
	if src, srcOK = srctree, true; src == "" {
		if src, srcOK, err = only("srctree", srcs); err != nil {
			return
		}
	}
	if obj, objOK = objtree, true; obj == "" {
		obj, objOK, err = only("objtree", objs)
	}
	return
}

// rootDepth is how deep a root may lie: usr/src/NAME is 3.
const rootDepth = 5

// maxShown is how many of several roots a message names.
const maxShown = 20

// findRoots lists the outermost directories of each kind. Below a srctree it
// goes on looking for an objtree only (O=build inside the source), and the
// copies of headers in tools/ are then not taken for a tree.
func (f *FS) findRoots(d *node, at string, depth int, srcs, objs *[]string) {
	inSrc, inObj := under(at, *srcs), under(at, *objs)
	if !inSrc && f.has(d, kernel.KconfigHeader) && f.has(d, "arch") {
		*srcs = append(*srcs, at)
	}
	if !inObj && (f.has(d, kernel.AutoConfHeader) || f.has(d, kernel.AutoConf)) {
		*objs = append(*objs, at)
	}
	if depth == rootDepth {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.children)) {
		if c := d.children[name]; c.kind == dir {
			f.findRoots(c, path.Join(at, name), depth+1, srcs, objs)
		}
	}
}

func under(at string, roots []string) bool {
	for _, r := range roots {
		if r == "" || at == r || strings.HasPrefix(at, r+"/") {
			return true
		}
	}
	return false
}

func (f *FS) has(d *node, name string) bool {
	budget := maxLinks
	_, err := f.walkTo(d, name, &budget)
	return err == nil
}

func only(what string, found []string) (string, bool, error) {
	switch len(found) {
	case 0:
		return "", false, nil
	case 1:
		return found[0], true, nil
	}
	shown := found
	if len(shown) > maxShown {
		shown = append(shown[:maxShown:maxShown], "…")
	}
	return "", false, fmt.Errorf("the archives hold %d directories that can be the %s, %q: name one by the attribute %s (--archive-%s)", len(found), what, shown, what, what)
}
