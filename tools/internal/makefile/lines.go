package makefile

import (
	"path"
	"regexp"
	"strings"
)

// lines reads the text of a makefile, whose first line has a number; the lines
// of 0 are all of the place where the reader is.
func (r *reader) lines(file string, number int, text string) {
	if r.depth++; r.depth > maxDepth {
		r.unclear(r.at, "it is nested too deeply")
		r.depth--
		return
	}
	outer := r.at
	conds, inRule := len(r.conds), r.inRule
	r.inRule = false
	for text != "" && r.spend(1) {
		if number > 0 {
			r.at = Place{file, number}
		}
		var line string
		var n int
		line, text, n = nextLine(text)
		if number > 0 {
			number += n
		}
		if name, op, ok := defineOf(line); ok {
			var body string
			body, text, n = defineBody(text)
			if number > 0 {
				number += n
			}
			r.assignment(name, op, body)
			continue
		}
		r.line(line)
	}
	r.conds = r.conds[:min(conds, len(r.conds))]
	r.inRule, r.at = inRule, outer
	r.depth--
}

// nextLine takes a line with those that continue it, as one, from a text; n is
// how many they are.
func nextLine(text string) (line, rest string, n int) {
	var b strings.Builder
	for {
		l, more, found := strings.Cut(text, "\n")
		n++
		l = strings.TrimSuffix(l, "\r")
		text = more
		if !found || !continued(l) {
			if b.Len() == 0 {
				return l, text, n
			}
			b.WriteString(strings.TrimLeft(l, " \t"))
			return b.String(), text, n
		}
		l = l[:len(l)-1]
		if b.Len() > 0 {
			l = strings.TrimLeft(l, " \t")
		}
		b.WriteString(strings.TrimRight(l, " \t"))
		b.WriteByte(' ')
	}
}

// continued tells whether a line ends in a backslash that no other one undoes.
func continued(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

// uncommented returns a line without its comment.
func uncommented(line string) string {
	if !strings.Contains(line, "#") {
		return line
	}
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' && i+1 < len(line) && line[i+1] == '#' {
			b.WriteByte('#')
			i++
			continue
		}
		if line[i] == '#' {
			break
		}
		b.WriteByte(line[i])
	}
	return b.String()
}

var defineRE = regexp.MustCompile(`^\s*(?:(?:override|export|private)\s+)*define\s+(\S+)\s*([:+?]*=)?\s*(?:#.*)?$`)

// defineOf tells whether a line begins the value of a variable that has several
// lines.
func defineOf(line string) (name, op string, ok bool) {
	if !strings.Contains(line, "define") {
		return "", "", false
	}
	m := defineRE.FindStringSubmatch(line)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// defineBody takes the lines to endef from a text.
func defineBody(text string) (body, rest string, n int) {
	depth := 1
	var b strings.Builder
	for text != "" {
		line, more, _ := strings.Cut(text, "\n")
		text = more
		n++
		line = strings.TrimSuffix(line, "\r")
		switch first, _, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case first == "endef":
			depth--
		case defineRE.MatchString(line):
			depth++
		}
		if depth == 0 {
			break
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n"), text, n
}

// keyword takes the first word of a line.
func keyword(line string) (word, rest string) {
	if i := strings.IndexAny(line, " \t("); i >= 0 {
		return line[:i], strings.TrimLeft(line[i:], " \t")
	}
	return line, ""
}

// line reads one line that may have a comment.
func (r *reader) line(line string) {
	if strings.HasPrefix(line, "\t") && r.inRule {
		r.recipe(line)
		return
	}
	line = strings.TrimSpace(uncommented(line))
	if line == "" {
		return
	}
	word, rest := keyword(line)
	if r.conditional(word, rest) {
		return
	}
	if _, _, _, isAssignment := splitAssignment(line); !isAssignment {
		switch word {
		case "include", "-include", "sinclude":
			if r.live() != no {
				r.include(rest, word == "include")
			}
			return
		case "export", "unexport", "vpath", "undefine", "override", "private", "load", "-load":
			return
		}
	}
	for word == "export" || word == "override" || word == "private" {
		line = rest
		word, rest = keyword(line)
	}
	if lhs, op, rhs, ok := splitAssignment(line); ok {
		r.inRule = false
		r.assignment(lhs, op, rhs)
		return
	}
	if i := colon(line); i >= 0 {
		r.inRule = true
		if _, _, value, ok := splitAssignment(strings.TrimLeft(line[i+1:], ": ")); ok && r.live() != no {
			r.flagText(value, false)
		}
		return
	}
	if r.live() != no && strings.HasPrefix(line, "$") {
		r.expand(line, late)
		return
	}
	if r.live() != no {
		r.unclear(r.at, "the line %q is neither a rule nor an assignment", line)
	}
}

// colon finds the colon of a rule, -1 where there is none.
func colon(line string) int {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '(', '{':
			depth++
		case ')', '}':
			depth--
		case ':':
			if depth <= 0 {
				return i
			}
		}
	}
	return -1
}

