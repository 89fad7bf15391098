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
	conds, open := len(r.conds), r.open
	r.open = nil
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
	r.open, r.at = open, outer
	r.depth--
}

// line reads one line that may have a comment.
func (r *reader) line(line string) {
	if strings.HasPrefix(line, "\t") && r.open != nil {
		if strings.TrimSpace(line) != "" {
			r.makes(r.open)
		}
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
		r.open = nil
		r.assignment(lhs, op, rhs)
		return
	}
	if i := colon(line); i >= 0 {
		if r.tree != nil {
			r.treeRule(line[i+1:])
			return
		}
		r.open = r.rule(line[:i], strings.TrimPrefix(line[i+1:], ":"))
		// What the user's make builds for itself is nothing of the module's.
		if _, _, value, ok := splitAssignment(strings.TrimLeft(line[i+1:], ": ")); ok && r.live() != no && !r.beforehand {
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

// optionRE takes the option off a name such as obj-$(CONFIG_X).
var optionRE = regexp.MustCompile(`^(.*)-(\$\(.*\)|\$\{.*\})$`)

// assignment takes in a line of the form NAME = VALUE.
func (r *reader) assignment(lhs, op, rhs string) {
	live := r.live()
	p := piece{text: rhs, at: r.at, maybe: live < yes, unlikely: live == unlikely}
	if op == "!=" {
		op, p.text = ":=", "$(shell "+rhs+")"
	}
	if r.tree != nil {
		r.treeAssignment(lhs, op, p)
		return
	}
	suffix := ""
	if m := optionRE.FindStringSubmatch(lhs); m != nil && !isOnlyCall(lhs) {
		lhs, suffix = m[1], anyOption
	}
	// Who sets what the makefile sets otherwise may well mean other objects, but
	// not another name.
	if live == no || r.beforehand || live == unlikely && op != "+=" && suffix == "" && !objectListRE.MatchString(lhs) {
		if suffix == "" && !strings.Contains(lhs, "$") {
			r.assign(true, lhs, op, p)
		}
		if live == no || r.beforehand {
			return
		}
		r.assignedFlags(lhs, rhs)
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
	r.assignedFlags(lhs, rhs)
}

// assignedFlags notes the flags that a variable gets, but for those that Kbuild
// is to take away.
func (r *reader) assignedFlags(lhs, rhs string) {
	if !strings.HasPrefix(lhs, "CFLAGS_REMOVE_") && !strings.HasPrefix(lhs, "AFLAGS_REMOVE_") && !strings.Contains(lhs, "flags-remove-") {
		r.flagText(rhs, strings.HasPrefix(lhs, "subdir-"))
	}
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
	if r.tree != nil || !strings.Contains(line, "=") || !makeRE.MatchString(line) {
		return
	}
	for _, m := range handedRE.FindAllStringSubmatch(line, -1) {
		if !handedOff[m[1]] {
			value := strings.Trim(m[2], `"'`)
			if value == "$("+m[1]+")" || value == "${"+m[1]+"}" {
				continue
			}
			r.assign(true, m[1], "=", piece{text: value, at: r.at, maybe: true})
			r.flagText(value, false)
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
	if r.tree != nil {
		r.treeInclude(name)
		return
	}
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
		if needed && r.live() > unlikely {
			r.unclear(r.at, "include of %s: %v: what it says is left out", raw, err)
		}
		return
	}
	r.reading[file] = true
	r.lines(file, 1, string(text))
	delete(r.reading, file)
}
