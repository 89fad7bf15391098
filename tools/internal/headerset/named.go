package headerset

import (
	"bufio"
	"debug/elf"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildfiles"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// maxBuildFile is far above the size of any makefile or script, in bytes.
const maxBuildFile = 1 << 20

// follower takes what makefiles and scripts of a set name, and what these name
// in turn.
type follower struct {
	set    *Set
	view   *tree.Tree
	reader *buildfiles.Reader
	asked  map[name]bool     // names that were looked for
	named  map[string]string // why a file is taken
	by     map[string]string // how it is named
	// included are the files that make includes: makefiles, whatever their names.
	included map[string]bool
	read     map[string]bool
	// starred counts names with a * that were looked for.
	starred int
}

// name is one that a makefile or script has of files in the tree, in the form
// that tree.Find takes.
type name struct {
	path     string
	included bool
}

// followNames adds to the set the files that its makefiles and scripts name and
// the tree has, and returns the view with them.
func (s *Set) followNames(view *tree.Tree) (*tree.Tree, error) {
	if !s.Rules.FollowsNames() {
		return view, nil
	}
	s.Rules = s.Rules.ForBases(s.have)
	f := &follower{s, view, buildfiles.NewReader(s.Arch), map[name]bool{}, map[string]string{}, map[string]string{}, map[string]bool{}, map[string]bool{}, 0}
	var todo []*tree.Entry
	for _, e := range view.Entries {
		switch {
		case !s.Rules.Decide(e.Path).In:
		case e.Path == kernel.Makefile:
			// Others use what the top Makefile sets.
			todo = slices.Insert(todo, 0, e)
		default:
			todo = append(todo, e)
		}
	}
	var search buildfiles.Search
	var more []wanted
	along := s.Rules.Along(s.have)
	for _, path := range slices.Sorted(maps.Keys(along)) {
		more = append(more, wanted{name{path, false}, "goes with " + along[path]})
	}
	for round := 0; len(todo)+len(more) > 0; round++ {
		if round == maxRounds && len(todo) > 0 {
			return nil, fmt.Errorf("tree %s: %q and other makefiles and scripts name one another more than %d deep: exclude what is not needed", s.recipe.Name, todo[0].Path, maxRounds)
		}
		wanted, err := f.names(todo)
		if err != nil {
			return nil, err
		}
		if todo, err = f.take(append(wanted, more...)); err != nil {
			return nil, err
		}
		more = nil
		if len(todo) == 0 {
			if search, err = s.searchOf(f.view, f.looked); err != nil {
				return nil, err
			}
			more = f.searched(search)
		}
	}
	if err := f.follow(search); err != nil {
		return nil, err
	}
	s.Rules, s.Named = s.Rules.WithNamed(f.named), f.by
	return f.view, nil
}

// maxRounds bounds how deep makefiles and scripts name one another. Each round
// reads the packages' lists again; the kernel's own take eight.
const maxRounds = 40

// maxStarred bounds how many names with a part that only make or a shell knows
// are looked for: each is compared with every path of the tree. The kernel's own
// are about 120.
const maxStarred = 4000

// wanted is a name, and why what has it is taken.
type wanted struct {
	name
	why string
}

// names reads files, and returns the names in them that nobody looked for yet.
func (f *follower) names(files []*tree.Entry) ([]wanted, error) {
	var out []wanted
	for _, e := range files {
		if f.read[e.Path] || namesNothing(e.Path) || e.Size > maxBuildFile {
			continue
		}
		f.read[e.Path] = true
		text, err := readText(e)
		if err != nil {
			return nil, err
		}
		kind := buildfiles.KindOf(e.Path, text)
		if f.included[e.Path] {
			kind = buildfiles.Makefile
		}
		if kind == buildfiles.Other || strings.ContainsRune(text, 0) {
			continue
		}
		for _, n := range f.reader.Read(e.Path, kind, text) {
			out = f.want(out, e.Path, n)
		}
	}
	for _, n := range f.reader.Late() {
		out = f.want(out, n.File, n.Name)
	}
	return out, nil
}

// want appends a name of a file to those that are looked for, unless it was
// looked for before.
func (f *follower) want(names []wanted, file string, n buildfiles.Name) []wanted {
	w := wanted{name{n.Path, n.Included}, "named by " + file}
	if n.Included {
		w.why = "included by " + file
	}
	if f.asked[w.name] {
		return names
	}
	f.asked[w.name] = true
	return append(names, w)
}

// take adds what the tree has of the names to the set, and returns what there is
// to read.
func (f *follower) take(names []wanted) ([]*tree.Entry, error) {
	// By what they are called; what is included counts before what is only named.
	wanting := map[string]wanted{}
	var paths []string
	var todo, more []*tree.Entry
	for _, n := range names {
		if strings.Contains(n.path, "*") {
			if f.starred++; f.starred > maxStarred {
				return nil, fmt.Errorf("tree %s: makefiles and scripts have more than %d names with a part that only make or a shell knows, the last one %s: write them out there, or exclude that file", f.set.recipe.Name, maxStarred, quote.Text(n.why))
			}
		}
		if strings.Contains(n.path, "*") || f.takes(n.path) {
			if _, twice := wanting[n.path]; !twice || n.included {
				wanting[n.path] = n
			}
			paths = append(paths, n.path)
		} else if n.included && f.named[n.path] != "" && !f.included[n.path] {
			// It was read as what its name says, and is a makefile.
			f.named[n.path], f.included[n.path] = n.why, true
			delete(f.read, n.path)
			todo = append(todo, f.view.Get(n.path))
		}
	}
	if len(paths) == 0 {
		return todo, nil
	}
	found, err := f.view.Find(paths, func(path string) bool { return !f.set.recipe.Lenient && f.takes(path) })
	if err != nil {
		return nil, fmt.Errorf("tree %s: %w", f.set.recipe.Name, err)
	}
	for _, e := range found {
		if !f.takes(e.Path) {
			continue
		}
		n := wanting[e.By]
		f.named[e.Path], f.by[e.Path], f.included[e.Path] = n.why, n.path, n.included
		todo = append(todo, e.Entry)
		if f.view.Get(e.Path) == nil {
			more = append(more, e.Entry)
		}
	}
	f.view = f.view.With(more)
	return todo, nil
}

// looked tells whether the tree was searched for what makefiles include by a
// path, so that the view has it.
func (f *follower) looked(path string) bool { return f.asked[name{path, true}] }

// takes tells whether a file is to be taken because of its name in a makefile
// or script.
func (f *follower) takes(path string) bool {
	rules := f.set.Rules
	if f.named[path] != "" || rules.Excluded(path) || rules.Barred(path) || rules.Decide(path).In && f.view.Get(path) != nil {
		return false
	}
	rule, _ := rules.LeftOut(path)
	return rule == ""
}

// namesNothing tells by its path that a file is neither makefile nor script.
func namesNothing(file string) bool {
	switch path.Ext(file) {
	case ".c", ".h", ".S", ".o", ".so", ".lds", ".symvers", ".json":
		return true
	}
	_, below, ok := kernel.SplitArch(file)
	return strings.HasPrefix(file, "include/") || ok && strings.HasPrefix(below, "include/")
}

// readText returns the text of a file, "" for an ELF file.
func readText(e *tree.Entry) (string, error) {
	r, err := e.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	in := bufio.NewReader(r)
	if head, _ := in.Peek(len(elf.ELFMAG)); string(head) == elf.ELFMAG {
		return "", nil
	}
	b, err := io.ReadAll(io.LimitReader(in, maxBuildFile))
	if err != nil {
		return "", fmt.Errorf("read %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	return string(b), nil
}
