package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/baseline"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/gate"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/workspace"
)

// accept changes the workspace so that what there is is accepted: all of it or
// nothing.
func (t *sizeTest) accept(stdout io.Writer, rows string) error {
	root := os.Getenv("BUILD_WORKSPACE_DIRECTORY")
	if root == "" {
		return usagef("--update and --raise change the workspace, which bazel run names: %s", t.spec.Command("--update"))
	}
	release, err := workspace.Lock(root, waiting(root))
	if err != nil {
		return err
	}
	defer release()
	var files []*workspace.File
	past := gate.Past{Report: t.base}
	if t.update && (t.spec.Baseline != "" || t.base == nil) {
		f, err := t.updated(root, &past)
		if err != nil {
			return err
		}
		files = append(files, f)
	} else if past, err = t.past(rows); err != nil {
		return err
	}
	fails := false
	result, err := t.spec.Check(t.head, past, t.memory)
	switch {
	case err != nil && t.raise:
		return err
	case err != nil:
		say("note: the test still fails: %v", err)
		fails = true
	case t.raise:
		raised, err := t.raised(root, result)
		if err != nil {
			return err
		}
		files = append(files, raised...)
	default:
		for _, failure := range result.Failures() {
			say("note: the test still fails: %s", failure)
			fails = true
		}
		back, err := broughtBack(root, result)
		if err != nil {
			return err
		}
		files = append(files, back...)
	}
	var names []string
	for _, f := range files {
		if !f.Changed() {
			continue
		}
		names = append(names, quote.Name(f.Name))
		if _, err := stdout.Write(f.Diff()); err != nil {
			return fmt.Errorf("write diff: %w", err)
		}
	}
	if len(names) == 0 {
		if fails && t.spec.Baseline == "" {
			return t.noBaseline()
		}
		_, err := fmt.Fprintln(stdout, "Nothing to change.")
		return err
	}
	if err := workspace.Write(files...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "Wrote %s.\n", strings.Join(names, " and "))
	return err
}

func (t *sizeTest) noBaseline() error {
	return usagef("%s has no baseline in this workspace: give it one, as in baseline = \"my_kernel.sizes.txt\", a file that may be empty: --update writes rows there alone", t.spec.Test)
}

// updated is the baseline with this test's rows, which past has from then on.
func (t *sizeTest) updated(root string, past *gate.Past) (*workspace.File, error) {
	if t.spec.Baseline == "" {
		return nil, t.noBaseline()
	}
	f, err := workspace.Open(root, t.spec.Baseline)
	if err != nil {
		return nil, err
	}
	past.Baseline, err = t.spec.ReadBaseline(f.Old)
	if errors.Is(err, baseline.ErrLayout) {
		say("note: %q is of %v: all of it is written anew, and other tests that have rows there need --update as well", f.Name, baseline.ErrLayout)
		past.Baseline = &baseline.File{}
	} else if err != nil {
		return nil, err
	}
	now, err := t.spec.Section(t.head)
	if err != nil {
		return nil, err
	}
	past.Baseline.Update(now)
	f.New = past.Baseline.Write()
	return f, nil
}

// raised are BUILD files in which the budgets that are exceeded are raised.
func (t *sizeTest) raised(root string, result *gate.Result) ([]*workspace.File, error) {
	in := map[string][]bazelfile.Raise{}
	var notes []string
	for _, l := range result.Lines {
		if l.Failure != "" && len(l.Raises) == 0 {
			say("note: %s", l.Failure)
		}
		for _, r := range l.Raises {
			if !strings.HasPrefix(r.Label, "//") {
				return nil, fmt.Errorf("%s is of another repository: set %s there by hand", r.Label, r)
			}
			pkg := packageOf(r.Label)
			in[pkg] = append(in[pkg], bazelfile.Raise{Call: r.Call, Attr: r.Attr, Key: r.Key, Was: r.Was, Is: r.Is, Reason: t.reason})
			if strings.HasPrefix(r.Attr, "creep") {
				notes = append(notes, fmt.Sprintf("note: %s of %s is for this change: once that is in the base, --update against a report of it brings the value back", r.Attr, r.Label))
			}
		}
	}
	files, err := edited(root, in)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		say("%s", n)
	}
	return files, nil
}

