package makefile

import (
	"regexp"
	"strings"
)

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
