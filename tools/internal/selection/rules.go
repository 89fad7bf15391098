package selection

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Rules is a Selector for one kernel version. It is safe for concurrent use.
type Rules struct {
	sel     *Selector
	version kernel.Version
	config  kernel.Config // nil: not known
	rows    []*row        // in the table's order
	// Most rows name one file. For a path without such a row only the globs
	// are tried, from the last to the first.
	literal map[string]int // path → index of the last literal row
	globs   []int          // indices of the other rows, ascending
	reached map[string]string
	kept    map[string]string
	named   map[string]string
	// counts are those of askable whose names in makefiles and scripts count.
	counts map[string]bool
	// crates are the paths of what the kernel's rust/Makefile makes.
	crates map[string]bool
}

// ForKernel narrows the selection to the rows for version v. A version that no
// table was checked with is no error: see Warnings. For the zero Version, which
// means that it is not known, the rows of all versions hold, and files that
// only some versions have are not missed.
func (s *Selector) ForKernel(v kernel.Version) *Rules { return s.narrow(v, nil) }

// WithConfig narrows the selection further, to what a kernel with
// configuration c uses. Without it, files that only some configurations use
// are taken where they are there, and not missed where they are not.
func (r *Rules) WithConfig(c kernel.Config) *Rules { return r.sel.narrow(r.version, c) }

func (s *Selector) narrow(v kernel.Version, c kernel.Config) *Rules {
	r := &Rules{sel: s, version: v, config: c, literal: map[string]int{}, counts: map[string]bool{}}
	for _, a := range askable {
		r.counts[a.name] = a.by(&s.opts)
	}
	for _, row := range s.rows {
		if v != (kernel.Version{}) && !row.kernels.holds(v) || c != nil && !row.when.holds(c) {
			continue
		}
		i := len(r.rows)
		r.rows = append(r.rows, row)
		if row.match.kind == literal && !row.match.fold {
			r.literal[row.text] = i
		} else {
			r.globs = append(r.globs, i)
		}
	}
	return r
}

// Verdict says whether a file belongs to the set, and why.
type Verdict struct {
	In bool
	// Rule is what decided: "extra", "include", "exclude", "roots", "named" (by a
	// makefile or script of the set), or the table and line, such as "profiles/headers.table:31"; "" where no rule holds.
	Rule string
	// Reason says why, or why not, in words for a manifest.
	Reason string
	// Verbatim tells that the file is not to be stripped: it is the source of
	// a host tool, and with -Wextra a compiler heeds the comment that says
	// that a case falls through.
	Verbatim bool
}

// Match is Decide in short: the reason, and whether the file belongs to the
// set. generated says that the file comes from the object tree; no row of
// today's tables asks for that.
func (r *Rules) Match(path string, generated bool) (reason string, ok bool) {
	v := r.Decide(path)
	return v.Reason, v.In
}

// Decide says whether the file at path belongs to the set. Extra wins over
// volatile and secret files, these over Exclude, Exclude over Include, and Include over
// the profile. In a profile the last row that holds for the path decides.
func (r *Rules) Decide(path string) Verdict {
	s := r.sel
	if s.extra[path] {
		return Verdict{In: true, Rule: "extra", Reason: "extra"}
	}
	row := r.find(path)
	if row != nil && row.withheld() {
		return Verdict{Rule: row.origin, Reason: row.why}
	}
	for i := range s.exclude {
		if s.exclude[i].matches(path) {
			return Verdict{Rule: "exclude", Reason: fmt.Sprintf("exclude %q", s.exclude[i].text)}
		}
	}
	if reason, ok := r.reached[path]; ok {
		return Verdict{In: true, Rule: "roots", Reason: reason, Verbatim: row != nil && row.verbatim}
	}
	// It is for the other headers of the set to say whether the row's are taken.
	asks := row != nil && row.need == reached && r.reached == nil
	if asks {
		if by, ok := r.kept[path]; ok {
			return Verdict{In: true, Rule: row.origin, Reason: s.prof.name + ": " + row.why + ReachedFrom + by}
		}
	} else if row != nil && !row.drops() && !r.replaces(row, path) {
		return Verdict{In: true, Rule: row.origin, Reason: s.prof.name + ": " + row.why, Verbatim: row.verbatim}
	}
	for i := range s.include {
		if s.include[i].matches(path) {
			return Verdict{In: true, Rule: "include", Reason: fmt.Sprintf("include %q", s.include[i].text)}
		}
	}
	if asks {
		return Verdict{Rule: row.origin, Reason: fmt.Sprintf("%s: %s, %s", s.prof.name, row.why, notKept)}
	}
	if row != nil && row.drops() {
		return Verdict{Rule: row.origin, Reason: s.prof.name + ": " + row.why}
	}
	if row != nil {
		return Verdict{Rule: "roots", Reason: "not reached from roots"}
	}
	if reason, ok := r.named[path]; ok {
		return Verdict{In: true, Rule: "named", Reason: s.prof.name + ": " + reason}
	}
	if row := r.left(path); row != nil {
		return Verdict{Rule: row.origin, Reason: "left out of profile " + s.prof.name + ": " + row.why}
	}
	return Verdict{Reason: "not in profile " + s.prof.name}
}

