package dataheader

import "bufio"

// lineWidth is the length, in columns, at which a line of the literal ends.
// Every line costs four bytes more and a token for the compiler; beyond some
// hundred columns nothing is gained.
const lineWidth = 160

// An escape is how one byte is spelled inside a string literal.
type escape struct {
	// short is the shortest spelling.
	short string
	// long is the spelling to use before a digit 0-7, which short, an octal
	// escape of fewer than three digits, would swallow. Else it is short.
	long string
}

// escapes has the spelling of every byte but a question mark that would end
// a trigraph. Bytes outside ASCII are never written as they are: what a
// compiler makes of them depends on its input character set.
var escapes = func() (table [256]escape) {
	const octal = "01234567"
	for i := range table {
		hi, mid, lo := octal[i>>6], octal[i>>3&7], octal[i&7]
		long := string([]byte{'\\', hi, mid, lo})
		switch {
		case ' ' <= i && i <= '~':
			table[i] = escape{string(rune(i)), string(rune(i))}
		case i < 0o10:
			table[i] = escape{long[:1] + long[3:], long}
		case i < 0o100:
			table[i] = escape{long[:1] + long[2:], long}
		default:
			table[i] = escape{long, long}
		}
	}
	for c, name := range map[byte]string{
		'\a': `\a`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\v': `\v`, '\f': `\f`, '\r': `\r`,
		'"': `\"`, '\\': `\\`,
	} {
		table[c] = escape{name, name}
	}
	return table
}()

// endsTrigraph tells which bytes make a trigraph after two question marks.
var endsTrigraph = func() (table [256]bool) {
	for _, c := range []byte("=/'()!<>-") {
		table[c] = true
	}
	return table
}()

// A literal writes bytes as adjacent C string literals, one a line, each in
// its shortest safe spelling. A byte is held back until the next one is
// known, since the spelling depends on it. Write errors show when the
// underlying writer is flushed.
type literal struct {
	out   *bufio.Writer
	width int

	line    []byte
	held    byte
	holding bool
	// question tells that the last byte of the line is a plain '?'.
	question bool
	// lines is how many lines have been written.
	lines int
}

func newLiteral(out *bufio.Writer, width int) *literal {
	return &literal{out: out, width: width, line: append(make([]byte, 0, width+8), '"')}
}

func (l *literal) writeString(s string) {
	for i := 0; i < len(s); i++ {
		l.writeByte(s[i])
	}
}

func (l *literal) writeByte(c byte) {
	if l.holding {
		l.spell(l.held, c)
		if len(l.line) >= l.width {
			l.flushLine()
		}
	}
	l.held, l.holding = c, true
}

// spell appends c to the line, knowing that next comes after it.
func (l *literal) spell(c, next byte) {
	e := &escapes[c]
	switch {
	case c == '?':
		if l.question && endsTrigraph[next] {
			l.line = append(l.line, `\?`...)
			l.question = false
			return
		}
		l.line = append(l.line, '?')
		l.question = true
		return
	case '0' <= next && next <= '7' && len(l.line)+len(e.short) < l.width:
		l.line = append(l.line, e.long...)
	default:
		l.line = append(l.line, e.short...)
	}
	l.question = false
}

// endLine writes out all there is so far; what follows goes to a new line.
// The last line of a literal has no newline.
func (l *literal) endLine() {
	if l.holding {
		l.spell(l.held, 0)
		l.holding = false
	}
	if len(l.line) > 1 {
		l.flushLine()
	}
}

// flushLine writes the line; the next one starts empty.
func (l *literal) flushLine() {
	if l.lines > 0 {
		l.out.WriteByte('\n')
	}
	l.out.Write(l.line)
	l.out.WriteByte('"')
	l.lines++
	l.line, l.question = l.line[:1], false
}
