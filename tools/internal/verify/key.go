package verify

import (
	"bytes"
	"regexp"
)

const (
	// keyWindow is how many bytes behind its first line a private key is looked
	// for, keyDigits how many digits of base64 it has at least: of 32 bytes.
	keyWindow = 8 << 10
	keyDigits = 43
	// wordDigits is how many digits make a line of base64.
	wordDigits = 16
)

// keyMark is what the first line of a private key has, of a format. end returns
// where that line's mark ends, or -1 where it is none; at is where word is.
type keyMark struct {
	word []byte
	end  func(text []byte, at int) int
}

// beforeKey is what is before the words in the first line of a key of OpenSSL,
// OpenSSH and GnuPG, or of SSH2.
var beforeKey = regexp.MustCompile(`(?:-----BEGIN |---- BEGIN SSH2 )(?:[A-Z0-9]+ )*$`)

var keyMarks = []keyMark{
	{[]byte("PRIVATE KEY"), func(text []byte, at int) int {
		rest := text[at+len("PRIVATE KEY"):]
		for _, tail := range []string{"-----", " BLOCK-----", " ----"} {
			if bytes.HasPrefix(rest, []byte(tail)) && beforeKey.Match(text[max(0, at-64):at]) {
				return at + len("PRIVATE KEY") + len(tail)
			}
		}
		return -1
	}},
	{[]byte("PuTTY-User-Key-File-"), func(text []byte, at int) int { return at + len("PuTTY-User-Key-File-") }},
}

// hasKey tells whether a text has a private key in it: its first line, wherever on
// a line of the text, and base64 behind it. So what only speaks of keys has none,
// and one in a comment or in a string is found. Every byte is looked at a few
// times, whatever the text.
func hasKey(text []byte) bool {
	for _, mark := range keyMarks {
		for rest := text; ; {
			at := bytes.Index(rest, mark.word)
			if at < 0 {
				break
			}
			end := mark.end(rest, at)
			if end < 0 {
				rest = rest[at+len(mark.word):]
				continue
			}
			body := rest[end:min(len(rest), end+keyWindow)]
			if next := bytes.Index(body, mark.word); next >= 0 {
				body = body[:next]
			}
			if hasBase64(body) {
				return true
			}
			rest = rest[end+len(body):]
		}
	}
	return false
}

// hasBase64 tells whether lines of base64 come to as many digits as a key has.
func hasBase64(text []byte) bool {
	digits, upper, lower := 0, false, false
	for _, escape := range []string{`\r`, `\n`} {
		text = bytes.ReplaceAll(text, []byte(escape), []byte("\n"))
	}
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		word := bare(line)
		if len(word) < wordDigits {
			continue
		}
		var up, low, other bool
		for _, c := range word {
			switch {
			case c >= 'A' && c <= 'Z':
				up = true
			case c >= 'a' && c <= 'z':
				low = true
			case c >= '0' && c <= '9', c == '+', c == '/':
			default:
				other = true
			}
		}
		if other {
			continue
		}
		// A path alone on a line has digits of base64 only, too.
		digits, upper, lower = digits+len(word), upper || up, lower || low
		if digits >= keyDigits && upper && lower {
			return true
		}
	}
	return false
}

// bare takes off what comments and strings put around a line.
func bare(line []byte) []byte {
	if open := bytes.IndexByte(line, '"'); open >= 0 {
		in := line[open+1:]
		end := bytes.LastIndexByte(in, '"')
		switch {
		case end >= 0:
			line = in[:end]
		case len(bytes.TrimSpace(line[:open])) >= wordDigits: // the end of a string
			line = line[:open]
		default:
			line = in
		}
	}
	return bytes.Trim(line, " \t\r\\*/#'+,;:>|()=")
}
