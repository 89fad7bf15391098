package cstrip

import (
	"bytes"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// A lexer walks over one file once and copies what stays. Text that stays is
// only marked by its start, keep, and copied when something after it goes.
type lexer struct {
	src  []byte
	out  []byte
	base int // out[:base] is not ours
	// stop has the bytes that the walk must look at.
	stop    *[256]bool
	minify  bool
	license bool
	asm     bool   // no version of C: there are no digit separators
	note    string // why the file is left as it is

	keep int // src[keep:] is not yet copied, up to where the walk is
	// line is the start of the current physical line in src; lineOut is the
	// same place in out once it has been copied, that is if line < keep.
	line, lineOut int
	spliced       bool // the physical line continues the one above
	// bol is the index of the first byte of the logical line that is neither
	// blank, comment nor splice.
	bol int

	licenseBlocks
}

var (
	stopComments = [256]bool{'\n': true, '\\': true, '"': true, '\'': true, '/': true}
	stopMinify   = [256]bool{'\n': true, '\\': true, '"': true, '\'': true, '/': true,
		' ': true, '\t': true, '\v': true, '\f': true}
)

func newLexer(dst, src []byte, path string, mode Mode) *lexer {
	l := &lexer{src: src, out: dst, base: len(dst), lineOut: len(dst), stop: &stopComments, asm: strings.HasSuffix(path, ".S")}
	switch mode {
	case KeepLicense:
		l.license = true
	case Minify:
		l.minify = true
		l.stop = &stopMinify
	}
	return l
}

// fail notes why the file must be left as it is.
func (l *lexer) fail(why string) int {
	l.note = "left as it is: " + why
	return -1
}

// run strips the whole file. It returns false if it must be left as it is.
func (l *lexer) run() bool {
	s, stop := l.src, l.stop
	i := 0
	if bytes.HasPrefix(s, ctext.Mark) {
		i = len(ctext.Mark)
	}
	for i = l.startLine(i); i >= 0; {
		for i < len(s) && !stop[s[i]] {
			i++
		}
		if i >= len(s) {
			break
		}
		switch c := s[i]; c {
		case '\n':
			i = l.startLine(i + 1)
		case '"', '\'':
			i = l.quote(i)
		case '/':
			if kind, _ := ctext.OpensComment(s, i); kind != 0 {
				i = l.gap(i)
			} else {
				i++
			}
		case '\\':
			if next := ctext.Splice(s, i); next == i {
				i++
			} else if l.minify {
				i = l.gap(i)
			} else {
				i = l.continueLine(i, next)
			}
		default: // a blank, and we minify
			if c == ' ' && i+1 < len(s) && !stop[s[i+1]] && s[i+1] != '\r' {
				i++
			} else {
				i = l.gap(i)
			}
		}
	}
	if i < 0 {
		return false
	}
	l.flush(len(s))
	// What went may give the file a beginning or end that means something.
	n := len(l.out)
	if ctext.BeforeSplice(l.out, l.base, n) != n && ctext.BeforeSplice(s, 0, len(s)) == len(s) {
		i = l.fail("the last line would end in a backslash")
	}
	if hasMark(l.out[l.base:]) && !hasMark(s) {
		i = l.fail("a byte order mark would come first")
	}
	return i >= 0
}

// flush copies what stays of src up to i.
func (l *lexer) flush(i int) {
	if l.line >= l.keep {
		l.lineOut = len(l.out) + l.line - l.keep
	}
	l.out = append(l.out, l.src[l.keep:i]...)
	l.keep = i
}

// startLine begins a logical line at i and returns where the walk goes on.
func (l *lexer) startLine(i int) int {
	s := l.src
	l.line, l.spliced = i, false
	if l.minify && i < len(s) && ctext.AtNewline(s, i) {
		l.flush(i)
		for i < len(s) && ctext.AtNewline(s, i) {
			i = ctext.AfterNewline(s, i)
		}
		l.keep, l.line = i, i
	}
	return l.leading(i, i)
}

// continueLine begins at i a physical line that continues the one that ends
// in the splice at from.
func (l *lexer) continueLine(from, i int) int {
	l.line, l.spliced = i, true
	if from > l.bol {
		return i
	}
	return l.leading(i, i)
}

// leading skips the blanks at i, before which the logical line is empty, and
// looks at the directive that may follow. It returns where the walk goes on:
// the given index, or the end of a line that must not be touched.
func (l *lexer) leading(i, walk int) int {
	s := l.src
	for i < len(s) && ctext.Blank[s[i]] {
		i++
	}
	l.bol = i
	if i < len(s) && (s[i] == '#' || s[i] == '%') {
		if end := l.directive(i); end != 0 {
			return end
		}
	}
	return walk
}

// quote walks over a string or character constant.
func (l *lexer) quote(i int) int {
	if l.src[i] == '"' && ctext.OpensRaw(l.src, i) {
		return l.fail("it may have a raw string")
	}
	if l.src[i] == '\'' && !l.asm && ctext.Separates(l.src, i) {
		return l.fail("it may have a digit separator")
	}
	end, ok := ctext.QuoteEnd(l.src, i)
	if !ok {
		return l.fail("a string or character constant is open at the end")
	}
	return end
}

// gap takes the comments and blanks (and when minifying, splices) that begin
// at i, and writes what has to stand in their place. A comment that is kept
// ends a gap.
func (l *lexer) gap(i int) int {
	s := l.src
	comments, splices, white := 0, 0, false
	end := i
scan:
	for end < len(s) {
		switch c := s[end]; {
		case ctext.Blank[c]:
			end++
			white = true
		case c == '/':
			kind, body := ctext.OpensComment(s, end)
			if kind == 0 {
				break scan
			}
			next, how := ctext.CommentEnd(s, kind, body)
			if how == ctext.Open {
				return l.fail("a comment is open at the end")
			} else if how == ctext.Disputed {
				return l.fail("compilers do not agree where a comment ends")
			}
			if l.license && l.keeps(end, next) {
				if end == i {
					if i <= l.bol {
						return l.leading(next, next)
					}
					return next
				}
				break scan
			}
			end = next
			comments++
			white = true
		case c == '\\' && l.minify:
			next := ctext.Splice(s, end)
			if next == end {
				break scan
			}
			end = next
			splices++
		default:
			break scan
		}
	}
	last := ctext.AtNewline(s, end)
	if !last && end == i+1 && s[i] == ' ' {
		return end
	}

	l.flush(i)
	t := len(l.out) // without the blanks at the end
	for t > l.lineOut && ctext.Blank[l.out[t-1]] {
		t--
	}
	if comments > 0 && t > l.lineOut && l.out[t-1] == '\\' {
		return l.fail("a backslash stands before a comment")
	}
	l.keep = end
	switch {
	case splices > 0:
		if white {
			l.out = append(l.out, ' ')
		}
		l.out = append(l.out, '\\')
		if bytes.IndexByte(s[i:end], '\r') >= 0 {
			l.out = append(l.out, '\r')
		}
		l.out = append(l.out, '\n')
		l.line, l.spliced = end, true
	case last && t == l.lineOut && !l.spliced:
		l.out = l.out[:t]
		l.keep = ctext.AfterNewline(s, end)
		return l.startLine(l.keep)
	case last:
		l.out = l.out[:t]
	case t == len(l.out):
		l.out = append(l.out, ' ')
	}
	if i <= l.bol {
		return l.leading(end, end)
	}
	return end
}
