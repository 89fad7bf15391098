// Package licence reads the SPDX expressions that files state, and tells whether
// one can be kept to without some licences.
package licence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"
)

// NoAssertion is what SPDX says of a file that states no licence.
const NoAssertion = "NOASSERTION"

// refPrefix begins the name of a licence that SPDX has no name for.
const refPrefix = "LicenseRef-"

// tagLines is how far into a file a tag is looked for, as the kernel's own
// scripts/spdxcheck.py does.
const tagLines = 15

var tag = regexp.MustCompile(`SPDX-License-Identifier:[ \t]*([^\r\n]*)`)

// Tags are the texts that a file states as SPDX expressions, each once, as they
// stand there.
func Tags(text []byte) []string {
	end := 0
	for n := 0; n < tagLines && end < len(text); n++ {
		i := bytes.IndexByte(text[end:], '\n')
		if i < 0 {
			end = len(text)
		} else {
			end += i + 1
		}
	}
	var tags []string
	for _, m := range tag.FindAllSubmatch(text[:end], -1) {
		s := string(m[1])
		for _, closing := range []string{"*/", "-->"} {
			s, _, _ = strings.Cut(s, closing)
		}
		s = strings.Join(strings.Fields(strings.Trim(s, " \t\"'`;")), " ")
		if s != "" && !slices.Contains(tags, s) {
			tags = append(tags, s)
		}
	}
	return tags
}

// Expression is what a file states.
type Expression struct {
	// SPDX is the expression, valid; NoAssertion where there is none.
	SPDX string
	// Invalid has the texts that are no valid expressions, by the LicenseRef-…
	// that stands for them in SPDX.
	Invalid map[string]string
}

// Of returns the expression of what Tags has found: where there are several all
// of them hold.
func Of(tags []string) Expression {
	e := Expression{SPDX: NoAssertion, Invalid: map[string]string{}}
	var parts []string
	for _, t := range tags {
		valid := normal(t)
		if valid == "" {
			valid = refTo(t)
			e.Invalid[valid] = t
		}
		if !slices.Contains(parts, valid) {
			parts = append(parts, valid)
		}
	}
	switch len(parts) {
	case 0:
	case 1:
		e.SPDX = parts[0]
	default:
		e.SPDX = "(" + strings.Join(parts, ") AND (") + ")"
	}
	return e
}

// maxExpression is how long an expression may be, in bytes: that of a hostile
// file may have any number of parentheses.
const maxExpression = 1000

// normal returns an expression as SPDX writes it; "" where it is not valid. What
// has a name of the file's own in it is not: nothing tells what that is.
func normal(text string) string {
	if len(text) > maxExpression || strings.Contains(text, refPrefix) {
		return ""
	}
	if _, err := spdxexp.ExtractLicenses(text); err != nil {
		return ""
	}
	// The library reads parentheses as parts of names where no blank is beside them,
	// and stumbles over one licence with an exception in parentheses.
	spaced := strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)
	if !strings.ContainsAny(strings.Trim(spaced, "() "), "()") && len(strings.Fields(spaced)) == 5 {
		spaced = strings.Trim(spaced, "() ")
	}
	valid, _ := spdxexp.ValidateAndNormalizeLicensesWithOptions([]string{spaced}, spdxexp.ValidateLicensesOptions{})
	if len(valid) == 0 || len(valid[0]) > maxExpression {
		return ""
	}
	return valid[0]
}

var notInRef = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// refTo names a text that is no expression, readable and unlike any other's.
func refTo(text string) string {
	sum := sha256.Sum256([]byte(text))
	words := strings.Trim(notInRef.ReplaceAllString(text, "-"), "-")
	return refPrefix + strings.Trim(words[:min(len(words), 40)], "-") + "-" + hex.EncodeToString(sum[:4])
}

// operators and parentheses are all that there is in an expression beside
// licences.
var operators = []string{"(", ")", "AND", "OR"}

var word = regexp.MustCompile(`[()]|[^\s()]+`)

// tokens are the parts of a valid expression: operators, and licences, one with
// its exception.
func tokens(expression string) (tokens []string) {
	words := word.FindAllString(expression, -1)
	for i := 0; i < len(words); i++ {
		t := words[i]
		if i+2 < len(words) && words[i+1] == "WITH" {
			t += " WITH " + words[i+2]
			i += 2
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// Terms returns the licences in a valid expression, each once, in order. One with
// an exception has it behind WITH.
func Terms(expression string) (terms []string) {
	for _, t := range tokens(expression) {
		if !slices.Contains(operators, t) && !slices.Contains(terms, t) {
			terms = append(terms, t)
		}
	}
	return terms
}

// Names returns the names of the licences in a valid expression, each once, in
// order, without exceptions.
func Names(expression string) (names []string) {
	for _, t := range Terms(expression) {
		name, _, _ := strings.Cut(t, " WITH ")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
