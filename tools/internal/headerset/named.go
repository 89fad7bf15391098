package headerset

import (
	"bufio"
	"debug/elf"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildfiles"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
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
	asked  map[string]bool   // names that were looked for
	named  map[string]string // why a file is taken
	read   map[string]bool
}

// followNames adds to the set the files that its makefiles and scripts name and
// the tree has, and returns the view with them.
func (s *Set) followNames(view *tree.Tree) (*tree.Tree, error) {
	if !s.Rules.FollowsNames() {
		return view, nil
	}
	if s.have(selection.BTFBase) && s.Rules.Decide(selection.BTFBase).In {
		s.Rules = s.Rules.ForBTF()
	}
	f := &follower{s, view, buildfiles.NewReader(s.Arch), map[string]bool{}, map[string]string{}, map[string]bool{}}
	var todo []*tree.Entry
	for _, e := range view.Entries {
		if s.Rules.Decide(e.Path).In {
			todo = append(todo, e)
		}
	}
	// Others use what the top Makefile sets.
	slices.SortStableFunc(todo, func(a, b *tree.Entry) int {
		return btoi(b.Path == kernel.Makefile) - btoi(a.Path == kernel.Makefile)
	})
	for round := 0; len(todo) > 0; round++ {
		if round == maxRounds {
			return nil, fmt.Errorf("tree %s: %q and other makefiles and scripts name one another more than %d deep: exclude what is not needed", s.recipe.Name, todo[0].Path, maxRounds)
		}
		wanted, err := f.names(todo)
		if err != nil {
			return nil, err
		}
		if todo, err = f.take(wanted); err != nil {
			return nil, err
		}
	}
	s.Rules = s.Rules.WithNamed(f.named)
	return f.view, nil
}

// maxRounds bounds how deep makefiles and scripts name one another. Each round
// reads the packages' lists again; the kernel's own take eight.
const maxRounds = 40

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// wanted is a name, and the file that has it.
type wanted struct{ path, by string }

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
		if strings.HasPrefix(f.named[e.Path], included) {
			kind = buildfiles.Makefile
		}
		if kind == buildfiles.Other || strings.ContainsRune(text, 0) {
			continue
		}
		for _, n := range f.reader.Read(e.Path, kind, text) {
			by := "named by "
			if n.Included {
				by = included
			}
			if n.Headers {
				if namesNothing(n.Path + "/") {
					continue // the profile says which of these are taken
				}
				n.Path, by = n.Path+"/**", "headers named by "
			}
			// A file that is included is a makefile, whatever else names it.
			if key := fmt.Sprint(n.Included, n.Path); !f.asked[key] {
				f.asked[key] = true
				out = append(out, wanted{n.Path, by + e.Path})
			}
		}
	}
	return out, nil
}

// included begins the reason of a file that make includes.
const included = "included by "

// take adds what the tree has of the names to the set, and returns that.
func (f *follower) take(names []wanted) ([]*tree.Entry, error) {
	var paths []string
	var taken, more []*tree.Entry
	for _, n := range names {
		if strings.Contains(n.path, "*") || f.takes(n.path) {
			paths = append(paths, n.path)
		} else if by := f.named[n.path]; by != "" && strings.HasPrefix(n.by, included) && !strings.HasPrefix(by, included) {
			// It was read as what its name says, and is a makefile.
			f.named[n.path] = n.by
			delete(f.read, n.path)
			taken = append(taken, f.view.Get(n.path))
		}
	}
	if len(paths) == 0 {
		return taken, nil
	}
	found, err := f.view.Find(paths, func(path string) bool { return !f.set.recipe.Lenient && f.takes(path) })
	if err != nil {
		return nil, fmt.Errorf("tree %s: %w", f.set.recipe.Name, err)
	}
	by := map[string]string{}
	var globs []wanted
	for _, n := range names {
		if strings.Contains(n.path, "*") {
			globs = append(globs, n)
		} else if by[n.path] == "" || strings.HasPrefix(n.by, included) {
			by[n.path] = n.by
		}
	}
	for _, e := range found {
		if !f.takes(e.Path) {
			continue
		}
		reason := by[e.Path]
		if reason == "" {
			i := slices.IndexFunc(globs, func(n wanted) bool {
				if top, below := strings.CutSuffix(n.path, "**"); below {
					return strings.HasPrefix(e.Path, top)
				}
				ok, err := path.Match(n.path, e.Path)
				return ok && err == nil
			})
			reason = globs[i].by
		}
		f.named[e.Path] = reason
		taken = append(taken, e)
		if f.view.Get(e.Path) == nil {
			more = append(more, e)
		}
	}
	f.view = f.view.With(more)
	return taken, nil
}

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
