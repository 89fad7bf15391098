package quote

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Line makes one line of a message: what cannot be printed in it, line ends among
// that, is written as in a Go string, and the rest as it is. All that a program
// says goes through it, or through Block or a Writer, so that no text from outside
// has a terminal obey it, or passes for another message.
func Line(s string) string {
	if printable(s) {
		return s
	}
	b, _ := escape(nil, []byte(s), "", true)
	return string(b)
}

// Block makes several lines of a message, as Line does, with the tabs in them.
func Block(s string) string {
	b, _ := escape(nil, []byte(s), "\n\t", true)
	return string(b)
}

// escape appends what s is as text to b; the runes of keep stay as they are, and
// a line end of Windows with \n. Without all it stops where the end of s may be
// the beginning of a rune, and returns that.
func escape(b, s []byte, keep string, all bool) (text, rest []byte) {
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		ends := len(s) == 1 && r == '\r' && keep != ""
		switch {
		case !all && (!utf8.FullRune(s) || ends):
			return b, s
		case r == utf8.RuneError && n == 1:
			b = fmt.Appendf(b, `\x%02x`, s[0])
		case strconv.IsPrint(r), strings.ContainsRune(keep, r),
			r == '\r' && len(s) > 1 && s[1] == '\n' && strings.Contains(keep, "\n"):
			b = append(b, s[:n]...)
		default:
			q := strconv.AppendQuoteRune(nil, r)
			b = append(b, q[1:len(q)-1]...)
		}
		s = s[n:]
	}
	return b, nil
}

// Writer is for text that people read: it passes on what Block makes of it. Call
// Flush at the end.
type Writer struct {
	w         io.Writer
	buf, rest []byte
}

// NewWriter returns a Writer that writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes text, but for the beginning of a rune at its end.
func (w *Writer) Write(p []byte) (int, error) { return len(p), w.write(p, false) }

// Flush writes what Write has left.
func (w *Writer) Flush() error { return w.write(nil, true) }

func (w *Writer) write(p []byte, all bool) error {
	s := append(w.rest, p...)
	w.buf, s = escape(w.buf[:0], s, "\n\t", all)
	w.rest = append([]byte(nil), s...)
	if len(w.buf) == 0 {
		return nil
	}
	_, err := w.w.Write(w.buf)
	return err
}

// Lines is an error of several lines.
type Lines struct{ text string }

// NewLines makes an error of lines, each of which may have text from outside.
func NewLines(lines ...string) *Lines {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = Line(l)
	}
	return &Lines{strings.Join(out, "\n")}
}

func (l *Lines) Error() string { return l.text }

// JSON has only what can be printed in encoded JSON; the encoder leaves some of
// it, such as what turns the direction of writing.
func JSON(encoded []byte) []byte {
	var b []byte
	for _, r := range string(encoded) {
		switch {
		case strconv.IsPrint(r), r == '\n':
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return b
}
