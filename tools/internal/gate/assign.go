package gate

import (
	"fmt"
	"path"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// other stands for what no budget has.
const other = -1

// assignment says which entries of a report belong to which budget.
type assignment struct {
	of   []int   // the budget of each entry, or other
	bits []int64 // of each budget
	rest int64   // the bits of what no budget has
}

// assign finds the budget of each file: a file of two is an error, and so is one
// of none where there is no limit for the rest. A directory belongs to the budget
// that has all files in it, and to the rest if there is none.
// Where strict is not set, the first budget has what two would have.
func (s *Spec) assign(r *sizes.Report, strict bool) (*assignment, error) {
	a := &assignment{of: make([]int, len(r.Entries)), bits: make([]int64, len(s.Budgets))}
	dirs := map[string]int{} // the one budget of all files in a directory, so far
	var none []string
	for i, e := range r.Entries {
		if e.Dir {
			continue
		}
		own := other
		for k := range s.Budgets {
			switch {
			case !s.Budgets[k].has(e.Path):
			case own != other && !strict:
			case own != other:
				return nil, fmt.Errorf("%s is in two budgets, %s of %s and %s of %s: let one of them leave it out", quote.Text(e.Path),
					quote.Text(s.Budgets[own].named()), s.Budgets[own].Label, quote.Text(s.Budgets[k].named()), s.Budgets[k].Label)
			default:
				own = k
			}
		}
		if own == other && len(none) < 3 {
			none = append(none, quote.Text(e.Path))
		}
		a.add(i, own, e.Bits)
		for d := path.Dir(e.Path); ; d = path.Dir(d) {
			if had, ok := dirs[d]; !ok {
				dirs[d] = own
			} else if had != own {
				dirs[d] = other
			}
			if d == "." || d == "/" {
				break
			}
		}
	}
	if strict && len(none) > 0 && len(s.Budgets) > 0 && s.Other == nil {
		return nil, fmt.Errorf("files are in no budget, such as %s: name them in one, or set other to what the rest may take together", quote.Text(none[0]))
	}
	for i, e := range r.Entries {
		if e.Dir {
			own, ok := dirs[e.Path]
			if !ok {
				own = other
			}
			a.add(i, own, e.Bits)
		}
	}
	return a, nil
}

func (a *assignment) add(entry, budget int, bits int64) {
	a.of[entry] = budget
	if budget == other {
		a.rest += bits
	} else {
		a.bits[budget] += bits
	}
}

// reached returns an error for a glob that has nothing of the archive.
func (s *Spec) reached(r *sizes.Report) error {
	for _, b := range s.Budgets {
		for _, glob := range b.Paths {
			one := Budget{Paths: []string{glob}}
			if !slices.ContainsFunc(r.Entries, func(e sizes.Entry) bool { return !e.Dir && one.has(e.Path) }) {
				return fmt.Errorf("the budget of %s has %s, which is of nothing in the archive: correct the glob, or take it out", b.Label, quote.Text(glob))
			}
		}
	}
	return nil
}
