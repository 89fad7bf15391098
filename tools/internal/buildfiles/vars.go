package buildfiles

import (
	"regexp"
	"slices"
	"strings"
)

// scope has what variables may stand for.
type scope map[string][]string

var (
	// exports are variables that make gives to programs.
	exports = regexp.MustCompile(`^[ \t]*(override[ \t]+)?(export|unexport)(?:[ \t]+([^:?+!=]*))?(?:[:?+!]{0,3}=.*)?$`)
	// shellSet is where a shell sets a variable in a recipe, shellDefault where it
	// has a value for one that is not set.
	shellSet     = regexp.MustCompile(`(?:^|[ \t;&|({@+-])([A-Za-z_][A-Za-z0-9_]*)=([^ \t;&|)]+)`)
	shellDefault = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[-=]([^{}]*)|%/)\}`)
	// control are the lines of a makefile that end no recipe.
	control = regexp.MustCompile(`^[ ]*(?:ifn?(?:eq|def)|else|endif)\b`)
)

// shellOwn marks a reference to a variable of the shell in a word.
const shellOwn = "$"

// dollars leaves two dollars in a makefile where they begin a variable of the
// shell; elsewhere one is what the shell, or make in a second expansion, gets. In
// a script two of them are a number that nobody knows.
func (s *scan) dollars(text string) string {
	if s.kind == Script {
		return strings.ReplaceAll(text, "$$", "@") // no file has that in its name
	}
	var b strings.Builder
	for {
		at := strings.Index(text, "$$")
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		for text = text[at:]; strings.HasPrefix(text, "$$$$"); {
			text = text[2:] // for a second expansion
		}
		text = text[2:]
		if text != "" && (isLetter(text[0]) || text[0] == '{') {
			b.WriteByte('$')
		}
		b.WriteByte('$')
	}
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// defaults notes what a variable of the shell is where it is not set, and leaves
// the reference.
func (s *scan) defaults(text string) string {
	var b strings.Builder
	done := 0
	for _, m := range shellDefault.FindAllStringSubmatchIndex(text, -1) {
		if s.kind == Makefile && (m[0] == 0 || text[m[0]-1] != '$') {
			continue
		}
		name := text[m[2]:m[3]]
		if m[4] >= 0 {
			s.set(s.script.defaults, name, text[m[4]:m[5]])
		}
		b.WriteString(text[done:m[0]] + "${" + name + "}")
		done = m[1]
	}
	return b.String() + text[done:]
}

// inRule tells which lines of a makefile are of a recipe.
type inRule bool

// recipe tells whether the next line is one: it begins with a tab, and there was a
// rule before it.
func (in *inRule) recipe(line string) bool {
	if strings.HasPrefix(line, "\t") {
		return bool(*in)
	}
	if strings.TrimSpace(line) != "" && !control.MatchString(line) {
		bare := outside(line)
		*in = inRule(strings.Contains(bare, ":") && assignment.FindString(line) == "" && ruleLine.MatchString(bare) || strings.HasPrefix(strings.TrimLeft(line, " "), "define "))
	}
	return false
}

// outside puts an @ for each reference and each call of a function in a line: a
// colon in one makes no rule, as in $(info a: b).
func outside(line string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(line, '$')
		if at < 0 {
			break
		}
		b.WriteString(line[:at])
		line = line[at:]
		n := callLen(line)
		if n < 0 {
			break
		}
		b.WriteByte('@')
		line = line[n:]
	}
	b.WriteString(line)
	return b.String()
}

// callLen tells how long the reference or call is that a text begins with, -1 if it
// does not end.
func callLen(text string) int {
	if !strings.HasPrefix(text, "$(") && !strings.HasPrefix(text, "${") {
		return 1
	}
	opens, depth := text[1], 0
	closes := map[byte]byte{'(': ')', '{': '}'}[opens]
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case opens:
			depth++
		case closes:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// ruleLine is a line that a recipe may follow.
var ruleLine = regexp.MustCompile(`^[^\t#=]*[^\t#=:]::?(?:[^:=]|$)`)

// learn notes the variables that a line sets.
func (s *scan) learn(line string, recipe bool) {
	if s.kind == Makefile && !recipe {
		if !strings.Contains(line, "export") {
			// as of most lines
		} else if m := exports.FindStringSubmatch(line); m != nil {
			s.r.export(strings.Fields(m[3]), m[2] == "export")
		}
		if m := assignment.FindStringSubmatch(line); m != nil {
			s.set(s.r.vars, m[1], m[2])
			line = m[2] // of a command
		}
		if !strings.Contains(line, "$$") {
			return
		}
	}
	if s.kind == Makefile {
		for _, m := range shellSet.FindAllStringSubmatch(line, -1) {
			s.set(s.script.vars, m[1], m[2])
		}
	} else if m := assignment.FindStringSubmatch(line); m != nil {
		s.set(s.script.vars, m[1], m[2])
	}
}

// export notes that make exports variables, or does so no more: all of them where
// none is named.
func (r *Reader) export(names []string, does bool) {
	if len(names) == 0 {
		r.allExported = does
	}
	for _, name := range names {
		r.exported[name] = does
	}
}

// set notes what a variable may stand for: a word, or the paths in a text.
func (s *scan) set(vars scope, name, value string) {
	if isFixed(name) {
		return
	}
	single := len(strings.Fields(value)) == 1
	for _, w := range s.words(value) {
		own := strings.Contains(w, "$("+name+")") || strings.Contains(w, "$("+shellOwn+name+")")
		if (single || strings.Contains(w, "/")) && len(vars[name]) < maxValues && !own && !slices.Contains(vars[name], w) {
			vars[name] = append(vars[name], w)
		}
	}
}

// values are what a reference in a word may stand for. The shell has variables of
// its own, and those that make exports.
func (s *scan) values(name string) []string {
	own, ok := strings.CutPrefix(name, shellOwn)
	if !ok {
		if name == "@" {
			return s.target
		}
		return s.r.vars[name]
	}
	values, defaults := s.script.values(s.r, own)
	if does, said := s.r.exported[own]; len(values) == 0 && (does || s.r.allExported && !said) {
		values = s.r.vars[own]
	}
	return append(slices.Clip(values), defaults...)
}
