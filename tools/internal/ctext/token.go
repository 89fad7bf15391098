package ctext

import "strings"

// Kind is what a token is.
type Kind uint8

const (
	// Punct is an operator or any other single byte; of those of two bytes
	// &&, || and ## are one.
	Punct Kind = iota
	// Space is a run of white space.
	Space
	// Name is an identifier.
	Name
	// Number is a number as the preprocessor has it: a digit, and all word
	// bytes and dots behind it.
	Number
	// Quote is a string or a character constant.
	Quote
)

// Token returns the token that the text of a logical line begins with, as
// AppendLine made it. At the end of the text it is "".
func Token(text string) (string, Kind) {
	if text == "" {
		return "", Punct
	}
	c := text[0]
	n := 1
	switch {
	case c >= '0' && c <= '9':
		for n < len(text) && (Word[text[n]] || text[n] == '.') {
			n++
		}
		return text[:n], Number
	case Word[c]:
		for n < len(text) && Word[text[n]] {
			n++
		}
		return text[:n], Name
	case Blank[c]:
		for n < len(text) && Blank[text[n]] {
			n++
		}
		return text[:n], Space
	case c == '"' || c == '\'':
		for n < len(text) && text[n] != c {
			if text[n] == '\\' {
				n++
			}
			n++
		}
		return text[:min(n+1, len(text))], Quote
	case (c == '&' || c == '|' || c == '#') && len(text) > 1 && text[1] == c:
		n = 2
	}
	return text[:n], Punct
}

// TrimLeft returns text without the white space at its beginning.
func TrimLeft(text string) string { return strings.TrimLeft(text, " \t\v\f") }

// Trim returns text without the white space at both ends.
func Trim(text string) string { return strings.Trim(text, " \t\v\f") }
