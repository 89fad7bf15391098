package licence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"
)

// modern is how the licences of GNU are called since version 3 of the list:
// GPL-2.0 is GPL-2.0-only, GPL-2.0+ is GPL-2.0-or-later.
func modern(name string) string {
	for _, family := range []string{"AGPL-", "GFDL-", "GPL-", "LGPL-"} {
		if !strings.HasPrefix(strings.ToUpper(name), family) {
			continue
		}
		if version, ok := strings.CutSuffix(name, "+"); ok {
			return version + "-or-later"
		}
		if !strings.HasSuffix(name, "-only") && !strings.HasSuffix(name, "-or-later") {
			return name + "-only"
		}
	}
	return name
}

// A Ban is a list of licences that nothing may be under.
type Ban struct{ names []string }

// NewBan makes a Ban of names. One without WITH means the licence with any
// exception, too; NoAssertion is what states none.
func NewBan(names []string) (Ban, error) {
	var b Ban
	for _, n := range names {
		known := nameOf(n)
		if known == "" {
			return b, fmt.Errorf("%q is no licence that SPDX has a name for: use one such as GPL-3.0-only, %s… as a summary has it, or %s for files that state none", n, refPrefix, NoAssertion)
		}
		b.names = append(b.names, known)
	}
	return b, nil
}

// nameOf returns the name of a licence as expressions have it; "" where it is
// none, or several.
func nameOf(name string) string {
	if name == NoAssertion || strings.HasPrefix(name, refPrefix) && !notInRef.MatchString(name) {
		return name
	}
	if n := normal(name); n != "" && len(tokens(n)) == 1 {
		return n
	}
	return ""
}

// withException splits a licence and its exception: GPL-2.0 WITH X, or, as it was
// before version 2 of the list, GPL-2.0-with-X.
func withException(term string) (licence, exception string, with bool) {
	for _, sep := range []string{" WITH ", "-with-"} {
		if licence, exception, with = strings.Cut(term, sep); with {
			break
		}
	}
	return modern(licence), exception, with
}

// hits tells whether a licence is of the list.
func (b Ban) hits(term string) bool {
	licence, exception, _ := withException(term)
	return slices.ContainsFunc(b.names, func(name string) bool {
		l, e, with := withException(name)
		return strings.EqualFold(l, licence) && (!with || strings.EqualFold(e, exception))
	})
}

// Hit returns those licences of a valid expression that are of the list, where no
// alternative of the expression does without them.
func (b Ban) Hit(expression string) ([]string, error) {
	if len(expression) > maxDocumentExpression {
		return nil, fmt.Errorf("read SPDX expression %.100q…: it has %d bytes, and more than %d are not read", expression, len(expression), maxDocumentExpression)
	}
	if expression != NoAssertion {
		if _, err := spdxexp.ExtractLicenses(expression); err != nil {
			return nil, fmt.Errorf("read SPDX expression %q: %w", expression, err)
		}
	}
	var hit []string
	for _, t := range Terms(expression) {
		if b.hits(t) {
			hit = append(hit, t)
		}
	}
	c := choice{tokens(expression), b}
	if hit == nil || c.avoids() {
		return nil, nil
	}
	return hit, nil
}

// maxDocumentExpression is how long the expression of a file may be, in bytes:
// each of its first lines may state one.
const maxDocumentExpression = tagLines * (maxExpression + 10)

// choice is what is not read yet of a valid expression. It is read once, and
// takes no longer than it is long: the library's Satisfies writes down all the
// alternatives, whose number doubles with each OR.
type choice struct {
	tokens []string
	ban    Ban
}

// next reads a token, if it is the next one.
func (c *choice) next(token string) bool {
	if len(c.tokens) == 0 || c.tokens[0] != token {
		return false
	}
	c.tokens = c.tokens[1:]
	return true
}

// avoids tells whether an alternative does without what is banned.
func (c *choice) avoids() bool {
	does := c.all()
	for c.next("OR") {
		does = c.all() || does
	}
	return does
}

// all reads what AND joins, which binds more than OR.
func (c *choice) all() bool {
	do := c.one()
	for c.next("AND") {
		do = c.one() && do
	}
	return do
}

func (c *choice) one() bool {
	if c.next("(") {
		does := c.avoids()
		c.next(")")
		return does
	}
	if len(c.tokens) == 0 {
		return false
	}
	term := c.tokens[0]
	c.tokens = c.tokens[1:]
	return !c.ban.hits(term)
}
