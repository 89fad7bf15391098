package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/capi"
)

// Report is what differs.
type Report struct {
	// Name is the label of the report, "" if it has none.
	Name       string
	Base, Head About
	// Contents tells that files were compared by what is in them; else by their
	// sizes alone.
	Contents bool
	// API tells that only what matters to those who include the headers is in it.
	API bool
	// Files are those that differ, by their paths.
	Files []File
	// Same is how many do not.
	Same int64
}

// Status says what has become of a file.
type Status string

// What becomes of files. One that is moved may have changed as well; Changed is
// one of the same size.
const (
	Added   Status = "added"
	Removed Status = "removed"
	Moved   Status = "moved"
	Grown   Status = "grown"
	Shrunk  Status = "shrunk"
	Changed Status = "changed"
)

// Statuses lists them in the order of reports.
func Statuses() []Status { return []Status{Added, Removed, Moved, Grown, Shrunk, Changed} }

// File is a file that differs.
type File struct {
	// Path is that in the head, or in the base if it is only there; From is where a
	// moved one was.
	Path, From string
	Status     Status
	// Was and Is are the sizes in bytes, 0 where there is no file.
	Was, Is int64
	// Header tells that it is one, whose changes matter to those who include it.
	Header bool
	// Program tells that it has become one, or is none any more: its mode.
	Program bool
	// Read tells that both sides were read as C, so that Layout and Changes say all
	// that there is to say.
	Read bool
	// Layout tells that only comments and white space are other.
	Layout bool
	// Changes are what is declared otherwise.
	Changes []Change
	// Count is how many declarations a file has that is added or removed.
	Count int
}

// Growth is by how many bytes the file has grown.
func (f *File) Growth() int64 { return f.Is - f.Was }

// Compare tells what is other in head than in base.
func Compare(base, head *Tree) (*Report, error) {
	if err := comparable(base, head); err != nil {
		return nil, err
	}
	r := &Report{Base: base.About, Head: head.About, Contents: base.Kind == Archive && head.Kind == Archive}
	var added, removed []string
	for _, name := range slices.Sorted(maps.Keys(head.files)) {
		is := head.files[name]
		was, ok := base.files[name]
		switch {
		case !ok:
			added = append(added, name)
		case is.size == was.size && is.exec == was.exec && (!r.Contents || is.sum == was.sum):
			r.Same++
		default:
			r.Files = append(r.Files, r.compare(name, "", was, is))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(base.files)) {
		if _, ok := head.files[name]; !ok {
			removed = append(removed, name)
		}
	}
	from := map[string]string{}
	if r.Contents {
		from = moves(base, head, removed, added)
	}
	gone := map[string]bool{}
	for _, name := range added {
		f := head.files[name]
		if was, ok := from[name]; ok {
			gone[was] = true
			r.Files = append(r.Files, r.compare(name, was, base.files[was], f))
			continue
		}
		r.Files = append(r.Files, File{Path: name, Status: Added, Is: f.size, Header: isHeader(name), Count: declares(f.header)})
	}
	for _, name := range removed {
		if f := base.files[name]; !gone[name] {
			r.Files = append(r.Files, File{Path: name, Status: Removed, Was: f.size, Header: isHeader(name), Count: declares(f.header)})
		}
	}
	slices.SortFunc(r.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return r, nil
}

// comparable tells why two sides cannot be compared, if so.
func comparable(base, head *Tree) error {
	for _, pair := range [][2]*Tree{{base, head}, {head, base}} {
		set, other := pair[0], pair[1]
		if set.Kind == Manifest && !set.stored && (other.Kind == Archive || other.stored) && set.Files > 0 && other.Files > 0 {
			return fmt.Errorf("%q is the manifest of a set, with the sizes of files before they are packed, %q has those after: give the manifest of an archive", set.Name, other.Name)
		}
	}
	return nil
}

// compare tells what is other in a file, which may have had another name.
func (r *Report) compare(name, from string, was, is file) File {
	f := File{Path: name, From: from, Was: was.size, Is: is.size, Status: Changed, Header: isHeader(name), Program: was.exec != is.exec}
	switch {
	case from != "":
		f.Status = Moved
	case is.size > was.size:
		f.Status = Grown
	case is.size < was.size:
		f.Status = Shrunk
	}
	told := is.told
	if told == nil && r.Contents {
		told = compareHeaders(&was, &is)
	}
	if told != nil {
		f.Read, f.Layout, f.Changes = true, told.layout, told.changes
	}
	return f
}

// declares is how many declarations there are.
func declares(h *capi.Header) int {
	if h == nil {
		return 0
	}
	return len(h.Decls)
}

// Differs tells whether anything does.
func (r *Report) Differs() bool { return len(r.Files) > 0 }
