package selection

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// pattern is a compiled glob. Most globs of the tables are one of three
// simple shapes, which are matched without the general matcher; for the rest
// the literal parts of the glob turn most paths away first.
type pattern struct {
	text string
	kind kind
	head string    // literal start of every match
	tail string    // literal end of every match
	base string    // deepest directory above all matches, "" or with a final slash
	alts []pattern // the pattern without its braces, for mayContain; nil: as it is
	// each tells that matches tries alts one by one: they are of files' names alone,
	// or doublestar would not try that one is empty.
	each bool
	// needles are texts of which one is in every match, a slash set before it, for
	// the general kind; nil: none are known.
	needles []string
	// fold tells that upper case in a path counts as lower.
	fold bool
}

type kind uint8

const (
	literal kind = iota // no wildcard
	below               // head/**           every file below head
	suffix              // head/**/*tail     by the end of the file's name
	named               // head/**/tail*     by the start of the file's name (head may be empty)
	whole               // head/**/tail      by the file's name
	general             // doublestar
)

const meta = `*?[{\`

// compile makes a pattern of a valid doublestar glob.
func compile(text string) (pattern, error) {
	p := pattern{text: text, kind: general}
	if err := ValidGlob(text); err != nil {
		return p, err
	}
	i := strings.IndexAny(text, meta)
	if i < 0 {
		p.kind, p.head = literal, text
		p.base = text[:strings.LastIndexByte(text, '/')+1]
		return p, nil
	}
	p.head = text[:i]
	p.base = p.head[:strings.LastIndexByte(p.head, '/')+1]
	// Not behind a brace, class or escape: there the end of the text need not
	// be the end of a match.
	if !strings.ContainsAny(text, `[{\`) {
		// "**/" matches nothing at all, too: its slash is no part of the tail.
		p.tail = strings.TrimPrefix(text[strings.LastIndexAny(text, "*?")+1:], "/")
	}
	alts := expand(text)
	if len(alts) > 1 && !strings.Contains(text, "[") {
		for _, alt := range alts {
			a, err := compile(alt)
			if err != nil {
				return p, err
			}
			p.alts = append(p.alts, a)
		}
	}
	rest := text[len(p.base):]
	switch {
	case rest == "**":
		p.kind = below
	case strings.HasPrefix(rest, "**/*") && !strings.ContainsAny(rest[4:], meta+"/"):
		p.kind, p.head = suffix, p.base
	case strings.HasPrefix(rest, "**/") && strings.HasSuffix(rest, "*") && !strings.ContainsAny(rest[3:len(rest)-1], meta+"/"):
		p.kind, p.head, p.tail = named, p.base, rest[3:len(rest)-1]
	case strings.HasPrefix(rest, "**/") && !strings.ContainsAny(rest[3:], meta+"/"):
		p.kind, p.head, p.tail = whole, p.base, rest[3:]
	}
	name, below := strings.CutPrefix(text, "**/")
	names := below && !strings.Contains(name, "/") && !slices.ContainsFunc(p.alts, func(a pattern) bool { return a.kind == general })
	p.each = p.alts != nil && (names || starBeforeNothing(text))
	if p.kind == general && !p.each {
		p.needles = needles(alts)
	}
	return p, nil
}

// compileFold makes a pattern for which upper case counts as lower.
func compileFold(text string) (pattern, error) {
	p, err := compile(strings.ToLower(text))
	p.fold = true
	return p, err
}

// compileUser compiles a glob that a user wrote.
func compileUser(text string) (pattern, error) {
	if err := checkPath(text); err != nil {
		return pattern{}, err
	}
	return compile(text)
}

// checkPath refuses what cannot name a file inside the tree.
func checkPath(p string) error {
	switch {
	case p == "":
		return fmt.Errorf("it is empty: give a path relative to the top of the kernel tree")
	case strings.HasPrefix(p, "/"):
		return fmt.Errorf("%q is absolute: give a path relative to the top of the kernel tree", p)
	case strings.IndexByte(p, 0) >= 0:
		return fmt.Errorf("%q holds a NUL byte", p)
	case strings.HasSuffix(p, "/"):
		return fmt.Errorf("%q names a directory: write %q for the files below it", p, p+"**")
	}
	for _, part := range strings.Split(p, "/") {
		if part == ".." {
			return fmt.Errorf("%q leaves the kernel tree: \"..\" is not allowed", p)
		}
	}
	if c := path.Clean(p); c != p {
		return fmt.Errorf("%q is not in its shortest form: write %q", p, c)
	}
	return nil
}

// matches reports whether the pattern holds for a tree-relative path.
func (p *pattern) matches(name string) bool {
	if p.fold {
		name = strings.ToLower(name)
	}
	return p.holds(name)
}

// holds is matches for a path that is in lower case where that is to count.
func (p *pattern) holds(name string) bool {
	if p.each {
		for i := range p.alts {
			if p.alts[i].holds(name) {
				return true
			}
		}
		return false
	}
	switch p.kind {
	case literal:
		return name == p.text
	case below:
		return len(name) > len(p.base) && strings.HasPrefix(name, p.base)
	case suffix:
		return strings.HasSuffix(name, p.tail) && strings.HasPrefix(name, p.head) && len(name) >= len(p.head)+len(p.tail)
	case named:
		return strings.HasPrefix(name, p.head) && strings.HasPrefix(name[strings.LastIndexByte(name, '/')+1:], p.tail)
	case whole:
		return strings.HasPrefix(name, p.head) && name[strings.LastIndexByte(name, '/')+1:] == p.tail
	}
	if !strings.HasPrefix(name, p.head) || !strings.HasSuffix(name, p.tail) {
		return false
	}
	if p.needles != nil && !slices.ContainsFunc(p.needles, func(n string) bool { return within(name, n) }) {
		return false
	}
	ok, err := doublestar.Match(p.text, name)
	return err == nil && ok
}

// mayContain reports whether a match can lie below dir, which ends in a slash.
func (p *pattern) mayContain(dir string) bool {
	if p.alts != nil {
		return slices.ContainsFunc(p.alts, func(a pattern) bool { return a.mayContain(dir) })
	}
	if p.kind == literal {
		return strings.HasPrefix(p.text, dir)
	}
	if !strings.HasPrefix(dir, p.base) {
		return strings.HasPrefix(p.base, dir)
	}
	// Without ** (and braces, which may hold slashes) a match is as deep as
	// the pattern.
	rest := p.text[len(p.base):]
	return strings.Contains(rest, "**") || strings.ContainsAny(rest, `[{\`) ||
		strings.Count(dir[len(p.base):], "/") <= strings.Count(rest, "/")
}

// starBeforeNothing reports whether a star stands before braces one alternative of
// which is empty: doublestar does not see that the two may hold for nothing.
func starBeforeNothing(text string) bool {
	for {
		_, rest, ok := strings.Cut(text, "*{")
		if !ok {
			return false
		}
		group, rest, _ := strings.Cut(rest, "}")
		if slices.Contains(strings.Split(group, ","), "") {
			return true
		}
		text = rest
	}
}

// plainBraces reports whether a valid glob has no braces in braces, none in a class,
// and no backslash that may stand before one: then expand sees them as they are.
func plainBraces(text string) bool {
	if strings.Contains(text, `\`) || !plainClasses(text) {
		return false
	}
	open := false
	for _, c := range text {
		if c == '{' && open {
			return false
		}
		open = c == '{' || open && c != '}'
	}
	return true
}

// expand writes out the braces of a pattern: "{a,b}/c" gives "a/c" and "b/c". Where
// they are not plain it gives the pattern as it is.
func expand(text string) []string {
	if !plainBraces(text) {
		return []string{text}
	}
	open := strings.IndexByte(text, '{')
	if open < 0 {
		return []string{text}
	}
	end := strings.IndexByte(text[open:], '}')
	if end < 0 {
		return []string{text}
	}
	end += open
	var all []string
	rests := expand(text[end+1:])
	for _, alt := range strings.Split(text[open+1:end], ",") {
		for _, rest := range rests {
			all = append(all, text[:open]+alt+rest)
		}
	}
	return all
}