// raisedIn is a package's BUILD file and what was raised there, nil where that is
// nothing or err says why it is not known.
type raisedIn struct {
	file   *workspace.File
	raised *bazelfile.Raised
	back   []bazelfile.Raise
	err    error
}

// broughtBack are BUILD files in which what was raised for growth goes back to what it
// was, where the base has that growth.
func broughtBack(root string, result *gate.Result) ([]*workspace.File, error) {
	packages, noted := map[string]*raisedIn{}, map[string]bool{}
	in := func(label string) *raisedIn {
		pkg := packageOf(label)
		p := packages[pkg]
		if p == nil {
			p = openRaised(root, label)
			packages[pkg] = p
		}
		if p.err != nil && !noted[label] {
			noted[label] = true
			say("note: what %s was raised by is not brought back: %v", label, p.err)
		}
		return p
	}
	for i := range result.Lines {
		for _, r := range result.Lines[i].BringBack(func(r gate.Raise) string {
			p := in(r.Label)
			if p.raised == nil {
				return ""
			}
			return p.raised.From(bazelfile.Raise{Call: r.Call, Attr: r.Attr, Key: r.Key, Was: r.Was})
		}) {
			p := in(r.Label)
			p.back = append(p.back, bazelfile.Raise{Call: r.Call, Attr: r.Attr, Key: r.Key, Was: r.Was, Is: r.Is})
		}
	}
	var files []*workspace.File
	var failed []error
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		p := packages[pkg]
		if p.back == nil {
			continue
		}
		var err error
		if p.file.New, err = p.raised.BringBack(p.back); err != nil {
			failed = append(failed, err)
		}
		files = append(files, p.file)
	}
	return files, oneALine(failed)
}

// openRaised opens the BUILD file of a label's package.
func openRaised(root, label string) *raisedIn {
	if !strings.HasPrefix(label, "//") {
		return &raisedIn{err: errors.New("it is of another repository: do that there by hand")}
	}
	f, err := openPackage(root, packageOf(label))
	if err != nil {
		return &raisedIn{err: err}
	}
	raised, err := bazelfile.ParseRaised(f.Name, f.Old)
	return &raisedIn{file: f, raised: raised, err: err}
}

// packageOf is the package of a label, with the repository if that is another one.
func packageOf(label string) string {
	pkg, _, _ := strings.Cut(strings.TrimPrefix(label, "//"), ":")
	return pkg
}

func openPackage(root, pkg string) (*workspace.File, error) {
	f, err := workspace.Open(root, path.Join(pkg, "BUILD.bazel"), path.Join(pkg, "BUILD"))
	if err == nil && f.Old == nil {
		err = fmt.Errorf("%q is not there", f.Name)
	}
	return f, err
}

// edited are the BUILD files of packages with their values raised.
func edited(root string, in map[string][]bazelfile.Raise) ([]*workspace.File, error) {
	var files []*workspace.File
	var failed []error
	for _, pkg := range slices.Sorted(maps.Keys(in)) {
		f, err := openPackage(root, pkg)
		if err == nil {
			f.New, err = bazelfile.EditValues(f.Name, f.Old, in[pkg])
		}
		if err != nil {
			failed = append(failed, err)
		}
		files = append(files, f)
	}
	return files, oneALine(failed)
}

// oneALine is all errors, each on a line of its own; nil for none.
func oneALine(failed []error) error {
	if failed == nil {
		return nil
	}
	return quote.NewLines(strings.Split(errors.Join(failed...).Error(), "\n")...)
}
