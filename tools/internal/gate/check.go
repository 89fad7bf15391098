package gate

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/baseline"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Names of lines.
const (
	uncompressed = "all files, uncompressed,"
	memory       = "the module's memory"
)

// pathBudgets is the attribute that is a dict of paths.
const pathBudgets = "path_budgets"

// Line is one budget and what is held against it.
type Line struct {
	// Name is what is counted: "archive", or the paths of a budget. Unit is "B", or
	// "files".
	Name, Unit string
	// Owner is where the budget stands.
	Owner string
	// Is is what there is, Was what the base had, -1 if there is none; ByRow tells
	// that it is of a baseline, rounded up. Max is the limit with its waivers and
	// without the headroom, 0 if there is none.
	Is, Was, Max int64
	ByRow        bool
	// Failure says what is wrong, in a line; "" if the budget is kept. Notes are
	// what else there is to say.
	Failure string
	Notes   []string
	// Raises are what accepts that in BUILD files.
	Raises []Raise
	of     *held
}

// Result is what came of all budgets.
type Result struct {
	Lines []Line
	Notes []string
}

// Failures are the lines that say what is wrong.
func (r *Result) Failures() (out []string) {
	for _, l := range r.Lines {
		if l.Failure != "" {
			out = append(out, l.Failure)
		}
	}
	return out
}

// Past is what the archive was before: exactly, by a report, and by a baseline.
// Either is nil if it is not known. Growth is counted by the report if there is one.
type Past struct {
	Report   *sizes.Report
	Baseline *baseline.File
}

// Check holds an archive against the budgets. module is the memory that the module
// takes, in bytes, 0 if that is not known. An error is of what cannot be held
// against them at all.
func (s *Spec) Check(head *sizes.Report, past Past, module int64) (*Result, error) {
	r, err := s.check(head, past, module)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Test, err)
	}
	return r, nil
}

func (s *Spec) check(head *sizes.Report, past Past, module int64) (*Result, error) {
	now, err := s.assign(head, true)
	if err != nil {
		return nil, err
	}
	if err := s.reached(head); err != nil {
		return nil, err
	}
	if module == 0 && s.Module.limited() {
		return nil, fmt.Errorf("no memory of a module is known, which %s limits: give --module", s.Module.Attr)
	}
	c := checker{spec: s, head: head, base: past.Report, now: now}
	if past.Baseline != nil {
		if c.rows, err = s.section(head, past.Baseline); err != nil {
			return nil, err
		}
	}
	if c.base != nil {
		if err := comparable(c.base, head); err != nil {
			return nil, err
		}
		// What had two budgets then, or none, may have one now.
		if c.then, err = s.assign(c.base, false); err != nil {
			return nil, fmt.Errorf("the base: %w", err)
		}
	} else if some, alone := s.creeps(c.rows != nil); some {
		of := ""
		if c.rows != nil {
			of = " of the whole"
		}
		lack := "there is no report of what the archive was before, so growth" + of + " cannot be told: give the merge base's by --@rules_kheaders//:size_base"
		if alone || s.Gate == "pr" {
			return nil, errors.New(lack)
		}
		c.result.Notes = append(c.result.Notes, lack)
	}
	return c.all(module)
}

// comparable returns an error for a report of what was packed in another way.
func comparable(base, head *sizes.Report) error {
	if err := sizes.Comparable(base, head); err != nil {
		return err
	}
	for _, f := range []struct{ what, base, head string }{
		{"architecture", base.Arch, head.Arch}, {"profile", base.Profile, head.Profile}, {"strip mode", base.Strip, head.Strip},
		{"compressor", base.Codec, head.Codec}, {"level", strconv.Itoa(base.Level), strconv.Itoa(head.Level)},
	} {
		if f.base != f.head {
			return fmt.Errorf("the base has %s %s and this has %s, whose growth is not that of a change: build the base's report anew", f.what, cmp.Or(quote.Text(f.base), "unknown"), cmp.Or(quote.Text(f.head), "an unknown one"))
		}
	}
	return nil
}

