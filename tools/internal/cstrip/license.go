package cstrip

import (
	"bytes"
	"math/bits"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// licenseBlocks knows which comments of a file are kept for their licence.
//
// A block is one comment, or several of one line each that stand alone on
// adjacent lines: old notices are often written so. A line with an SPDX
// identifier is a block of its own. The whole block stays if a word in it
// speaks of copyright or licence; what is kept too often does no harm.
type licenseBlocks struct {
	kept int             // blocks that stay
	seen map[string]bool // their texts
	// The last verdict, and the part of the file it is for.
	from, to int
	verdict  bool
}

var spdx = []byte("SPDX-License-Identifier")

// keeps says whether the comment in src[from:to] stays.
func (l *lexer) keeps(from, to int) bool {
	b := &l.licenseBlocks
	if from >= b.from && to <= b.to && b.to > 0 {
		return b.verdict
	}
	b.from, b.to = from, l.blockEnd(from, to)
	text := l.src[from:b.to]
	b.verdict = aboutLicense(text) && !b.seen[string(text)]
	if b.verdict {
		if b.seen == nil {
			b.seen = make(map[string]bool)
		}
		b.seen[string(text)] = true
		b.kept++
	}
	return b.verdict
}

// blockEnd returns the end of the block that begins with the comment in
// src[from:to].
func (l *lexer) blockEnd(from, to int) int {
	s := l.src
	if len(bytes.Trim(s[l.line:from], " \t\v\f")) > 0 {
		return to
	}
	for end := to; ; {
		if bytes.IndexByte(s[from:end], '\n') >= 0 || bytes.Contains(s[from:end], spdx) {
			return to
		}
		next := skipBlanks(s, end)
		if !ctext.AtNewline(s, next) {
			return to
		}
		to = end
		from = skipBlanks(s, ctext.AfterNewline(s, next))
		if from >= len(s) || s[from] != '/' {
			return to
		}
		kind, body := ctext.OpensComment(s, from)
		if kind == 0 {
			return to
		}
		var how ctext.End
		if end, how = ctext.CommentEnd(s, kind, body); how != ctext.Closed {
			return to
		}
	}
}

func skipBlanks(s []byte, i int) int {
	for i < len(s) && ctext.Blank[s[i]] {
		i++
	}
	return i
}

// licenseWords are looked for in any case.
var licenseWords = [...]string{
	"spdx-", "copyright", "copyleft", "(c)", "\u00a9",
	"licens", "licenc", "warranty", "warranties", "redistribut",
	"all rights reserved", "public domain", "free software", "gpl",
	"permission is", "permission to use",
}

// wordsWith has, for each byte that a word may have first or second, the set of
// those words: bit n stands for licenseWords[n].
var wordsWith = func() (sets [2][256]uint32) {
	for n, w := range licenseWords {
		for i := range sets {
			c := w[i]
			sets[i][c] |= 1 << n
			if c >= 'a' && c <= 'z' {
				sets[i][c-'a'+'A'] |= 1 << n
			}
		}
	}
	return sets
}()

// aboutLicense says whether the text speaks of copyright or licence.
func aboutLicense(text []byte) bool {
	for i := 0; i+1 < len(text); i++ {
		words := wordsWith[0][text[i]] & wordsWith[1][text[i+1]]
		for ; words != 0; words &= words - 1 {
			w := licenseWords[bits.TrailingZeros32(words)]
			if !hasFold(text[i:], w) || w == "gpl" && i > 0 && text[i-1] == '_' || w == "(c)" && !opensName(text[i+len(w):]) {
				continue
			}
			return true
		}
	}
	return false
}

// opensName says whether the text goes on, perhaps after blanks, with a year or
// a name, which has a capital letter: a (c) before it is then a notice, not the
// third point of a list or degrees.
func opensName(text []byte) bool {
	i := skipBlanks(text, 0)
	return i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] >= 'A' && text[i] <= 'Z' || text[i] >= 0x80)
}

// hasFold says whether s begins with w, which is in lower case.
func hasFold(s []byte, w string) bool {
	if len(s) < len(w) {
		return false
	}
	for i := 0; i < len(w); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != w[i] {
			return false
		}
	}
	return true
}
