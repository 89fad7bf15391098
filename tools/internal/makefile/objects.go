package makefile

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// list is the words of a value, and other lists: what many values name is
// looked at once.
type list struct {
	words []word
	parts []*list
}

// word is one of a list; certain, its text depends on no condition.
type word struct {
	text    string
	at      Place
	certain bool
}

// listOf returns the words of all values that a variable can have.
func (r *reader) listOf(n *node) *list {
	if l := r.lists[n]; l != nil {
		return l
	}
	l := &list{}
	r.lists[n] = l // it may be a part of itself
	if r.depth++; r.depth > maxDepth*10 {
		r.unclear(n.piece.at, "it is nested too deeply")
		r.out.Computed = true
		r.depth--
		return l
	}
	for ; n != nil; n = n.base {
		if !r.spend(1) {
			break
		}
		r.pieceWords(l, n.piece)
		if n.kind == set {
			break
		}
	}
	r.depth--
	return l
}

func (r *reader) pieceWords(l *list, p piece) {
	if !r.spend(len(p.text)) {
		return
	}
	at, quiet := r.at, r.quiet
	r.at, r.quiet = p.at, p.unlikely
	defer func() { r.at, r.quiet = at, quiet }()
	for _, raw := range rawWords(p.text) {
		if !strings.Contains(raw, "$") {
			l.words = append(l.words, word{raw, p.at, !p.maybe})
			continue
		}
		if name := raw[min(2, len(raw)):max(min(2, len(raw)), len(raw)-1)]; isOnlyCall(raw) && !strings.ContainsAny(name, " \t$:") {
			if n := r.value(name, p.asOf); n != nil {
				l.parts = append(l.parts, r.listOf(n))
				continue
			}
		}
		values := r.alternatives(raw, p.asOf)
		for _, v := range values {
			for _, w := range strings.Fields(v) {
				if isUnknown(w) && w == unknown {
					w = unknown + raw
				}
				l.words = append(l.words, word{w, p.at, len(values) == 1 && !p.maybe})
			}
		}
	}
}

// collector gathers the objects of lists, each list and each object once.
type collector struct {
	*reader
	lists map[*list]bool
	seen  map[string]bool
	dirs  map[string]bool
}

// objects takes in the objects of the modules, and what they are linked from.
func (r *reader) objects() {
	c := &collector{r, map[*list]bool{}, map[string]bool{}, map[string]bool{}}
	for _, name := range []string{"obj-m", "obj" + anyOption, "obj-y"} {
		v := r.vars[name]
		if v == nil {
			continue
		}
		r.out.Listed = r.out.Listed || name == "obj-m"
		r.out.Optional = r.out.Optional || name == "obj"+anyOption
		c.list(r.listOf(v.last()))
	}
	if r.out.Computed {
		// Any of the composites may be a module.
		for _, name := range r.names {
			if name, ok := compositeOf(name); ok && name != "obj" && name != "subdir-ccflags" && !strings.HasSuffix(name, "flags") {
				c.composite(name)
			}
		}
	}
}

// endings are those of the variables that list what a module is linked from.
var endings = []string{"-objs", "-y", "-m", anyOption}

func compositeOf(variable string) (string, bool) {
	for _, e := range endings {
		if name, ok := strings.CutSuffix(variable, e); ok {
			return name, true
		}
	}
	return "", false
}

func (c *collector) composite(name string) (found bool) {
	for _, e := range endings {
		if v := c.vars[name+e]; v != nil {
			found = true
			c.list(c.listOf(v.last()))
		}
	}
	return found
}

func (c *collector) list(l *list) {
	if c.lists[l] {
		return
	}
	c.lists[l] = true
	for _, w := range l.words {
		c.word(w)
	}
	for _, p := range l.parts {
		c.list(p)
	}
}

func (c *collector) word(w word) {
	if isUnknown(w.text) {
		c.unknown(w)
		return
	}
	if !c.spend(1) || c.seen[w.text] {
		return
	}
	c.seen[w.text] = true
	if dir, ok := strings.CutSuffix(w.text, "/"); ok {
		c.out.Subdirs = append(c.out.Subdirs, c.relative(dir))
		return
	}
	name, ok := strings.CutSuffix(w.text, ".o")
	if !ok {
		if w.text != "" && w.certain && w.text != "n" {
			c.unclear(w.at, "%q is among the objects, and is none: write its name with .o", w.text)
		}
		return
	}
	rel := c.relative(name)
	i := len(c.out.Objects)
	c.out.Objects = append(c.out.Objects, Object{Path: rel, At: w.at, Certain: w.certain})
	c.out.Objects[i].Parts = c.composite(name)
}

// plainRE matches a variable whose value comes from elsewhere, or is empty.
var plainRE = regexp.MustCompile(`^\$[({][A-Za-z_][\w-]*[)}]$`)

// unknown notes a word that is not known, with the directory that it is for
// certain in.
func (c *collector) unknown(w word) {
	c.out.Computed = true
	before, raw, _ := strings.Cut(w.text, unknown)
	if before == "" && raw != "" && strings.Contains(raw, "$") {
		if plainRE.MatchString(raw) {
			return // all sources of the directory are read, and make may have none
		}
		c.unclear(w.at, "%s is not known here: all sources of the directory are read in its place", raw)
		return
	}
	c.unclear(w.at, "the object %s is not known here: all sources of its directory are read in its place", w.text)
	if dir := path.Dir(before); strings.Contains(before, "/") && dir != "." {
		dir = c.relative(dir)
		if !c.dirs[dir] {
			c.dirs[dir] = true
			c.out.Dirs = append(c.out.Dirs, dir)
		}
	}
}

// relative returns a path as it is seen from the directory.
func (c *collector) relative(name string) string {
	if filepath.IsAbs(name) {
		if rel, err := filepath.Rel(c.Dir, name); err == nil {
			return rel
		}
	}
	return path.Clean(name)
}
