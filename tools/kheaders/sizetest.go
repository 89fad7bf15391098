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
	summary: "compare the sizes of an archive with budgets, for kheaders_size_test",
	help: `
Size-test compares an archive, and paths in it, with the budgets of a
kheaders_size_test. It prints each budget with the size that there is, and on
standard error a line for each that is exceeded: by how much, what has grown most,
and the command that accepts it. Growth is counted from the report of what the
archive was before. Without one the growth of paths is counted from the baseline.

As a test of Bazel it also writes a test case for each budget to test.xml, and the
report as a page and as Markdown to the test's undeclared outputs.

With --update or --raise, as bazel run calls it, it accepts the sizes that there
are: it changes files of the workspace and shows the change, and tests nothing.

Exit status: 0 all budgets are kept, 4 one is exceeded, 1 something cannot be read
or compared with them, 2 wrong usage, 3 a defect of this program.

Example:
  kheaders size kheaders.tgz --json=sizes.json
  kheaders size-test --budgets=budgets.json --sizes=sizes.json
  bazel run //:my_kernel.size_test -- --update
  bazel run //:my_kernel.size_test -- --raise --reason='new firmware interface'`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		t := &sizeTest{}
		var bases inFiles
		budgets := inFlag(fs, "budgets", "`file` that the rule wrote (required)")
		report := inFlag(fs, "sizes", "`file` written by size --json (required)")
		module := inFlag(fs, "module", "kernel module `file` whose memory has a budget")
		rows := inFlag(fs, "baseline", "`file` that --update wrote: what paths took, rounded up")
		fs.Var(&bases, "base", "`file` written by size --json of what the archive was before; of many the one of the same archive is taken; may be repeated")
		outVar(fs, &t.output, "output", nil, "`file` to write the table to if all budgets are kept (default: standard output, in any case)")
		outVar(fs, &t.xml, "xml", nil, "`file` to write a test case for each budget to, as JUnit has it (default: XML_OUTPUT_FILE, as Bazel sets it)")
		fs.StringVar(&t.outputs, "outputs", "", "`dir` that gets the report, as a page and as Markdown (default: TEST_UNDECLARED_OUTPUTS_DIR, as Bazel sets it, where there is zip, by which Bazel packs it)")
		nozip := fs.Bool("nozip", false, "Bazel packs nothing, as by its --nozip_undeclared_test_outputs: the report is written without zip")
		fs.BoolVar(&t.update, "update", false, "write the test's rows of the baseline again; rows that are still good stay as they are. Where --base has the growth already, limits that --raise has raised go back")
		fs.BoolVar(&t.raise, "raise", false, "raise the budgets that are exceeded in the BUILD files that they stand in; needs --reason")
		fs.StringVar(&t.reason, "reason", "", "with --raise: `text` of why, which goes above each budget as a comment")
		return func(stdout io.Writer) error {
			switch {
			case *budgets == "" || *report == "":
				return usagef("give --budgets and --sizes")
			case t.raise && strings.TrimSpace(t.reason) == "":
				return usagef("--raise needs --reason=TEXT: say why more is allowed")
			case !t.raise && t.reason != "":
				return usagef("--reason is of --raise: give that, too")
			case quote.Text(t.reason) != t.reason:
				return usagef("--reason=%q cannot be a comment: give one line of text", t.reason)
			}
			if t.xml == "" {
				t.xml = os.Getenv("XML_OUTPUT_FILE")
			}
			if err := t.read(*budgets, *report, *module, bases.List); err != nil {
				return err
			}
			if t.update || t.raise {
				return t.accept(stdout, *rows)
			}
			if !given(fs, "outputs") {
				var why string
				if t.outputs, why = undeclaredOutputs(*nozip); why != "" {
					say("note: %s", why)
				}
			}
			return t.hold(stdout, *rows)
		}
	},
}

// sizeTest is an archive, and what it is held against.
type sizeTest struct {
	output, xml, outputs string
	update, raise        bool
	reason               string

	spec       *gate.Spec
	head, base *sizes.Report
	memory     int64
}

// undeclaredOutputs is where Bazel takes further files of a test from. Unless it is
// told not to it packs them by zip, and fails a test whose files it cannot pack; it
// does not say which, so nozip does. Without zip it is "", and why says so.
func undeclaredOutputs(nozip bool) (dir, why string) {
	dir = os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR")
	if dir == "" || nozip {
		return dir, ""
	}
	if _, err := exec.LookPath("zip"); err != nil {
		return "", "the report is not among the test's outputs, which Bazel packs by zip, and there is none: install it, or give bazel test --nozip_undeclared_test_outputs --test_arg=--nozip"
	}
	return dir, ""
}

// read reads all but the baseline.
func (t *sizeTest) read(budgets, report, module string, bases []string) (err error) {
	if t.spec, err = readBudgets(budgets); err != nil {
		return err
	}
	if t.head, err = readSizes(report); err != nil {
		return err
	}
	if t.base, err = baseOf(t.head, bases); err != nil {
		return err
	}
	if module != "" {
		t.memory, err = gate.ModuleMemory(module)
	}
	return err
}

// hold holds the archive against the budgets.
func (t *sizeTest) hold(stdout io.Writer, rows string) error {
	past, err := t.past(rows)
	if err != nil {
		return err
	}
	result, err := t.spec.Check(t.head, past, t.memory)
	if err != nil {
		return err
	}
	table, failures := gate.Text(t.head, result), result.Failures()
	if t.output == "" || failures != nil {
		if _, err := io.WriteString(stdout, table); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
	}
	if err := t.write(result); err != nil {
		return err
	}
	if failures != nil {
		fmt.Fprintln(os.Stderr, quote.Block("kheaders: size-test: "+strings.Join(failures, "\nkheaders: size-test: ")))
		return exceeded
	}
	if t.output == "" {
		return nil
	}
	return writeReport(t.output, table)
}

// past is what the archive was before, as far as that is known.
func (t *sizeTest) past(rows string) (gate.Past, error) {
	past := gate.Past{Report: t.base}
	if rows == "" {
		return past, nil
	}
	f, _, err := infile.Open(rows)
	if err != nil {
		return past, fmt.Errorf("read baseline %q: %w", rows, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, gate.MaxBaseline+1))
	if err != nil {
		return past, fmt.Errorf("read baseline %q: %w", rows, err)
	}
	past.Baseline, err = t.spec.ReadBaseline(data)
	return past, err
}

func readBudgets(path string) (*gate.Spec, error) {
	return readIn("budgets", path, "", gate.ReadSpec)
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

// write writes what Bazel shows of a test.
func (t *sizeTest) write(result *gate.Result) error {
	var outs outfile.Set
	defer outs.Abort()
	if err := create(&outs, t.xml, func(w io.Writer) error { return gate.XML(w, t.spec.Test, result) }); err != nil {
		return err
	}
	if t.outputs != "" {
		html := func(w io.Writer) error { return sizereport.HTML(w, t.head, t.base) }
		md := text(func() string {
			return sizereport.Markdown(t.head, t.base, sizereport.Options{Depth: 2, Top: 20})
		})
		if err := errors.Join(create(&outs, filepath.Join(t.outputs, "sizes.html"), html), create(&outs, filepath.Join(t.outputs, "sizes.md"), md)); err != nil {
			return err
		}
	}
	return outs.Commit()
}
