package cinclude

import (
	"bytes"
	"regexp"
)

// An #include within a text of another language, or as a string there.
var inText = regexp.MustCompile(`#[ \t]*(?:include|include_next|import)[ \t]*(?:<([^<>"\s\\]+)>|\\?"([^<>"\s\\]+)\\?")`)

// ScanText looks for the text of #include directives anywhere in a file that
// is not C but has C in it, such as a Python program for bcc. Comments and
// quotes of that language are not known, so what they hold counts.
func ScanText(src []byte, r *Result) {
	*r = Result{r.Includes[:0], r.Conds[:0], r.Defines[:0], false}
	line, at := 1, 0
	for _, m := range inText.FindAllSubmatchIndex(src, -1) {
		line += bytes.Count(src[at:m[0]], []byte{'\n'})
		at = m[0]
		inc := Include{Kind: Angled, Line: line, Cond: -1}
		if m[2] >= 0 {
			inc.Name = string(src[m[2]:m[3]])
		} else {
			inc.Kind, inc.Name = Quoted, string(src[m[4]:m[5]])
		}
		r.Includes = append(r.Includes, inc)
	}
}
