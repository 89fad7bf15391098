package pkgfile

import (
	"errors"
	"fmt"
	"strings"
)

type kind uint8

const (
	dir kind = iota
	file
	link
	special
)

// node is one file of the packages laid over each other.
type node struct {
	parent   *node
	children map[string]*node // of a dir
	kind     kind
	what     string // of a special file: what it is
	target   string // of a link
	size     int64  // of a file
	pkg      int    // index of the package it came from
	member   string // its name there
	off      int64  // where its bytes are in the package's spool; -1: not kept
	also     *node  // what else is at the same path, so that one of the two is wrong
}

func newDir(parent *node, pkg int) *node {
	return &node{parent: parent, kind: dir, children: map[string]*node{}, pkg: pkg}
}

// mkdir returns the directory at the clean relative path name of a package,
// making what is missing. Links to directories are followed. Where something
// else is in the way it stays and remembers the directory, which then hangs in
// the air: Walk tells of the clash if anyone wants the path.
func (f *FS) mkdir(name string, pkg int) *node {
	d := f.root
	if name == "." || name == "" {
		return d
	}
	for _, elem := range strings.Split(name, "/") {
		c := d.children[elem]
		if c != nil && c.kind == link {
			if t, err := f.follow(c); err == nil && t.kind == dir {
				c = t
			}
		}
		switch {
		case c == nil:
			c = newDir(d, pkg)
			d.children[elem] = c
		case c.kind != dir:
			if c.also == nil || c.also.kind != dir {
				c.also = newDir(d, pkg)
			}
			c = c.also
		}
		d = c
	}
	return d
}

// blocked tells whether a name leads through a link that leads nowhere yet.
func (f *FS) blocked(name string) bool {
	d := f.root
	for {
		if !f.step() {
			return true
		}
		elem, rest, more := strings.Cut(name, "/")
		c := d.children[elem]
		if !more || c == nil {
			return false
		}
		if c.kind == link {
			t, err := f.follow(c)
			if err != nil {
				return true
			}
			c = t
		}
		d, name = c, rest
	}
}

// add puts n at the clean relative path name. Of two packages that hold the
// same path the first stays and remembers the other, unless both say the same.
// Within a package the later member wins, as when tar unpacks.
func (f *FS) add(name string, n *node) {
	parent, base := "", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		parent, base = name[:i], name[i+1:]
	}
	d := f.mkdir(parent, n.pkg)
	n.parent = d
	old := d.children[base]
	switch {
	case old == nil, old.pkg == n.pkg && old.kind != dir:
		d.children[base] = n
	case old.kind == link && n.kind == link && old.target == n.target:
	default:
		old.also = n
	}
}

var (
	errDangling = errors.New("a dangling symlink")
	errLoop     = errors.New("a symlink that loops")
)

// maxLinks is how many links may be followed for one path; Linux has 40 too.
const maxLinks = 40

// follow returns what a link leads to in the end. Absolute targets start at
// the top of the packages, as they would once installed.
func (f *FS) follow(n *node) (*node, error) {
	budget := maxLinks
	return f.followN(n, &budget)
}

func (f *FS) followN(n *node, budget *int) (*node, error) {
	if n.kind != link {
		return n, nil
	}
	if *budget--; *budget < 0 {
		return nil, errLoop
	}
	t, err := f.walkTo(n.parent, n.target, budget)
	if errors.Is(err, errDangling) {
		return nil, fmt.Errorf("%w to %q, which no package here holds", errDangling, n.target)
	}
	return t, err
}

// walkTo resolves target from the directory d.
func (f *FS) walkTo(d *node, target string, budget *int) (*node, error) {
	if strings.HasPrefix(target, "/") {
		d = f.root
	}
	for elem := range strings.SplitSeq(target, "/") {
		if !f.step() {
			return nil, f.over
		}
		switch elem {
		case "", ".":
			continue
		case "..":
			if d.parent == nil {
				return nil, errDangling
			}
			d = d.parent
			continue
		}
		c := d.children[elem]
		if c == nil {
			return nil, errDangling
		}
		c, err := f.followN(c, budget)
		if err != nil {
			return nil, err
		}
		d = c
	}
	return d, nil
}
