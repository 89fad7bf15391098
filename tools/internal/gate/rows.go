package gate

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/baseline"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// levels is how many levels of directories have rows in a baseline.
const levels = 2

// leastSteps is how many steps of its row creep must be at least: a row is up to
// that much above what there was.
const leastSteps = 3

// row is the name of a budget's row in a baseline.
func (b *Budget) row() string {
	out := []string{"budget"}
	for _, p := range b.Paths {
		out = append(out, quote.Word(p))
	}
	return strings.Join(out, " ")
}

// dirRow is the name of a directory's row.
func dirRow(name string) string { return "directory " + quote.Word(name) }

// Section is what a baseline is to have of an archive: its rows are exact.
func (s *Spec) Section(head *sizes.Report) (*baseline.Section, error) {
	a, err := s.assign(head, true)
	if err == nil {
		err = s.reached(head)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Test, err)
	}
	return s.exact(head, a), nil
}

// exact is Section, of entries that have been assigned.
func (s *Spec) exact(head *sizes.Report, a *assignment) *baseline.Section {
	out := &baseline.Section{Test: s.rowsOf(), Arch: head.Arch, Head: headOf(head)}
	had := map[string]bool{}
	for k := range s.Budgets {
		// Two may be of the same paths only where the archive has none of them.
		if name := s.Budgets[k].row(); !had[name] {
			had[name] = true
			out.Rows = append(out.Rows, baseline.Row{Name: name, Bytes: sizes.Bytes(a.bits[k])})
		}
	}
	for _, d := range sizes.ByDir(head, nil, levels) {
		out.Rows = append(out.Rows, baseline.Row{Name: dirRow(d.Name), Bytes: sizes.Bytes(d.Is.Bits)})
	}
	return out
}

// rowsOf is the label by which a baseline has the rows.
func (s *Spec) rowsOf() string {
	if s.Accept != "" {
		return s.Accept
	}
	return s.Test
}

func headOf(head *sizes.Report) baseline.Head {
	h := baseline.Head{Archive: head.Archive, Format: head.Format, Codec: head.Codec, Method: string(head.Method), Profile: head.Profile, Strip: head.Strip, Release: released(head.Release)}
	if head.Level != 0 {
		h.Codec += fmt.Sprintf(", level %d", head.Level)
	}
	return h
}

// stale says what the baseline's rows are not of, and what writes them anew.
func (s *Spec) stale(err error) error {
	return fmt.Errorf("the baseline %q: %w: write it anew by %s", s.Baseline, err, s.update())
}

// update is what writes the test's rows anew.
func (s *Spec) update() string {
	return cmp.Or(s.Command("--update"), "--update of the test that has it")
}

// ReadBaseline reads a baseline. Its errors say what mends it: --update for one of
// another layout, and else people, since rows of other tests may be in it.
func (s *Spec) ReadBaseline(data []byte) (*baseline.File, error) {
	if len(data) > MaxBaseline {
		return nil, s.broken(fmt.Errorf("it has more than %d bytes, and no baseline does", MaxBaseline))
	}
	f, err := baseline.Read(data)
	switch {
	case errors.Is(err, baseline.ErrLayout):
		return nil, s.stale(err)
	case errors.Is(err, baseline.ErrMerge):
		return nil, fmt.Errorf("the baseline %q: %w, or empty the file; then run %s", s.Baseline, err, s.update())
	case err != nil:
		return nil, s.broken(err)
	}
	return f, nil
}

// MaxBaseline is the size of the largest file that is taken for a baseline, in bytes.
const MaxBaseline = 16 << 20

// broken says what cannot be read of the baseline, and what mends it.
func (s *Spec) broken(err error) error {
	return fmt.Errorf("the baseline %q: %w: correct that, or empty the file; then run %s", s.Baseline, err, s.update())
}

// section returns the rows of an archive. It is an error where they are not of it,
// or too coarse for what growth is allowed.
func (s *Spec) section(head *sizes.Report, file *baseline.File) (*baseline.Section, error) {
	rows := file.Section(s.rowsOf(), head.Arch)
	if rows == nil {
		return nil, s.stale(fmt.Errorf("it has no rows of %s for %s", s.rowsOf(), cmp.Or(quote.Text(head.Arch), "an unknown architecture")))
	}
	now := headOf(head)
	if err := rows.Differs(&now); err != nil {
		return nil, s.stale(err)
	}
	return rows, nil
}

// before fills in what a budget's paths were.
func (c *checker) before(l *Line, budget int) error {
	l.Was = -1
	b := &c.spec.Budgets[budget]
	switch {
	case c.then != nil:
		l.Was = sizes.Bytes(c.then.bits[budget])
	case c.rows == nil || b.Creep == 0:
	default:
		row, ok := c.rows.Row(b.row())
		if !ok {
			return c.spec.stale(errors.New("it has no row of " + l.Name))
		}
		l.Was, l.ByRow = row, true
		least := leastSteps * baseline.Step(row)
		var low []string
		for _, v := range []struct {
			attr string
			is   int64
		}{{"creep", b.Creep}, {"creep_release", b.CreepRelease}} {
			if v.is > 0 && v.is < least {
				low = append(low, v.attr+" = "+sizes.Group(v.is))
			}
		}
		if low != nil {
			are, them := "is", "it"
			if len(low) > 1 {
				are, them = "are", "them"
			}
			return fmt.Errorf("%s of %s %s below %s, three steps of its row in the baseline %q, which is rounded up: let the owners of %s raise %s, or give the merge base's report by --@rules_kheaders//:size_base",
				strings.Join(low, " and "), l.Name, are, sizes.Group(least), c.spec.Baseline, l.Owner, them)
		}
	}
	return nil
}

// oddRows notes rows that say little: what they are of has become smaller, or is
// gone.
func (c *checker) oddRows() {
	if c.rows == nil {
		return
	}
	now := c.spec.exact(c.head, c.now)
	has := map[string]bool{}
	var high, gone []string
	for _, r := range now.Rows {
		has[r.Name] = true
		if row, ok := c.rows.Row(r.Name); ok && baseline.TooHigh(row, r.Bytes) {
			high = append(high, fmt.Sprintf("that of %s has %s, and there are %s", r.Name, unit(row, "B"), unit(r.Bytes, "B")))
		}
	}
	for _, r := range c.rows.Rows {
		if !has[r.Name] {
			gone = append(gone, r.Name)
		}
	}
	note := func(rows []string, what, does string) {
		if len(rows) == 0 {
			return
		}
		how := ""
		if command := c.spec.Command("--update"); command != "" {
			how = "; " + command + " " + does
		}
		c.result.Notes = append(c.result.Notes, fmt.Sprintf("rows of the baseline %s: %d; %s%s", what, len(rows), rows[0], how))
	}
	note(high, "that are too high", "lowers them")
	note(gone, "of what is gone", "takes them out")
}
