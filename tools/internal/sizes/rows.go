package sizes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Amount is how much something is: files, bits of the archive, bytes unpacked.
type Amount struct{ Files, Bits, Bytes int64 }

// Row is a file, or what is in a directory or comes from a label: how much it is,
// and was in the base, if there is one.
type Row struct {
	// Name is a path or a label as it is, not quoted; "dir/*" is for what is in dir
	// and in no directory of its own row.
	Name    string
	Is, Was Amount
}

// Growth is by how many bits the row has grown.
func (r *Row) Growth() int64 { return r.Is.Bits - r.Was.Bits }

// Comparable returns an error where the bits of two reports are not of one kind.
func Comparable(base, head *Report) error {
	switch {
	case base.Format != head.Format:
		return fmt.Errorf("the base is a %s and this is a %s, whose bits cannot be compared: give a base of the same format", base.Format, head.Format)
	case base.Method != head.Method:
		return fmt.Errorf("the bits of the base were attributed by method %q and these by %q: write the base anew by this program", base.Method, head.Method)
	}
	return nil
}

// ByDir adds up directories of so many levels; each entry is in one row. The base
// may be nil. The largest come first, or what has changed the most.
func ByDir(head, base *Report, levels int) []Row {
	return rows(head, base, func(e *Entry) string {
		at := 0
		for n := 1; ; n++ {
			i := strings.IndexByte(e.Path[at:], '/')
			if i < 0 {
				// The entry itself is on this level.
				if e.Dir && e.Path != "." && n >= levels {
					return e.Path
				}
				if e.Dir && e.Path != "." {
					return e.Path + "/*"
				}
				return e.Path[:at] + "*"
			}
			at += i
			if n == levels {
				return e.Path[:at]
			}
			at++
		}
	})
}

// ByFile has a row for each entry that is no directory.
func ByFile(head, base *Report) []Row {
	return rows(head, base, func(e *Entry) string {
		if e.Dir {
			return ""
		}
		return e.Path
	})
}

// ByLabel adds up what comes from each label; what has none is not in it.
func ByLabel(head, base *Report) []Row {
	return rows(head, base, func(e *Entry) string { return e.Label })
}

// rows adds up entries by names; "" is left out.
func rows(head, base *Report, name func(e *Entry) string) []Row {
	at := map[string]int{}
	var out []Row
	add := func(r *Report, of func(r *Row) *Amount) {
		for i := range r.Entries {
			e := &r.Entries[i]
			n := name(e)
			if n == "" {
				continue
			}
			k, ok := at[n]
			if !ok {
				k = len(out)
				at[n] = k
				out = append(out, Row{Name: n})
			}
			a := of(&out[k])
			a.Bits += e.Bits
			a.Bytes += e.Bytes
			if !e.Dir {
				a.Files++
			}
		}
	}
	add(head, func(r *Row) *Amount { return &r.Is })
	if base != nil {
		add(base, func(r *Row) *Amount { return &r.Was })
	}
	slices.SortFunc(out, func(a, b Row) int {
		if base != nil {
			if c := cmp.Compare(abs(b.Growth()), abs(a.Growth())); c != 0 {
				return c
			}
		}
		return cmp.Or(cmp.Compare(b.Is.Bits, a.Is.Bits), strings.Compare(a.Name, b.Name))
	})
	return out
}

func abs(n int64) int64 { return max(n, -n) }
