package buildfiles

import (
	"regexp"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/makefile"
)

// maxCall is how long a call of a function is that is worked out, in bytes.
const maxCall = 1000

var (
	// edits begins a call of a function of make that puts texts together or takes
	// them apart.
	edits = regexp.MustCompile(`\$[({](?:strip|sort|firstword|lastword|dir|basename|subst|patsubst|addprefix|addsuffix|join|abspath|realpath)[ \t]`)
	// ofTop is the top of the tree in one.
	ofTop = regexp.MustCompile(`\$[({](?:` + strings.Join(makefile.Tops, "|") + `)[)}]|` + root)
)

// edited puts in a line of a makefile the value of a function for its call, where
// the top of the tree is in it and all of it is known: what is around a call may be
// a part of the path. A value is no longer than its call.
func (s *scan) edited(line string) string {
	if s.kind != Makefile || !strings.Contains(line, "$") {
		return line
	}
	var b strings.Builder
	for {
		loc := edits.FindStringIndex(line)
		if loc == nil {
			b.WriteString(line)
			return b.String()
		}
		from, to := loc[0], loc[1]
		b.WriteString(line[:from])
		if n := callLen(line[from:min(len(line), from+maxCall)]); n > 0 && ofTop.MatchString(line[from:from+n]) {
			if v, ok := makefile.Call(line[from:from+n], s.file, s.r.vars["SRCARCH"][0]); ok && len(v) <= n {
				b.WriteString(v)
				line = line[from+n:]
				continue
			}
		}
		b.WriteString(line[from:to])
		line = line[to:]
	}
}
