package verify

import (
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// eval evaluates the expression of an #if. It knows !, && and ||, parentheses,
// defined, numbers, __has_include and the macros of linux/kconfig.h; what has
// any other operator may hold. It fails on nothing: what it cannot read may
// hold. Time is linear in the expression.
func (s *scope) eval(expr string) truth {
	p := parser{scope: s, rest: expr}
	p.next()
	if t := p.or(0); !p.bad && p.token == "" {
		return t
	}
	return maybe
}

// maxNesting is how deep an expression may be nested to be read at all.
const maxNesting = 64

// parser reads C's constant expressions by recursive descent.
type parser struct {
	*scope
	token string // the one to be read; "" at the end
	kind  ctext.Kind
	rest  string // what stands behind it
	bad   bool
}

func (p *parser) next() {
	p.rest = ctext.TrimLeft(p.rest)
	p.token, p.kind = ctext.Token(p.rest)
	p.rest = p.rest[len(p.token):]
}

// take reads a token if it is the next one.
func (p *parser) take(token string) bool {
	if p.token != token {
		return false
	}
	p.next()
	return true
}

func (p *parser) or(depth int) truth {
	if depth > maxNesting {
		p.bad = true
	}
	if p.bad {
		return maybe
	}
	t := p.and(depth)
	for p.take("||") {
		t = max(t, p.and(depth))
	}
	if p.token == "?" { // it binds least
		p.skip(false)
		return maybe
	}
	return t
}

func (p *parser) and(depth int) truth {
	t := p.operand(depth)
	for p.take("&&") {
		t = min(t, p.operand(depth))
	}
	return t
}

// operand reads what stands between && and ||.
func (p *parser) operand(depth int) truth {
	t := p.unary(depth)
	switch p.token {
	case "", "&&", "||", "?", ":", ")":
		return t
	}
	p.skip(true) // other operators bind more
	return maybe
}

func (p *parser) unary(depth int) truth {
	negated := false
	for p.take("!") {
		negated = !negated
	}
	t := p.primary(depth)
	if negated {
		return t.not()
	}
	return t
}

func (p *parser) primary(depth int) truth {
	token, kind := p.token, p.kind
	switch {
	case p.take("("):
		t := p.or(depth + 1)
		p.bad = !p.take(")") || p.bad
		return t
	case token == "" || token == ")":
		p.bad = true
		return maybe
	}
	p.next()
	switch {
	case kind == ctext.Number:
		return number(token)
	case kind != ctext.Name:
		return maybe // another operator: what stands behind it is skipped
	case token == "defined":
		bracket := p.take("(")
		_, is := p.defined(p.token)
		p.next()
		p.bad = bracket && !p.take(")") || p.bad
		return is
	case token == "__has_include" && p.token == "(":
		return p.test()
	case p.take("("):
		return p.call(token)
	case token == "true":
		return yes
	case token == "false":
		return no
	}
	text, is := p.defined(token)
	if is == yes {
		return number(text)
	}
	return is // an identifier that is no macro is 0
}

// test reads what stands behind __has_include, of which the bracket is the
// token.
func (p *parser) test() truth {
	inc, rest, ok := cinclude.Header(ctext.TrimLeft(p.rest))
	switch {
	case ok:
		p.rest = rest
	case rest == "": // a name that does not end: nor does any behind it
		p.bad, p.rest = true, ""
	}
	p.next()
	if !ok || p.token != ")" {
		return p.close(maybe)
	}
	return p.close(truthOf(p.has(inc)))
}

// close goes behind the bracket that closes the one that is open, and returns t.
func (p *parser) close(t truth) truth {
	p.skip(false)
	p.bad = !p.take(")") || p.bad
	return t
}

// call evaluates the macros of linux/kconfig.h. The opening bracket is read.
func (p *parser) call(name string) truth {
	arg := p.token
	if arg != ")" {
		p.next()
	}
	if !strings.HasPrefix(arg, "CONFIG_") || p.token != ")" {
		return p.close(maybe)
	}
	p.next()
	if p.doubtful[arg] || p.doubtful[arg+"_MODULE"] {
		return maybe
	}
	builtin, module := truthOf(p.config[arg] == "1"), truthOf(p.config[arg+"_MODULE"] == "1")
	switch name {
	case "IS_ENABLED":
		return max(builtin, module)
	case "IS_BUILTIN":
		return builtin
	case "IS_MODULE":
		return module
	case "IS_REACHABLE": // as a module, only in code of modules
		return max(builtin, min(module, maybe))
	}
	return maybe
}

// skip goes to the bracket that closes the one that is open, or to the end;
// with operand to the end of the operand, if that comes before.
func (p *parser) skip(operand bool) {
	for depth := 0; p.token != ""; p.next() {
		switch p.token {
		case "(":
			depth++
		case ")":
			if depth--; depth < 0 {
				return
			}
		case "&&", "||", "?", ":":
			if operand && depth == 0 {
				return
			}
		}
	}
}

// number tells whether a number is other than 0; what is none may be.
func number(text string) truth {
	n, err := strconv.ParseUint(strings.TrimRight(text, "uUlL"), 10, 64)
	if err != nil {
		return maybe
	}
	return truthOf(n != 0)
}