// splitAssignment takes an assignment apart. op is make's operator; of those
// that expand at once it is :=.
func splitAssignment(line string) (lhs, op, rhs string, ok bool) {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '(' || c == '{':
			depth++
		case c == ')' || c == '}':
			depth--
		case depth > 0:
		case c == ':':
			end := i
			for end < len(line) && line[end] == ':' {
				end++
			}
			if end == len(line) || line[end] != '=' {
				return "", "", "", false
			}
			return checkedAssignment(line[:i], ":=", line[end+1:])
		case c == '=':
			return checkedAssignment(line[:i], "=", line[i+1:])
		case strings.IndexByte("+?!", c) >= 0 && i+1 < len(line) && line[i+1] == '=':
			return checkedAssignment(line[:i], string(c)+"=", line[i+2:])
		}
	}
	return "", "", "", false
}

// checkedAssignment is an assignment if its name is one word.
func checkedAssignment(lhs, op, rhs string) (string, string, string, bool) {
	lhs = strings.TrimSpace(lhs)
	words := rawWords(lhs)
	for len(words) > 1 && (words[0] == "export" || words[0] == "override" || words[0] == "private") {
		words = words[1:]
	}
	if len(words) != 1 {
		return "", "", "", false
	}
	return words[0], op, strings.TrimLeft(rhs, " \t"), true
}

// optionRE takes the option off a name such as obj-$(CONFIG_X).
var optionRE = regexp.MustCompile(`^(.*)-(\$\(.*\)|\$\{.*\})$`)

// assignment takes in a line of the form NAME = VALUE.
func (r *reader) assignment(lhs, op, rhs string) {
	live := r.live()
	p := piece{text: rhs, at: r.at, maybe: live == maybe}
	if op == "!=" {
		op, p.text = ":=", "$(shell "+rhs+")"
	}
	suffix := ""
	if m := optionRE.FindStringSubmatch(lhs); m != nil && !isOnlyCall(lhs) {
		lhs, suffix = m[1], anyOption
	}
	if live == no {
		if suffix == "" && !strings.Contains(lhs, "$") {
			r.assign(true, lhs, op, p)
		}
		return
	}
	names := []string{lhs}
	if strings.Contains(lhs, "$") {
		names = r.alternatives(lhs, late)
	}
	for _, name := range names {
		name = strings.TrimSpace(name)
		if isUnknown(name) || name == "" {
			if suffix != "" || objectListRE.MatchString(name) {
				r.unclear(r.at, "%s is not known here, so nobody knows whose objects %q are", lhs, strings.TrimSpace(rhs))
				r.out.Computed = true
			}
			continue
		}
		r.assign(false, name+suffix, op, p)
	}
	r.flagText(rhs, strings.HasPrefix(lhs, "subdir-"))
}

// objectListRE matches the names of variables that have objects.
var objectListRE = regexp.MustCompile(`-(objs|y|m|\$)$`)

// isOnlyCall tells whether a text is one $(…) from its beginning to its end.
func isOnlyCall(s string) bool {
	return len(s) > 1 && s[0] == '$' && closing(s, 1) == len(s)-1
}

var (
	makeRE    = regexp.MustCompile(`\$[({]MAKE[)}]|(?:^|[\s;&@-])make\s`)
	handedRE  = regexp.MustCompile(`(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)=("[^"]*"|'[^']*'|\S*)`)
	handedOff = map[string]bool{"M": true, "SUBDIRS": true, "KBUILD_EXTMOD": true, "ARCH": true, "CROSS_COMPILE": true, "O": true, "src": true, "obj": true}
)

// recipe takes from a recipe what it hands on to the kernel's make: that is set
// when Kbuild reads the makefile.
func (r *reader) recipe(line string) {
	if !strings.Contains(line, "=") || !makeRE.MatchString(line) {
		return
	}
	for _, m := range handedRE.FindAllStringSubmatch(line, -1) {
		if !handedOff[m[1]] {
			value := strings.Trim(m[2], `"'`)
			if value == "$("+m[1]+")" || value == "${"+m[1]+"}" {
				continue
			}
			r.assign(true, m[1], "=", piece{text: value, at: r.at, maybe: true})
		}
	}
}

// include reads the makefiles that a line names; needed ones must be there.
func (r *reader) include(names string, needed bool) {
	for _, raw := range rawWords(names) {
		for _, value := range r.alternatives(raw, late) {
			for _, name := range strings.Fields(value) {
				r.includeFile(raw, name, needed)
			}
		}
	}
}

// kernelsFiles are files of a kernel's that makefiles include: they name none
// of a module's objects.
var kernelsFiles = map[string]bool{".config": true, "auto.conf": true, "Kbuild.include": true, "Makefile.include": true, "kernel.release": true}

func (r *reader) includeFile(raw, name string, needed bool) {
	file, tree := r.absolute(name)
	if tree || kernelsFiles[path.Base(name)] {
		return
	}
	if isUnknown(file) {
		r.unclear(r.at, "include of %s, which is not known here: what it says is left out", raw)
		return
	}
	if r.reading[file] {
		return
	}
	if r.includes++; r.includes > maxIncludes {
		r.unclear(r.at, "more than %d files are included", maxIncludes)
		return
	}
	text, err := r.openBelow(file)
	if err != nil {
		if needed {
			r.unclear(r.at, "include of %s: %v: what it says is left out", raw, err)
		}
		return
	}
	r.reading[file] = true
	r.lines(file, 1, string(text))
	delete(r.reading, file)
}
