package makefile

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// abspath makes the words absolute.
func (r *reader) abspath(list string) string {
	w := strings.Fields(list)
	for i := range w {
		if r.tree != nil {
			if p, tree := r.absolute(w[i]); tree {
				w[i] = inTree + "/" + p
			} else {
				w[i] = p
			}
			continue
		}
		if !isUnknown(w[i]) && !strings.HasPrefix(w[i], inTree) {
			w[i], _ = r.absolute(w[i])
		}
	}
	return strings.Join(w, " ")
}

// wildcard finds files, as seen from the directory.
func (r *reader) wildcard(patterns string) string {
	var out []string
	if r.tree != nil {
		return patterns // which of them are there is seen where they are used
	}
	for _, p := range strings.Fields(patterns) {
		file, tree := r.absolute(p)
		switch {
		case isUnknown(p):
			out = append(out, p)
			continue
		case tree || !r.below(file):
			continue
		}
		found, _ := filepath.Glob(file) // what is no pattern finds nothing
		if !r.spend(len(found) * (len(file) + 1)) {
			break
		}
		for _, f := range found {
			if !filepath.IsAbs(p) {
				rel, err := filepath.Rel(r.Dir, f)
				if err != nil {
					continue
				}
				f = rel
				if strings.HasPrefix(p, "./") {
					f = "./" + f
				}
			}
			out = append(out, f)
		}
	}
	return strings.Join(out, " ")
}

// pwdRE are commands that print the makefile's directory.
var pwdRE = regexp.MustCompile(`^(?:cd\s+\S+\s*(?:&&|;)\s*)?(?:/bin/)?pwd(?:\s+-[LP])?$|^(?:readlink|realpath)\s+(?:-[a-z]+\s+)?\.$`)

// shell knows pwd; what any other command prints is not known.
func (r *reader) shell(command string, asOf int) string {
	command = strings.TrimSpace(r.expand(command, asOf))
	if pwdRE.MatchString(command) {
		if words := strings.Fields(command); words[0] == "cd" {
			if dir, tree := r.absolute(strings.Trim(words[1], `"';&`)); !tree {
				return dir
			}
			return inTree
		}
		if r.tree != nil {
			return inTree
		}
		return r.Dir
	}
	if dir, ok := strings.CutPrefix(command, "dirname "); ok && !strings.ContainsAny(dir, " ;|&") {
		return path.Dir(strings.Trim(dir, `"'`))
	}
	return unknown
}

func (r *reader) rawValue(name string, asOf int) string {
	if n := r.value(strings.TrimSpace(r.expand(name, asOf)), asOf); n != nil {
		return n.piece.text
	}
	return ""
}

// ifFunction gives both values where the condition is not known.
func (r *reader) ifFunction(args string, asOf int) string {
	parts := append(arguments(args), "", "")
	then, otherwise := parts[1], strings.Trim(strings.Join(parts[2:], ","), ",")
	switch c := strings.TrimSpace(r.expand(parts[0], asOf)); {
	case strings.Trim(c, unknown+" ") != "":
		return r.expand(then, asOf)
	case c == "":
		return r.expand(otherwise, asOf)
	}
	return r.expand(then, asOf) + " " + r.expand(otherwise, asOf)
}

func (r *reader) orFunction(args string, asOf int) string {
	all := ""
	for _, a := range arguments(args) {
		v := strings.TrimSpace(r.expand(a, asOf))
		all += " " + v
		if strings.Trim(v, unknown) != "" {
			break
		}
	}
	return strings.TrimSpace(all)
}

func (r *reader) andFunction(args string, asOf int) string {
	v := ""
	for _, a := range arguments(args) {
		if v = strings.TrimSpace(r.expand(a, asOf)); v == "" {
			return ""
		}
	}
	return v
}

// foreach works its text out for each word of a list.
func (r *reader) foreach(args string, asOf int) string {
	parts := arguments(args)
	if len(parts) < 3 {
		return unknown
	}
	name, text := strings.TrimSpace(r.expand(parts[0], asOf)), strings.Join(parts[2:], ",")
	before := r.vars[name]
	defer func() { r.vars[name] = before }()
	var out strings.Builder
	for i, w := range strings.Fields(r.expand(parts[1], asOf)) {
		if i > 0 {
			out.WriteByte(' ')
		}
		n := &node{kind: set, piece: piece{text: strings.ReplaceAll(w, "$", "$$"), at: r.at, asOf: late}, alternatives: 1}
		r.vars[name] = &variable{at: []int{0}, values: []*node{n}}
		r.expandTo(&out, text, asOf)
		if r.work < 0 {
			break
		}
	}
	return out.String()
}

// kbuildFlags are functions of Kbuild's that give the first of their arguments,
// or another.
var kbuildFlags = map[string]bool{"cc-option": true, "as-option": true, "ld-option": true, "cc-disable-warning": true, "cc-option-yn": true, "cc-ifversion": true}

// call works out the value of a variable with arguments.
func (r *reader) call(args string, asOf int) string {
	parts := arguments(args)
	for i := range parts {
		parts[i] = r.expand(parts[i], asOf)
	}
	name := strings.TrimSpace(parts[0])
	if kbuildFlags[name] {
		return strings.Join(parts[1:], " ")
	}
	if r.value(name, asOf) == nil {
		return unknown
	}
	r.args = append(r.args, parts)
	defer func() { r.args = r.args[:len(r.args)-1] }()
	n := r.value(name, asOf)
	var b strings.Builder
	if n.alternatives > 1 {
		r.node(&b, n)
		return b.String()
	}
	// A function may call itself.
	for i, p := range n.pieces(0) {
		if i > 0 {
			b.WriteByte(' ')
		}
		r.expandTo(&b, p.text, p.asOf)
	}
	return b.String()
}

// eval reads a value as lines of the makefile.
func (r *reader) eval(args string, asOf int) string {
	text := r.expand(args, asOf)
	calls := r.args
	r.args = nil
	conds := r.conds
	r.conds = []cond{{now: r.live()}}
	r.lines(r.at.File, 0, text)
	r.args, r.conds = calls, conds
	return ""
}
