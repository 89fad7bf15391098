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
	result, err := t.spec.Check(t.head, past, t.memory)
	switch {
	case err != nil && t.raise:
		return err
	case err != nil:
		say("note: the test still fails: %v", err)
	case t.raise:
		raised, err := t.raised(root, result)
		if err != nil {
			return err
		}
		files = append(files, raised...)
	default:
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
		_, err := fmt.Fprintln(stdout, "Nothing to change.")
		return err
	}
	if err := workspace.Write(files...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "Wrote %s.\n", strings.Join(names, " and "))
	return err
}

// updated is the baseline with this test's rows, which past has from then on.
func (t *sizeTest) updated(root string, past *gate.Past) (*workspace.File, error) {
	if t.spec.Baseline == "" {
		return nil, usagef("%s has no baseline in this workspace: give it one, as in baseline = \"my_kernel.sizes.txt\", a file that may be empty", t.spec.Test)
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
	for _, l := range result.Lines {
		if l.Failure != "" && len(l.Raises) == 0 {
			say("note: %s", l.Failure)
		}
		for _, r := range l.Raises {
			if !strings.HasPrefix(r.Label, "//") {
				return nil, fmt.Errorf("%s is of another repository: set %s there by hand", r.Label, r)
			}
			pkg := packageOf(r.Label)
			in[pkg] = append(in[pkg], bazelfile.Raise{Call: r.Call, Attr: r.Attr, Key: r.Key, Was: r.Was, Is: r.Is, Comment: bazelfile.RaisedComment(r.Was, t.reason)})
			if strings.HasPrefix(r.Attr, "creep") {
				say("note: %s of %s is for this change: once that is in the base, --update against a report of it brings the value back", r.Attr, r.Label)
			}
		}
	}
	return edited(root, in, bazelfile.EditValues)
}

// broughtBack are BUILD files in which what was raised for growth goes back to what it
// was, where the base has that growth.
func broughtBack(root string, result *gate.Result) ([]*workspace.File, error) {
	in := map[string][]bazelfile.Raise{}
	for i := range result.Lines {
		for _, r := range result.Lines[i].BringBack(func(r gate.Raise) string {
			f, err := buildFile(root, r.Label)
			if err != nil {
				return ""
			}
			return bazelfile.RaisedFrom(f.Name, f.Old, bazelfile.Raise{Call: r.Call, Attr: r.Attr, Key: r.Key, Was: r.Was})
		}) {
			pkg := packageOf(r.Label)
			in[pkg] = append(in[pkg], bazelfile.Raise{Call: r.Call, Attr: r.Attr, Key: r.Key, Was: r.Was, Is: r.Is})
		}
	}
	return edited(root, in, bazelfile.BringBack)
}

// packageOf is the package of a label of this workspace.
func packageOf(label string) string {
	pkg, _, _ := strings.Cut(strings.TrimPrefix(label, "//"), ":")
	return pkg
}

// buildFile is the BUILD file of a label's package.
func buildFile(root, label string) (*workspace.File, error) {
	if !strings.HasPrefix(label, "//") {
		return nil, fmt.Errorf("%s is of another repository", label)
	}
	return openPackage(root, packageOf(label))
}

func openPackage(root, pkg string) (*workspace.File, error) {
	f, err := workspace.Open(root, path.Join(pkg, "BUILD.bazel"), path.Join(pkg, "BUILD"))
	if err == nil && f.Old == nil {
		err = fmt.Errorf("%q is not there", f.Name)
	}
	return f, err
}

// edited are the BUILD files of packages with their values changed.
func edited(root string, in map[string][]bazelfile.Raise, edit func(string, []byte, []bazelfile.Raise) ([]byte, error)) ([]*workspace.File, error) {
	var files []*workspace.File
	var failed []error
	for _, pkg := range slices.Sorted(maps.Keys(in)) {
		f, err := openPackage(root, pkg)
		if err == nil {
			f.New, err = edit(f.Name, f.Old, in[pkg])
		}
		if err != nil {
			failed = append(failed, err)
		}
		files = append(files, f)
	}
	if failed != nil {
		return nil, quote.NewLines(strings.Split(errors.Join(failed...).Error(), "\n")...)
	}
	return files, nil
}
