package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/gate"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizereport"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// exceeded is the exit status of budgets that are not kept.
const exceeded statusError = 4

var sizeTestCommand = &command{
	name:    "size-test",
	summary: "hold the sizes of an archive against budgets, for kheaders_size_test",
	help: `
Size-test holds what an archive and parts of it take against the budgets of a
kheaders_size_test. It prints each with what there is, and on standard error a
line for each that is exceeded: by how much, what has grown most, and where to
raise it. The exit status is 4 then.

As a test of Bazel it also writes a test case for each budget to test.xml, and the
report as a page and as Markdown to the test's undeclared outputs.

Example:
  kheaders size kheaders.tgz --json=sizes.json
  kheaders size-test --budgets=budgets.json --sizes=sizes.json`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var bases inFiles
		budgets := inFlag(fs, "budgets", "`file` that the rule wrote (required)")
		report := inFlag(fs, "sizes", "`file` written by size --json (required)")
		module := inFlag(fs, "module", "kernel module `file` whose memory has a budget")
		xml := outFlag(fs, "xml", nil, "`file` to write a test case for each budget to, as JUnit has it (default: XML_OUTPUT_FILE, as Bazel sets it)")
		outputs := fs.String("outputs", undeclaredOutputs(), "`dir` that gets the report, as a page and as Markdown (default: TEST_UNDECLARED_OUTPUTS_DIR, as Bazel sets it, where there is zip, by which Bazel packs it)")
		fs.Var(&bases, "base", "`file` written by size --json of what the archive was before; of many the one of the same archive is taken; may be repeated")
		return func(stdout io.Writer) error {
			if *budgets == "" || *report == "" {
				return usagef("give --budgets and --sizes")
			}
			if *xml == "" {
				*xml = os.Getenv("XML_OUTPUT_FILE")
			}
			return sizeTest(stdout, *budgets, *report, *module, bases.List, *xml, *outputs)
		}
	},
}

// undeclaredOutputs is where Bazel takes further files of a test from. Unless it is
// told not to it packs them by zip, and fails a test whose files it cannot pack; it
// does not say which. Without zip none are written.
func undeclaredOutputs() string {
	if _, err := exec.LookPath("zip"); err != nil {
		return ""
	}
	return os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR")
}

func sizeTest(stdout io.Writer, budgets, report, module string, bases []string, xml, outputs string) error {
	spec, err := readBudgets(budgets)
	if err != nil {
		return err
	}
	head, err := readSizes(report)
	if err != nil {
		return err
	}
	base, err := baseOf(head, bases)
	if err != nil {
		return err
	}
	var memory int64
	if module != "" {
		if memory, err = gate.ModuleMemory(module); err != nil {
			return err
		}
	}
	result, err := spec.Check(head, base, memory)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, gate.Text(head, result)); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := testOutputs(spec, head, base, result, xml, outputs); err != nil {
		return err
	}
	if failures := result.Failures(); failures != nil {
		fmt.Fprintln(os.Stderr, quote.Block("kheaders: size-test: "+strings.Join(failures, "\nkheaders: size-test: ")))
		return exceeded
	}
	return nil
}

func readBudgets(path string) (*gate.Spec, error) {
	f, _, err := infile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read budgets %q: %w", path, err)
	}
	defer f.Close()
	s, err := gate.ReadSpec(f)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return s, nil
}

// baseOf returns the report of the same archive, for the same architecture, nil if there is none.
func baseOf(head *sizes.Report, bases []string) (base *sizes.Report, err error) {
	where := ""
	for _, path := range bases {
		s, err := readSizes(path)
		switch {
		case err != nil:
			return nil, err
		case s.Archive != head.Archive || s.Arch != head.Arch:
		case base != nil:
			return nil, fmt.Errorf("%q and %q are both reports of %s: give one as the base", where, path, quote.Text(head.Archive))
		default:
			base, where = s, path
		}
	}
	return base, nil
}

// testOutputs writes what Bazel shows of a test.
func testOutputs(spec *gate.Spec, head, base *sizes.Report, result *gate.Result, xml, dir string) error {
	var outs outfile.Set
	defer outs.Abort()
	if xml != "" {
		if err := create(&outs, xml, func(w io.Writer) error { return gate.XML(w, spec.Test, result) }); err != nil {
			return err
		}
	}
	if dir != "" {
		html := func(w io.Writer) error { return sizereport.HTML(w, head, base) }
		md := text(func() string { return sizereport.Markdown(head, base, sizereport.Options{Depth: 2, Top: 20}) })
		if err := errors.Join(create(&outs, filepath.Join(dir, "sizes.html"), html), create(&outs, filepath.Join(dir, "sizes.md"), md)); err != nil {
			return err
		}
	}
	return outs.Commit()
}
