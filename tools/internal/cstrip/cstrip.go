// Package cstrip takes the comments out of C and assembler sources without
// changing a preprocessing token.
//
// It reads C text as package ctext does. Assembler headers and linker scripts
// that pass through the preprocessor (.S, .lds.S, .lds.h) follow the same rules:
// a quote that is not closed ends with its line, whatever it meant to the
// assembler.
//
// # What happens to a comment
//
//   - Blanks and comments between two tokens become the blanks that stood
//     before the first comment, or one space where there were none.
//   - At the end of a line, the comment goes with the blanks before it.
//   - A line that held nothing else goes as a whole, unless the line above it
//     ends in a backslash: then an empty line stays to end the macro.
//   - Newlines inside a comment go with it, so a directive that continues after
//     a comment of several lines becomes one line, as in translation phase 3.
//
// __LINE__ is the one thing a program can see that does change.
//
// # What is left as it is
//
// Files that are not C or preprocessed assembler (see Handles), and files in
// which a compiler might see something else than this lexer: an open comment or
// string at the end, NUL bytes, UTF-16, a lone carriage return, raw strings
// (gcc has them in gnu11, clang has not), digit separators (new in C23), a
// backslash right before a comment (taking the comment away would make a splice
// of it), comment marks inside the <name> of an #include. For those Strip
// returns a note.
//
// So are files that end in "// " and a SHA-1 sum, such as
// include/linux/atomic/*.h: Kbuild compares the sum with that of all lines
// above it. Stripping and computing a new sum would pass the check too, but the
// sum would then vouch for bytes that the generator never wrote.
package cstrip

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// A Mode says what Strip takes away. Its text is the value of the strip
// attribute and of the --strip flag.
type Mode string

const (
	// None leaves every file as it is.
	None Mode = "none"
	// Comments takes comments away.
	Comments Mode = "comments"
	// KeepLicense is Comments, but SPDX lines, copyright notices and licence
	// texts stay; a block that appears again in the same file goes.
	KeepLicense Mode = "comments_keep_license"
	// Minify is Comments, and makes one space of each run of blanks and drops
	// blank lines. Text in quotes and header names is not touched.
	Minify Mode = "minify"
)

// Modes lists all modes, from the least to the most that is taken away.
func Modes() []Mode { return []Mode{None, KeepLicense, Comments, Minify} }

// ParseMode returns the mode with the given name.
func ParseMode(name string) (Mode, error) {
	names := make([]string, 0, 4)
	for _, m := range Modes() {
		if string(m) == name {
			return m, nil
		}
		names = append(names, string(m))
	}
	return "", fmt.Errorf("unknown strip mode %q: use one of %s", name, strings.Join(names, ", "))
}

// Handles says whether files with this name are stripped at all: .h, .c and .S,
// which includes .lds.h and .lds.S. A plain .lds is read by the linker alone,
// for which // is no comment and dir/*.o opens none; .s is not preprocessed.
func Handles(path string) bool {
	return strings.HasSuffix(path, ".h") || strings.HasSuffix(path, ".c") || strings.HasSuffix(path, ".S")
}

// Strip appends src, stripped by mode, to dst and returns the result. The path
// is only used to tell what kind of file it is. It never fails: where the lexer
// cannot be sure, src is appended as it is and note says why, in one line
// without the path. The note is empty for files that Handles does not name.
//
// The result is never longer than src, and stripping it again changes nothing.
// Time is linear in len(src).
func Strip(dst, src []byte, path string, mode Mode) (out []byte, note string) {
	if (mode != Comments && mode != KeepLicense && mode != Minify) || !Handles(path) {
		return append(dst, src...), ""
	}
	if note := unsure(src); note != "" {
		return append(dst, src...), note
	}
	base := len(dst)
	l := newLexer(dst, src, path, mode)
	if !l.run() {
		return append(l.out[:base], src...), l.note
	}
	// Where comments between two kept blocks went, the blocks may now be one.
	for n := len(src); l.joinable > 1 && len(l.out)-base < n; {
		again := bytes.Clone(l.out[base:])
		n = len(again)
		l = newLexer(l.out[:base], again, path, mode)
		if !l.run() {
			return append(l.out[:base], src...), l.note
		}
	}
	return l.out, ""
}

// unsure looks at the whole file for what no C lexer, or not every one, reads
// as text, and returns a note if there is such a thing.
func unsure(src []byte) string {
	if isUTF16(src) {
		return "left as it is: the text is UTF-16"
	}
	if bytes.IndexByte(src, 0) >= 0 {
		return "left as it is: it has NUL bytes"
	}
	for i := 0; ; i++ {
		j := bytes.IndexByte(src[i:], '\r')
		if j < 0 {
			break
		}
		if i += j; i+1 == len(src) || src[i+1] != '\n' {
			return "left as it is: it has a carriage return without a newline"
		}
	}
	if hasSum(src) {
		return "left as it is: its last line is the SHA-1 sum of the lines above"
	}
	return ""
}

// hasMark says whether s begins with a byte order mark.
func hasMark(s []byte) bool {
	return bytes.HasPrefix(s, ctext.Mark) || isUTF16(s)
}

// isUTF16 says whether src begins with a byte order mark of UTF-16.
func isUTF16(src []byte) bool {
	return bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff"))
}

// hasSum says whether the last line is "// " and 40 hexadecimal digits.
func hasSum(src []byte) bool {
	src = bytes.TrimRight(src, "\r\n")
	const n = len("// ") + 40
	if len(src) < n || len(src) > n && src[len(src)-n-1] != '\n' {
		return false
	}
	sum, ok := bytes.CutPrefix(src[len(src)-n:], []byte("// "))
	for _, c := range sum {
		ok = ok && (c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')
	}
	return ok
}