// checker holds an archive against the budgets of a spec.
type checker struct {
	spec       *Spec
	head, base *sizes.Report
	now, then  *assignment       // then is nil without a base
	rows       *baseline.Section // nil without a baseline
	result     Result
}

// all is the number of a budget that all entries are of.
const all = -2

// held is a line and what holds it.
type held struct {
	Line
	limit  *Limit
	budget int // whose entries have moved; all of them: all
	call   string
	key    string // of the limit in its attribute, where that is a dict
}

func (c *checker) all(module int64) (*Result, error) {
	s := c.spec
	was := func(of func(r *sizes.Report) int64) int64 {
		if c.base == nil {
			return -1
		}
		return of(c.base)
	}
	lines := []held{
		{Line{Name: "the archive", Unit: "B", Is: c.head.ArchiveBytes, Was: was(func(r *sizes.Report) int64 { return r.ArchiveBytes })}, &s.Total, all, s.Call, ""},
		{Line{Name: uncompressed, Unit: "B", Is: c.head.UncompressedBytes, Was: was(func(r *sizes.Report) int64 { return r.UncompressedBytes })}, &s.Uncompressed, all, s.Call, ""},
		{Line{Name: "the archive", Unit: "files", Is: c.head.Files, Was: was(func(r *sizes.Report) int64 { return r.Files })}, &s.Files, all, s.Call, ""},
		{Line{Name: memory, Unit: "B", Is: module, Was: -1}, &s.Module, all, s.Call, ""},
	}
	for k := range s.Budgets {
		b := &s.Budgets[k]
		l := Line{Name: quote.Text(b.named()), Unit: "B", Owner: b.Label, Is: sizes.Bytes(c.now.bits[k])}
		if err := c.before(&l, k); err != nil {
			return nil, err
		}
		h := held{l, &b.Limit, k, b.Call, ""}
		if strings.HasPrefix(b.Attr, pathBudgets+"[") {
			h.key = b.Paths[0]
		}
		lines = append(lines, h)
	}
	if s.Other != nil {
		l := Line{Name: "all other files", Unit: "B", Is: sizes.Bytes(c.now.rest), Was: -1}
		if c.then != nil {
			l.Was = sizes.Bytes(c.then.rest)
		}
		lines = append(lines, held{l, s.Other, other, s.Call, ""})
	}
	for i := range lines {
		l := &lines[i]
		if l.limit == nil || !l.limit.limited() {
			continue
		}
		if l.Owner == "" {
			l.Owner = cmp.Or(s.Accept, s.Test)
		}
		if err := c.hold(l); err != nil {
			return nil, err
		}
		l.Line.of = l
		c.result.Lines = append(c.result.Lines, l.Line)
	}
	c.sum()
	c.oddRows()
	return &c.result, nil
}

// sum says whether all budgets of paths can be kept and the archive be too large.
func (c *checker) sum() {
	s := c.spec
	if s.Total.Max == 0 || len(s.Budgets) == 0 {
		return
	}
	var sum int64
	for _, b := range s.Budgets {
		if b.Max == 0 {
			c.result.Notes = append(c.result.Notes, fmt.Sprintf("budgets of paths that have creep alone are unlimited: all of them can be kept and the archive be above %s = %s", s.Total.Attr, sizes.Group(s.Total.Max)))
			return
		}
		sum += b.Max
	}
	if s.Other != nil {
		sum += s.Other.Max
	}
	say := fmt.Sprintf("the budgets of paths are %s B together, which %s = %s allows", sizes.Group(sum), s.Total.Attr, sizes.Group(s.Total.Max))
	if sum > s.Total.Max {
		say = fmt.Sprintf("the budgets of paths are %s B together, which is %s B above %s = %s: all of them can be kept and the archive be too large",
			sizes.Group(sum), sizes.Group(sum-s.Total.Max), s.Total.Attr, sizes.Group(s.Total.Max))
	}
	c.result.Notes = append(c.result.Notes, say)
}
