package diff

// Summary counts what differs.
type Summary struct {
	Files map[Status]int64
	// Growth is by how many bytes the files of a status have grown together.
	Growth map[Status]int64
	// Programs are files whose mode is other, Layout headers with other comments or
	// white space alone.
	Programs, Layout int64
	// Decls are changes in headers that are on both sides.
	Decls map[Class]Counts
	// Bodies and Conds are how many changes are of bodies or of conditions alone.
	Bodies, Conds int64
}

// Counts are how many things are new, gone and other.
type Counts struct{ Added, Removed, Changed int64 }

// Add counts a change.
func (n *Counts) Add(c *Change) {
	switch c.Status {
	case Added:
		n.Added++
	case Removed:
		n.Removed++
	default:
		n.Changed++
	}
}

// Sum counts what the report has.
func (r *Report) Sum() Summary {
	s := Summary{Files: map[Status]int64{}, Growth: map[Status]int64{}, Decls: map[Class]Counts{}}
	for i := range r.Files {
		f := &r.Files[i]
		s.Files[f.Status]++
		s.Growth[f.Status] += f.Growth()
		if f.Program {
			s.Programs++
		}
		if f.Layout {
			s.Layout++
		}
		for j := range f.Changes {
			c := &f.Changes[j]
			n := s.Decls[c.Class]
			n.Add(c)
			s.Decls[c.Class] = n
			if c.Body && !c.Storage {
				s.Bodies++
			}
			if c.Cond {
				s.Conds++
			}
		}
	}
	return s
}

// Counts counts the changes of a file.
func (f *File) Counts() Counts {
	var n Counts
	for i := range f.Changes {
		n.Add(&f.Changes[i])
	}
	return n
}

// ForCallers returns what matters to those who include the headers: headers that
// are added, removed or moved, or that declare something otherwise.
func (r *Report) ForCallers() *Report {
	out := *r
	out.API, out.Files = true, nil
	for _, f := range r.Files {
		if !f.Header {
			continue
		}
		f.Changes, f.Program = forCallers(f.Changes), false
		if len(f.Changes) > 0 || !f.Read || f.Status == Moved {
			out.Files = append(out.Files, f)
		}
	}
	return &out
}

// forCallers are those changes that matter to them: the same ones where all do.
func forCallers(changes []Change) []Change {
	n := 0
	for i := range changes {
		if changes[i].ForCaller() {
			n++
		}
	}
	if n == len(changes) || n == 0 {
		return changes[:n]
	}
	kept := make([]Change, 0, n)
	for _, c := range changes {
		if c.ForCaller() {
			kept = append(kept, c)
		}
	}
	return kept
}
