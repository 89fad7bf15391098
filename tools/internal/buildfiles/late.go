package buildfiles

import (
	"slices"
	"strings"
)

// pending is a word of a makefile that begins with what no file has set yet, or one
// of a script with a variable, which other scripts may set as well.
type pending struct {
	in *scan
	// key tells it from others in the file.
	key string
	// again reads the word once more.
	again func()
}

// Late is a name that became known after its file was read.
type Late struct {
	// File is the makefile or script that has the name.
	File string
	Name
}

// waitFor notes a word to be read again: one of a makefile where one of the paths
// that it may stand for begins with a variable that no file has set, one of a script
// where it has a variable.
func (s *scan) waitFor(word string, paths []string, key string, again func()) {
	waits := s.kind == Script && strings.Contains(word, "$("+shellOwn) || slices.ContainsFunc(paths, func(p string) bool {
		return strings.HasPrefix(strings.TrimPrefix(p, root+"/"), "*")
	})
	if waits && !s.waits[key] {
		s.waits[key] = true
		s.r.pending = append(s.r.pending, pending{s, key, again})
	}
}

// Late returns the names in files read before that became known by what files
// read since then set, each once.
func (r *Reader) Late() []Late {
	var out []Late
	// What a script is found to read may have what others wait for.
	for range maxDepth {
		links := r.links
		waiting := r.pending
		r.pending = nil
		for _, p := range waiting {
			delete(p.in.waits, p.key)
			known := len(p.in.names)
			p.again()
			for _, n := range p.in.names[known:] {
				out = append(out, Late{p.in.file, n})
			}
		}
		if r.links == links {
			break
		}
	}
	return out
}
