// Package buildfiles reads the makefiles and scripts of a kernel, and tells
// which files of the tree they name: by $(srctree) or $(objtree), by include,
// or as a program that they run.
package buildfiles

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/makefile"
)

// Kind is how a file is read.
type Kind int

const (
	// Other files name nothing.
	Other Kind = iota
	// Makefile is read by make.
	Makefile
	// Script is run by a shell or another interpreter.
	Script
)

// KindOf tells how a file of a tree is read, by its path and its first bytes.
func KindOf(file, head string) Kind {
	base := path.Base(file)
	switch {
	case strings.HasPrefix(base, "Makefile"), strings.HasPrefix(base, "Kbuild"), base == "Platform", strings.HasSuffix(base, ".mk"), strings.HasSuffix(base, ".include"):
		return Makefile
	case strings.HasPrefix(head, "#!"), strings.HasSuffix(base, ".sh"), strings.HasSuffix(base, ".py"):
		return Script
	}
	return Other
}

// Name is a file that a makefile or script names.
type Name struct {
	// Path is relative to the top of the tree. A * in it stands for what only
	// make or a shell knows.
	Path string
	// Included tells that make includes the file.
	Included bool
}

// Reader reads makefiles and scripts of one tree. What it learns of the variables
// of make in one file holds for the files that it reads later, so the top Makefile
// goes first, but what Late finds. Those of a script are its own, and those of what
// it sources and is sourced by.
type Reader struct {
	vars scope
	// exported are the variables of make that programs get, allExported says that
	// all are.
	exported    map[string]bool
	allExported bool
	// scripts are those that were read or that others source, links counts the
	// changes of what they set and source.
	scripts map[string]*script
	links   int
	pending []pending
}

// root stands for the top of the tree in a word.
const root = "\x01"

// isTop tells whether a variable holds the top of the tree.
func isTop(name string) bool { return slices.Contains(makefile.Tops, name) }

// isFixed tells whether a variable holds what Kbuild gives it, in makefiles and
// scripts alike.
func isFixed(name string) bool { return isTop(name) || name == "SRCARCH" || name == "ARCH" }

// NewReader returns a Reader for an architecture's directory below arch/.
func NewReader(arch string) *Reader {
	vars := scope{"SRCARCH": {arch}, "ARCH": {arch}}
	for _, name := range makefile.Tops {
		vars[name] = []string{root}
	}
	return &Reader{vars: vars, exported: map[string]bool{}, scripts: map[string]*script{}}
}

