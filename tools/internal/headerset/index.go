package headerset

import (
	"io"
	"maps"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// WriteIndex reads a tree and writes an index of it (tree.WriteIndex), from which
// sets of every profile can be made that ask for no more: it has the bytes of
// what they take, and of what else is read to make them. Sets of profiles that
// follow no names may exclude files as well; of the others, other names may count
// without a makefile or a script. Of the options Name, Arch and Release count.
// Whatever is wrong with the tree is for the sets to tell.
func WriteIndex(out io.Writer, in tree.Options, o Options) error {
	recipes, err := indexed(o)
	if err != nil {
		return err
	}
	var lock sync.Mutex
	read := map[string]bool{}
	in.All, in.AllowMismatch = true, true
	in.Opened = func(path string) {
		lock.Lock()
		defer lock.Unlock()
		read[path] = true
	}
	t, results, err := Load(in, recipes...)
	if err != nil {
		return err
	}
	defer t.Close()
	for _, r := range results {
		if r.Set != nil {
			for _, f := range r.Set.Files {
				in.Opened(f.Path)
			}
		}
	}
	return t.WriteIndex(out, maps.Clone(read))
}

// indexed are the recipes of the sets that an index is for.
func indexed(o Options) ([]*Recipe, error) {
	var out []*Recipe
	for _, profile := range selection.Profiles() {
		// What is taken stripped is what is kept.
		for _, mode := range []hosttools.Mode{hosttools.Keep, hosttools.None} {
			r, err := New(Options{Name: o.Name, Arch: o.Arch, Release: o.Release, Profile: profile, HostTools: string(mode), HostMachine: hosttools.AnyMachine})
			if err != nil {
				return nil, err
			}
			out = append(out, r)
			if !r.selector.HasHostTools() {
				// What its sets take and read is what the profile's patterns match, and
				// there is only one mode.
				r.unmade = true
				break
			}
		}
	}
	return out, nil
}
