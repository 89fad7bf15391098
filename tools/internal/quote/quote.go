// Package quote writes names and paths, which may hold any byte, into messages,
// tables, manifests and commands so that each comes out as one and nothing in
// it is taken for something else.
package quote

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Name quotes a name, as Go does, where it would not come out on a terminal as
// it is: one with bytes that cannot be printed, quotes, backslashes, or blanks
// at its ends.
func Name(s string) string {
	if q := strconv.Quote(s); q[1:len(q)-1] != s || strings.TrimSpace(s) != s {
		return q
	}
	return s
}

// Text quotes a piece of a source, as Go does, where it has bytes that cannot be
// printed. Its own quotes and backslashes stay as they are.
func Text(s string) string {
	if printable(s) {
		return s
	}
	return strconv.Quote(s)
}

// printable tells whether s comes out on a terminal as it is.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
}

// Word quotes a name as Name does, and one with blanks inside as well: for
// lines whose words are parted by blanks.
func Word(s string) string {
	if strings.Contains(s, " ") {
		return strconv.Quote(s)
	}
	return Name(s)
}

// Field quotes a name for a line whose fields are parted by tabs: only where it
// has what cannot be printed, quotes, backslashes, or is no UTF-8. strconv.Unquote
// reads it.
func Field(s string) string {
	if printable(s) && !strings.ContainsAny(s, `"\`) {
		return s
	}
	return strconv.Quote(s)
}

var shellWord = regexp.MustCompile(`^[A-Za-z0-9_/.+,:=@%-]+$`)

// Shell quotes a word for a POSIX shell, where it needs to be.
func Shell(s string) string {
	if shellWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
