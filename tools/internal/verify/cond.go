package verify

import (
	"maps"
	"math"
	"strconv"
	"strings"
)

// value is what an expression of an #if comes to, where that is known.
type value struct {
	n     int64
	known bool
	// unsigned says that n stands for the number of the same 64 bits from 0 up.
	unsigned bool
}

var (
	unknown = value{}
	zero    = value{n: 0, known: true}
	one     = value{n: 1, known: true}
)

func truth(b bool) value {
	if b {
		return one
	}
	return zero
}

// maybe tells whether the value may be true.
func (v value) maybe() bool { return !v.known || v.n != 0 }

// config is what include/generated/autoconf.h defines, and little else: of any
// other macro nothing is known.
type config map[string]string

// doubtful is the value in a config of a macro that some other file defines or
// takes back: nothing is known of it.
const doubtful = "?"

// without returns the config with names of which nothing is known.
func (c config) without(names []string) config {
	if len(names) == 0 {
		return c
	}
	c = maps.Clone(c)
	for _, name := range names {
		c[name] = doubtful
	}
	return c
}

// known tells what the preprocessor is sure to know in the kernel: whether the
// macro is defined, and as what.
func (c config) known(name string) (text string, defined, known bool) {
	switch {
	case c[name] == doubtful:
		return "", false, false
	case name == "__KERNEL__" || name == "true":
		return "1", true, true
	case name == "__cplusplus" || name == "false":
		return "0", false, true
	case strings.HasPrefix(name, "CONFIG_"):
		text, defined = c[name]
		return text, defined, text != doubtful
	}
	return "", false, false
}

// eval evaluates the expression of an #if. It fails on nothing: what it cannot
// read is not known.
func (c config) eval(expr string) value {
	p := parser{c: c, rest: expr}
	v := p.ternary(0)
	p.blanks()
	if p.bad || p.rest != "" {
		return unknown
	}
	return v
}

// maxNesting is how deep an expression may be nested to be read at all.
const maxNesting = 64

// parser reads C's constant expressions by recursive descent.
type parser struct {
	c    config
	rest string
	bad  bool
}

func (p *parser) blanks() { p.rest = strings.TrimLeft(p.rest, " \t\v\f\r") }

func (p *parser) take(op string) bool {
	p.blanks()
	rest, ok := strings.CutPrefix(p.rest, op)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *parser) ternary(depth int) value {
	if depth > maxNesting {
		p.bad = true
	}
	if p.bad {
		return unknown
	}
	cond := p.binary(0, depth)
	if !p.take("?") {
		return cond
	}
	a := p.ternary(depth + 1)
	if !p.take(":") {
		p.bad = true
	}
	b := p.ternary(depth + 1)
	if !cond.known || !a.known || !b.known {
		return unknown // the side that is not taken may be unsigned
	}
	v := b
	if cond.n != 0 {
		v = a
	}
	v.unsigned = a.unsigned || b.unsigned // one side makes the other so
	return v
}

func (p *parser) binary(level, depth int) value {
	if level == len(levels) {
		return p.unary(depth)
	}
	v := p.binary(level+1, depth)
	for !p.bad {
		op := p.operator(level)
		if op == "" {
			break
		}
		v = apply(op, v, p.binary(level+1, depth))
	}
	return v
}

func (p *parser) operator(level int) string {
	p.blanks()
	for _, op := range levels[level] {
		if !strings.HasPrefix(p.rest, op) {
			continue
		}
		// "|" is not the beginning of "||", nor "<" that of "<<".
		if next := p.rest[len(op):]; len(op) == 1 && next != "" && strings.ContainsAny(op, "|&<>") && next[0] == op[0] {
			continue
		}
		p.rest = p.rest[len(op):]
		return op
	}
	return ""
}

func (p *parser) unary(depth int) value {
	if depth > maxNesting {
		p.bad = true
	}
	p.blanks()
	switch {
	case p.bad || p.rest == "":
		p.bad = true
		return unknown
	case p.take("!"):
		if v := p.unary(depth + 1); v.known {
			return truth(v.n == 0)
		}
		return unknown
	case p.take("-"):
		v := p.unary(depth + 1)
		return value{-v.n, v.known, v.unsigned}
	case p.take("~"):
		v := p.unary(depth + 1)
		return value{^v.n, v.known, v.unsigned}
	case p.take("+"):
		return p.unary(depth + 1)
	case p.take("("):
		v := p.ternary(depth + 1)
		if !p.take(")") {
			p.bad = true
		}
		return v
	}
	name := p.name()
	switch {
	case name == "":
		p.bad = true
		return unknown
	case name[0] >= '0' && name[0] <= '9':
		return number(name)
	case name == "defined":
		paren := p.take("(")
		p.blanks()
		_, defined, known := p.c.known(p.name())
		if paren && !p.take(")") {
			p.bad = true
		}
		return value{n: truth(defined).n, known: known}
	}
	if p.take("(") {
		return p.call(name)
	}
	text, defined, known := p.c.known(name)
	switch {
	case !known:
		return unknown
	case !defined:
		return zero // an identifier that is no macro is 0
	}
	return number(text)
}

func (p *parser) name() string {
	n := 0
	for n < len(p.rest) && isName(p.rest[n]) {
		n++
	}
	name := p.rest[:n]
	p.rest = p.rest[n:]
	return name
}

// call evaluates the macros of linux/kconfig.h. The opening bracket is read.
func (p *parser) call(name string) value {
	p.blanks()
	arg := p.name()
	if p.blanks(); !strings.HasPrefix(p.rest, ")") || !strings.HasPrefix(arg, "CONFIG_") {
		p.skip()
		return unknown
	}
	p.rest = p.rest[1:]
	builtin, module := p.c[arg] == "1", p.c[arg+"_MODULE"] == "1"
	if p.c[arg] == doubtful || p.c[arg+"_MODULE"] == doubtful {
		return unknown
	}
	switch name {
	case "IS_ENABLED":
		return truth(builtin || module)
	case "IS_BUILTIN":
		return truth(builtin)
	case "IS_MODULE":
		return truth(module)
	case "IS_REACHABLE":
		if !builtin && module {
			return unknown // only in code of modules
		}
		return truth(builtin)
	}
	return unknown
}

// skip goes behind the bracket that closes the one that is open.
func (p *parser) skip() {
	for depth := 1; p.rest != ""; {
		c := p.rest[0]
		p.rest = p.rest[1:]
		if c == '(' {
			depth++
		} else if c == ')' {
			if depth--; depth == 0 {
				return
			}
		}
	}
	p.bad = true
}

func number(text string) value {
	digits := strings.TrimRight(text, "uUlL")
	if strings.ContainsAny(digits, "_oO") { // numbers for Go, not for C
		return unknown
	}
	n, err := strconv.ParseUint(digits, 0, 64)
	return value{int64(n), err == nil, n > math.MaxInt64 || strings.ContainsAny(text[len(digits):], "uU")}
}

func isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// readConfig reads the #defines of include/generated/autoconf.h.
func readConfig(text string) config {
	c := config{}
	for _, line := range strings.Split(text, "\n") {
		if rest, ok := strings.CutPrefix(line, "#define "); ok {
			name, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
			c[name] = strings.TrimSpace(value)
		}
	}
	return c
}