var (
	continued  = regexp.MustCompile(`\\\r?\n[ \t]*`)
	unquote    = strings.NewReplacer(`"`, "", "'", "", "\r", "")
	includes   = regexp.MustCompile(`^[ \t]*[-s]?include[ \t]+(.*)$`)
	assignment = regexp.MustCompile(`^[ \t]*(?:(?:export|override|local|readonly|private)[ \t]+)*([A-Za-z_][A-Za-z0-9_.-]*(?:\$\([A-Za-z0-9_]+\))?)[ \t]*[:?+]{0,3}=[ \t]*(.*)$`)
	targets    = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_ .-]*?)[ \t]*::?(?:[^=]|$)`)
	// here is the directory of the script that is read.
	here = regexp.MustCompile(`\$\(dirname[ \t]+(?:--[ \t]+)?(?:\$\{?0\}?|\$\(realpath[ \t]+\$\{?0\}?\)|\$\{?BASH_SOURCE(?:\[0\])?\}?)\)|\$\{0%/\*\}|` + "`dirname[ \t]+\\$0`")
	pwd  = regexp.MustCompile(`\$\(shell[ \t]+pwd\)|\$\(pwd\)|` + "`pwd`")
	// around are functions of make that leave the path of a file what it is.
	around    = regexp.MustCompile(`\$\((?:abspath|realpath|strip)[ \t]+(\$\([A-Za-z_]+\))\)`)
	addprefix = regexp.MustCompile(`\$\(addprefix[ \t]*([^,()]*(?:\$\([A-Za-z_]+\)[^,()]*)*),([^()]*)\)`)
)

// Read returns the files that a makefile or script names, in the order in which
// it does. A file may be none that the tree has.
func (r *Reader) Read(file string, kind Kind, text string) []Name {
	s := &scan{r: r, file: file, dir: path.Dir(file), kind: kind, seen: map[Name]bool{}, waits: map[string]bool{}, script: newScript()}
	if kind == Script {
		s.script = r.scriptOf(file)
	}
	if kind == Script && isPython(file, text) {
		s.python(text)
	}
	text = s.defaults(s.dollars(unquote.Replace(continued.ReplaceAllString(text, " "))))
	text = here.ReplaceAllLiteralString(text, root+"/"+s.dir)
	text = around.ReplaceAllString(pwd.ReplaceAllLiteralString(text, root), "$1")
	lines := strings.Split(text, "\n")
	var rule inRule
	edited, recipe := make([]string, len(lines)), make([]bool, len(lines))
	for i, line := range lines {
		line = uncomment(line)
		lines[i], edited[i], recipe[i] = line, s.edited(line), kind == Makefile && rule.recipe(line)
		s.learn(line, recipe[i])
		if edited[i] != line {
			s.learn(edited[i], recipe[i])
		}
	}
	r.links++
	for i, line := range lines {
		s.line(line, recipe[i])
		if edited[i] != line {
			s.line(edited[i], recipe[i])
		}
	}
	return s.names
}

// scan is the reading of one file.
type scan struct {
	r     *Reader
	file  string
	dir   string
	kind  Kind
	seen  map[Name]bool
	names []Name
	// waits are the keys of what is pending.
	waits map[string]bool
	// script has the variables of the script, or of the recipes of the makefile;
	// target is what the rule of the recipe makes.
	script *script
	target []string
}

func (s *scan) line(line string, recipe bool) {
	if strings.TrimSpace(line) == "" {
		return
	}
	for _, m := range addprefix.FindAllStringSubmatch(line, -1) {
		for _, w := range strings.Fields(m[2]) {
			s.add(strings.TrimSpace(m[1])+w, false, false)
		}
	}
	makes := s.kind == Makefile && !recipe
	if makes {
		if m := includes.FindStringSubmatch(line); m != nil {
			for _, w := range s.words(m[1]) {
				s.add(w, true, true)
			}
			return
		}
		if m := targets.FindStringSubmatch(line); m != nil {
			s.target = s.words(m[1])
		}
	}
	if m := sources.FindStringSubmatch(line); m != nil && s.kind == Script {
		s.sources(m[1])
	}
	// Kbuild's top Makefile includes what include-y lists.
	m := assignment.FindStringSubmatch(line)
	listed := makes && m != nil && strings.HasPrefix(m[1], "include-")
	if listed {
		line = m[2]
	}
	for _, w := range s.words(line) {
		s.add(w, listed, listed)
	}
}

// add notes what a word may name. One without a slash does only where it is
// known to be a file.
func (s *scan) add(word string, included, isFile bool) {
	values := s.expand(word, 0)
	s.waitFor(word, values, fmt.Sprint(word, included, isFile), func() { s.add(word, included, isFile) })
	for _, v := range values {
		for _, p := range s.resolve(v, isFile) {
			s.note(Name{Path: p, Included: included})
		}
	}
}

func (s *scan) note(n Name) {
	if !s.seen[n] {
		s.seen[n] = true
		s.names = append(s.names, n)
	}
}

// resolve returns the paths that a word may stand for, none if it can name no
// file of the tree.
func (s *scan) resolve(word string, isFile bool) []string {
	if i := strings.LastIndex(word, root); i >= 0 {
		if rest := word[i+len(root):]; strings.HasPrefix(rest, "/") {
			return clean(rest)
		}
		return nil
	}
	if !isFile && !strings.Contains(word, "/") || strings.HasPrefix(word, "/") {
		return nil
	}
	out := clean(word)
	if s.kind == Script && s.dir != "." {
		out = append(out, clean(s.dir+"/"+word)...)
	}
	return out
}

// clean returns a path without dots. One whose first directory or whose name
// nobody knows is none.
func clean(p string) []string {
	p = path.Clean(strings.TrimLeft(p, "/"))
	if p == "" || p == "." || strings.HasPrefix(p, "..") || p[0] == '*' || strings.Contains(p, "**") || strings.ContainsAny(p, "%@") {
		return nil
	}
	if base := path.Base(p); strings.Contains(base, "*") && len(strings.ReplaceAll(base, "*", "")) < 2 {
		return nil
	}
	return []string{p}
}

// uncomment cuts a comment off a line.
func uncomment(line string) string {
	for i := 0; i < len(line); i++ {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}