// find returns the last row that holds for path, or nil.
func (r *Rules) find(path string) *row {
	best := -1
	if i, ok := r.literal[path]; ok {
		best = i
	}
	for k := len(r.globs) - 1; k >= 0 && r.globs[k] > best; k-- {
		if r.rows[r.globs[k]].match.matches(path) {
			best = r.globs[k]
		}
	}
	if best < 0 {
		return nil
	}
	return r.rows[best]
}

// Missing returns messages for the files without which the set is of no use
// and that have does not report, each with the mend. Files that the user
// excluded are not missed.
func (r *Rules) Missing(have func(path string) bool) []string {
	if msgs := r.withoutEffect(); msgs != nil {
		return msgs
	}
	msgs := append(r.absent(required, have), r.lost()...)
	var extra []string
	for path := range r.sel.extra {
		if !have(path) {
			extra = append(extra, fmt.Sprintf("extra file %q is not in the tree: correct the path, or use an include pattern for the files below a directory", path))
		}
	}
	sort.Strings(extra)
	return append(msgs, extra...)
}

// Warnings returns what a user should know though the set can be made: that
// the profile's table was not checked with the kernel's version, and files that
// are mostly needed and that have does not report.
func (r *Rules) Warnings(have func(path string) bool) []string {
	p, v := r.sel.prof, r.version
	oldest, newest := p.kernels[0], p.kernels[len(p.kernels)-1]
	var msgs []string
	switch {
	case v == kernel.Version{}:
		msgs = append(msgs, fmt.Sprintf("the kernel's version is not known, so profile %s is a guess: %s", p.name, p.check))
	case v.Compare(newest) > 0:
		msgs = append(msgs, fmt.Sprintf("kernel %v is newer than %v, the newest that profile %s was checked with: %s", v, newest, p.name, p.check))
	case v.Compare(oldest) < 0:
		msgs = append(msgs, fmt.Sprintf("kernel %v is older than %v, the oldest that profile %s was checked with: %s", v, oldest, p.name, p.check))
	case !slices.Contains(p.kernels, v):
		i := slices.IndexFunc(p.kernels, func(k kernel.Version) bool { return k.Compare(v) > 0 })
		msgs = append(msgs, fmt.Sprintf("kernel %v is between %v and %v, which profile %s was checked with, but not with it: %s", v, p.kernels[i-1], p.kernels[i], p.name, p.check))
	}
	if text := p.unchecked(r.sel.opts.Arch, v); text != "" {
		msgs = append(msgs, text)
	}
	return append(append(msgs, r.givenAway()...), r.absent(expected, have)...)
}

// absent returns a message for each mend that is called for, in the table's
// order, and the files that call for it.
func (r *Rules) absent(n need, have func(string) bool) []string {
	var mends []string
	rows := map[string][]*row{}
	for _, row := range r.rows {
		if !r.needs(row, n) || r.unsure(row) || slices.ContainsFunc(row.alts, func(p string) bool { return have(p) || r.Excluded(p) }) {
			continue
		}
		if rows[row.mend] == nil {
			mends = append(mends, row.mend)
		}
		rows[row.mend] = append(rows[row.mend], row)
	}
	var msgs []string
	for _, mend := range mends {
		msgs = append(msgs, describe(rows[mend], r.sel.prof.name)+": "+mend)
	}
	return msgs
}

// unsure reports whether the row may hold only because the version or the
// configuration is not known.
func (r *Rules) unsure(row *row) bool {
	return len(row.when) > 0 && r.config == nil || len(row.kernels) > 0 && r.version == (kernel.Version{})
}

// describe names the absent files of rows, at most three.
func describe(rows []*row, profile string) string {
	names := make([]string, 0, 3)
	for _, row := range rows[:min(3, len(rows))] {
		names = append(names, strings.Join(row.alts, " or "))
	}
	switch n := len(rows); {
	case n == 1:
		return fmt.Sprintf("%s is missing (profile %s: %s)", names[0], profile, rows[0].why)
	case n <= 3:
		return fmt.Sprintf("%s and %s are missing (profile %s)", strings.Join(names[:n-1], ", "), names[n-1], profile)
	default:
		return fmt.Sprintf("%s and %d more files are missing (profile %s)", strings.Join(names, ", "), n-3, profile)
	}
}

// Excluded reports whether an exclude pattern of the user's holds for path.
func (r *Rules) Excluded(path string) bool {
	return slices.ContainsFunc(r.sel.exclude, func(p pattern) bool { return p.matches(path) })
}
