package cstrip

import (
	"bytes"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// licenseBlocks knows which comments of a file are kept for their licence.
//
// A block is one comment, or several of one line each that stand alone on
// adjacent lines: old notices are often written so. A line with an SPDX
// identifier is a block of its own. The whole block stays if a word in it
// speaks of copyright or licence; what is kept too often does no harm.
type licenseBlocks struct {
	joinable int             // blocks that stay, and may be part of a longer one
	seen     map[string]bool // their texts
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
	b.verdict = AboutLicense(text) && !b.seen[string(text)]
	if b.verdict {
		if b.seen == nil {
			b.seen = make(map[string]bool)
		}
		b.seen[string(text)] = true
		if b.to > to || joinable(text) {
			b.joinable++
		}
	}
	return b.verdict
}

// joinable says whether a comment can be in a block with others.
func joinable(comment []byte) bool {
	return bytes.IndexByte(comment, '\n') < 0 && !bytes.Contains(comment, spdx)
}

// blockEnd returns the end of the block that begins with the comment in
// src[from:to].
func (l *lexer) blockEnd(from, to int) int {
	s := l.src
	if len(bytes.Trim(s[l.line:from], " \t\v\f")) > 0 {
		return to
	}
	for end := to; ; {
		if !joinable(s[from:end]) {
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

// licenseWords are looked for in any case. At is where in a word two pairs of
// letters begin, one after the other, that other words seldom have: each word of a
// text has one of the two at an even place.
var licenseWords = [...]struct {
	text string
	at   int
}{
	{"spdx-", 1}, {"copyright", 2}, {"copyleft", 2}, {"(c)", 0},
	{"licens", 0}, {"licenc", 0}, {"warranty", 2}, {"warranties", 2}, {"redistribut", 7},
	{"all rights reserved", 6}, {"public domain", 1}, {"free software", 7}, {"gpl", 0},
	{"permission is", 5}, {"permission to use", 5},
}

// copyrightSign is the only word of two bytes.
var copyrightSign = []byte("\u00a9")

// licensePairs has a bit for each pair of bytes that are one of a word's two
// pairs, in any case; wordsWith has those words and where, by the pair's first
// byte in lower case.
var licensePairs, wordsWith = func() (pairs [1 << 16 / 64]uint64, words [256][]wordAt) {
	cases := func(c byte) []byte {
		if c >= 'a' && c <= 'z' {
			return []byte{c, c - 'a' + 'A'}
		}
		return []byte{c}
	}
	for n, w := range licenseWords {
		for at := w.at; at < w.at+2; at++ {
			words[w.text[at]] = append(words[w.text[at]], wordAt{n, at})
			for _, first := range cases(w.text[at]) {
				for _, second := range cases(w.text[at+1]) {
					pair := uint(first)<<8 | uint(second)
					pairs[pair/64] |= 1 << (pair % 64)
				}
			}
		}
	}
	return pairs, words
}()

// wordAt is a pair in a word: which word, and where the pair begins.
type wordAt struct{ word, at int }

// AboutLicense says whether a text speaks of copyright or licence.
func AboutLicense(text []byte) bool {
	for i := 0; i+1 < len(text); i += 2 {
		pair := uint(text[i])<<8 | uint(text[i+1])
		if licensePairs[pair/64]>>(pair%64)&1 == 1 && wordAround(text, i) {
			return true
		}
	}
	return bytes.Contains(text, copyrightSign)
}

// wordAround says whether the pair at i belongs to a word that speaks of licences.
func wordAround(text []byte, i int) bool {
	for _, c := range wordsWith[lower(text[i])] {
		from, w := i-c.at, licenseWords[c.word].text
		if from < 0 || !hasFold(text[from:], w) || w == "gpl" && from > 0 && text[from-1] == '_' || w == "(c)" && !opensName(text[from+len(w):]) {
			continue
		}
		return true
	}
	return false
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
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
		if lower(s[i]) != w[i] {
			return false
		}
	}
	return true
}
