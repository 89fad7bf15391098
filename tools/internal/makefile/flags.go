package makefile

import (
	"fmt"
	"path/filepath"
	"strings"
)

// flagPiece is a text that has flags of the compiler.
type flagPiece struct {
	piece
	below bool
}

// flagText notes a text that may have flags that headers are found by.
func (r *reader) flagText(text string, below bool) {
	if strings.Contains(text, "-I") || strings.Contains(text, "-i") {
		r.flagPieces = append(r.flagPieces, flagPiece{piece{text: text, at: r.at, asOf: late}, below})
	}
}

// searchFlags are flags that name a directory, forcedFlags those that name a
// file, in the word behind them.
var (
	searchFlags = map[string]bool{"-I": true, "-isystem": true, "-iquote": true, "-idirafter": true}
	forcedFlags = map[string]bool{"-include": true, "-imacros": true}
)

// flags takes in the directories of -I and the like, and the files of
// -include.
func (r *reader) flags() {
	seen := map[string]bool{}
	for _, f := range r.flagPieces {
		r.at = f.at
		if !r.spend(len(f.text)) {
			return
		}
		pending := ""
		for _, raw := range rawWords(f.text) {
			next := ""
			for _, value := range r.alternatives(raw, f.asOf) {
				open := pending
				for _, w := range strings.Fields(value) {
					w = strings.NewReplacer(`"`, "", "'", "", `\`, "").Replace(w)
					switch {
					case open != "":
						r.flag(seen, f, raw, w, forcedFlags[open])
						open = ""
					case searchFlags[w] || forcedFlags[w]:
						open = w
					case strings.HasPrefix(w, "-I"):
						r.flag(seen, f, raw, w[2:], false)
					}
				}
				next = open
			}
			pending = next
		}
	}
}

func (r *reader) flag(seen map[string]bool, f flagPiece, raw, name string, forced bool) {
	out := Flag{Path: name, Forced: forced, Below: f.below, At: f.at}
	path, tree := r.absolute(name)
	switch {
	case name == unknown:
		return // nothing is left of it where the variable is not set
	case isUnknown(treePath(name)):
		r.unclear(f.at, "%s is not known here: no header is looked for there", raw)
		return
	case tree:
		out.Path, out.InTree = path, true
	case filepath.IsAbs(name) || strings.HasPrefix(name, inTree):
		out.Path = path
	default:
		out.Path = filepath.Clean(name)
	}
	key := fmt.Sprint(out.Path, out.InTree, out.Forced, out.Below)
	if !seen[key] {
		seen[key] = true
		r.out.Flags = append(r.out.Flags, out)
	}
}

// below tells whether a file is below the root.
func (r *reader) below(file string) bool {
	return file == r.Root || strings.HasPrefix(file, strings.TrimSuffix(r.Root, "/")+"/")
}

// openBelow reads a file below the root.
func (r *reader) openBelow(file string) ([]byte, error) {
	if !r.below(file) {
		return nil, fmt.Errorf("it is outside of the workspace")
	}
	return r.Open(file)
}
