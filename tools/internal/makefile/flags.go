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
// file, in the word behind them or in the rest of their own, behind a = where
// there is one.
var (
	searchFlags = []string{"-I", "-isystem", "-iquote", "-idirafter", "--include-directory"}
	forcedFlags = []string{"-include", "-imacros", "--include", "--imacros"}
)

// nameOf returns what a word has behind the flag that it begins with; ok is
// false for a word that is none of the flags.
func nameOf(w string) (name string, forced, ok bool) {
	for _, f := range searchFlags {
		if rest, is := strings.CutPrefix(w, f); is {
			return strings.TrimPrefix(rest, "="), false, true
		}
	}
	for _, f := range forcedFlags {
		if rest, is := strings.CutPrefix(w, f); is {
			return strings.TrimPrefix(rest, "="), true, true
		}
	}
	return "", false, false
}

// flags takes in the directories of -I and the like, and the files of
// -include.
func (r *reader) flags() {
	seen := map[string]bool{}
	for _, f := range r.flagPieces {
		r.at = f.at
		if !r.spend(len(f.text)) {
			return
		}
		open, forced := false, false
		for _, raw := range rawWords(f.text) {
			before, beforeForced := open, forced
			for _, value := range r.alternatives(raw, f.asOf) {
				open, forced = before, beforeForced
				for _, w := range flagWords(value) {
					name, isForced, is := nameOf(w)
					switch {
					case open:
						r.flag(seen, f, raw, w, forced)
						open = false
					case is && name == "":
						open, forced = true, isForced
					case is:
						r.flag(seen, f, raw, name, isForced)
					}
				}
			}
		}
	}
}

var unquoted = strings.NewReplacer(`"`, "", "'", "", `\`, "")

// flagWords returns the words that the preprocessor gets.
func flagWords(value string) []string {
	var out []string
	for _, w := range strings.Fields(value) {
		w = unquoted.Replace(w)
		if rest, ok := strings.CutPrefix(w, "-Wp,"); ok {
			out = append(out, strings.Split(rest, ",")...)
		} else {
			out = append(out, w)
		}
	}
	return out
}

func (r *reader) flag(seen map[string]bool, f flagPiece, raw, name string, forced bool) {
	if r.tree != nil {
		r.treeFlag(seen, f, name, forced)
		return
	}
	out := Flag{Path: name, Forced: forced, Below: f.below, At: f.at}
	path, tree := r.absolute(name)
	switch {
	case name == unknown:
		return // nothing is left of it where the variable is not set
	case forced && strings.ContainsAny(name, "*?["):
		return // another program's, as rsync has --include=*.h
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
