package selection

import (
	"regexp"
	"slices"
	"strings"
)

// crateObject is an object that rust/Makefile builds: a crate's, but for those of
// C among them.
var crateObject = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.-])(?:lib)?([a-z][a-z0-9_]*)\.(?:o|rmeta)(?:[^A-Za-z0-9_.]|$)`)

// WithCrates narrows the rules to the crates that the kernel's rust/Makefile
// makes, of which text is the text.
func (r *Rules) WithCrates(text string) *Rules {
	n := *r
	n.crates = map[string]bool{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			if m := crateObject.FindStringSubmatch(word); m != nil {
				n.crates["rust/lib"+m[1]+".rmeta"] = true
			}
		}
	}
	return &n
}

// needs tells whether the absence of the row's file means what n says.
func (r *Rules) needs(row *row, n need) bool {
	return row.need == n || n == required && row.need == crate && slices.ContainsFunc(row.alts, func(p string) bool { return r.crates[p] })
}
