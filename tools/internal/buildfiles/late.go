package buildfiles

import "strings"

// pending is a word of a makefile that begins with what no file has set yet.
type pending struct {
	in *scan
	// again reads the word once more.
	again func()
}

// Late is a name that became known after its file was read.
type Late struct {
	// File is the makefile that has the name.
	File string
	Name
}

// waitFor notes a word of a makefile to be read again, where one of the paths
// that it may stand for begins with a variable that no file has set.
func (s *scan) waitFor(paths []string, again func()) {
	if s.kind != Makefile {
		return
	}
	for _, p := range paths {
		if strings.HasPrefix(strings.TrimPrefix(p, root+"/"), "*") {
			s.r.pending = append(s.r.pending, pending{s, again})
			return
		}
	}
}

// Late returns the names of makefiles read before that begin with a variable
// which a file read since then sets, each once.
func (r *Reader) Late() []Late {
	var out []Late
	waiting := r.pending
	r.pending = nil
	for _, p := range waiting {
		known := len(p.in.names)
		p.again()
		for _, n := range p.in.names[known:] {
			out = append(out, Late{p.in.file, n})
		}
	}
	return out
}
