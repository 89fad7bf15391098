// Package gate holds what parts of an archive take against budgets that people
// own, and tells who must do what where one is exceeded.
package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// Spec is what a test of sizes was given, as the rule writes it.
type Spec struct {
	// Test is the label of what holds the archive against the budgets, for messages.
	Test string `json:"test"`
	// Accept is the label of the test that accepts what there is, by bazel run; ""
	// if there is none. Call is the name of the call in its BUILD file that makes
	// it: its own, or that of a macro.
	Accept string `json:"accept"`
	Call   string `json:"call"`
	// Baseline is the path of the baseline in the workspace, "" if there is none.
	// BaseLabel is what --@rules_kheaders//:size_base was given, "" for nothing.
	Baseline  string `json:"baseline"`
	BaseLabel string `json:"base_label"`
	// Total is of the archive file, Uncompressed and Files of what is in it, Module
	// of the module's memory. A Max of 0 is no budget.
	Total        Limit `json:"total"`
	Uncompressed Limit `json:"uncompressed"`
	Files        Limit `json:"files"`
	Module       Limit `json:"module"`
	// Gate is "pr" for what is to be merged, else "main".
	Gate string `json:"gate"`
	// Budgets are those of paths, Other of what none of them has; nil if each file
	// must have one.
	Budgets []Budget `json:"budgets"`
	Other   *Limit   `json:"other"`
}

// Limit is how much something may be, in its unit, and by how much it may grow.
type Limit struct {
	// Attr is the attribute, as a user writes it, that a change is made in.
	Attr string `json:"attr"`
	// Max is the most there may be; 0 is no limit.
	Max int64 `json:"max"`
	// Growth since the base is too much if it is above Creep and above
	// CreepPercent, in hundredths of a percent of what was; 0 is no limit. CreepRelease takes
	// Creep's place where the base is of another kernel release.
	Creep        int64 `json:"creep"`
	CreepPercent int64 `json:"creep_percent"`
	CreepRelease int64 `json:"creep_release"`
	// Headroom is how much of Max what is to be merged must leave, if it grows.
	// Against a baseline, whose rows those who merge share, the rest may grow by as
	// much more.
	Headroom int64 `json:"headroom"`
	// Waivers allow more until a release.
	Waivers []Waiver `json:"waivers"`
	// Texts are the attributes as the BUILD file has them.
	Texts map[string]string `json:"texts"`
}

// Budget is the limit of what some paths take of the archive, in bytes.
type Budget struct {
	// Label is where the budget stands; its package's owners own it. Call is the
	// name of the call that makes it.
	Label string   `json:"label"`
	Call  string   `json:"call"`
	Paths []string `json:"paths"`
	Limit
}

// Waiver allows Bytes more for kernels before Until.
type Waiver struct {
	Bytes  int64  `json:"bytes"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

// holds tells whether a waiver is for a release.
func (w *Waiver) holds(release string) (bool, error) {
	until, err := kernel.ParseVersion(w.Until)
	if err != nil {
		return false, fmt.Errorf("the waiver until %q: %w", w.Until, err)
	}
	now, err := kernel.ParseVersion(release)
	if err != nil {
		return false, fmt.Errorf("the waiver until %s: the archive's release %q cannot be told from it: %w", w.Until, release, err)
	}
	return now.Compare(until) < 0, nil
}

// ReadSpec reads what the rule wrote.
func ReadSpec(r io.Reader) (*Spec, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	s := &Spec{}
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("not the budgets of a test: %w", err)
	}
	for _, b := range s.Budgets {
		if len(b.Paths) == 0 {
			return nil, fmt.Errorf("%s has no paths", b.Label)
		}
		for _, p := range b.Paths {
			if err := selection.CheckGlob(p); err != nil {
				return nil, fmt.Errorf("%s: %w", b.Label, err)
			}
		}
	}
	if !s.limited() {
		return nil, errors.New("no budget is given, so the test could never fail")
	}
	return s, nil
}

// limits are all there are, those of nothing among them.
func (s *Spec) limits() []Limit {
	out := []Limit{s.Total, s.Uncompressed, s.Files, s.Module}
	for _, b := range s.Budgets {
		out = append(out, b.Limit)
	}
	if s.Other != nil {
		out = append(out, *s.Other)
	}
	return out
}

// creeps tells whether growth is limited that a report alone can tell, and whether
// nothing else is limited. With rows of a baseline that is of the whole archive:
// they have no total.
func (s *Spec) creeps(rows bool) (some, alone bool) {
	paths := slices.ContainsFunc(s.Budgets, func(b Budget) bool { return b.Creep > 0 })
	most := slices.ContainsFunc(s.limits(), func(l Limit) bool { return l.Max > 0 })
	return s.Total.Creep > 0 || paths && !rows, !most && !(paths && rows)
}

func (s *Spec) limited() bool {
	return len(s.Budgets) > 0 || s.Other != nil || slices.ContainsFunc(s.limits(), func(l Limit) bool { return l.limited() })
}

func (l *Limit) limited() bool { return l.Max > 0 || l.Creep > 0 }

// has tells whether a file is of a budget.
func (b *Budget) has(path string) bool {
	for _, p := range b.Paths {
		if ok, _ := doublestar.Match(p, path); ok {
			return true
		}
	}
	return false
}

// named is what a budget is called in messages.
func (b *Budget) named() string { return strings.Join(b.Paths, " ") }
