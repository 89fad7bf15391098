package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/budget"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

var sizeCommand = &command{
	name:    "size",
	operand: "archive",
	summary: "tell how much each file takes of an archive, or compare it with budgets",
	help: `
Size tells how much of an archive each directory and file takes, in bytes of the
archive itself. It walks the compressed stream and charges each bit to the file
that it makes: all of them and the framing add up to the archive's size. A file's
tar header and padding belong to the file. Of near copies the first one pays for
all. The number of a directory is what the archive saves without it.

ARCHIVE is a tgz, tar.zst, tar.bz2, tar.xz or tar. With --sizes it reads reports
that --json wrote before: one is shown as its archive would be, of several there
is a line each. With --base it tells what has changed. --manifest tells what the
files came from, --stats how they were packed.

With --stats and no archive it prints the totals, how much of its budgets they
use, and the directories that are largest when unpacked. For each budget that is
exceeded there is a line on standard error. What has no budget has no limit.

Exit status: 0 done, and all budgets are kept, 4 one is exceeded, 1 something
cannot be read, 2 wrong usage, 3 a defect of this program.

Example:
  kheaders size kheaders.tgz
  kheaders size kheaders.tgz --json=sizes.json --html=sizes.html
  kheaders size kheaders.tgz --base=before.json --md=comment.md
  kheaders size --sizes=6.1.json --sizes=6.12.json
  kheaders size --stats=kheaders.json --max-bytes=6000000 --max-files=7000`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var l budget.Limits
		var r sizeReport
		r.declare(fs)
		limit := func(to **int64, name, usage string) {
			fs.Func(name, usage, func(s string) error {
				n, err := strconv.ParseInt(s, 10, 64)
				if err != nil {
					return errors.New("not a whole number")
				}
				*to = &n
				return nil
			})
		}
		limit(&l.MaxBytes, "max-bytes", "largest allowed `size` of the archive file, in bytes")
		limit(&l.MaxUncompressedBytes, "max-uncompressed-bytes", "largest allowed `size` of all files in the archive together, in bytes")
		limit(&l.MaxFiles, "max-files", "largest allowed `number` of files")
		return func(stdout io.Writer) error {
			limited := l != budget.Limits{}
			switch {
			case r.archive == "" && len(r.reports.List) == 0 && r.stats == "":
				return usagef("nothing to tell of: name an archive or --sizes, or give --stats")
			case r.archive != "" && len(r.reports.List) > 0:
				return usagef("both an archive and --sizes: give one of them")
			case r.archive != "" || len(r.reports.List) > 0:
				if limited {
					return usagef("budgets are held against --stats: leave the archive and --sizes out")
				}
				return r.run(fs, stdout)
			}
			if f := r.needsArchive(); f != "" {
				return usagef("%s needs an archive, or --sizes: --stats does not tell that", f)
			}
			return checkBudgets(&r, l, stdout)
		}
	},
}

// checkBudgets holds the stats against the limits.
func checkBudgets(r *sizeReport, l budget.Limits, stdout io.Writer) error {
	s, err := readStats(r.stats)
	if err != nil {
		return err
	}
	name := r.name
	if name == "" {
		name = s.Name
	}
	if name == "" {
		name = r.stats
	}
	report, failure := budget.Check(s, name, l)
	if failure != nil && report == "" { // a budget that is none
		return asUsage(failure)
	}
	if r.output == "" || r.show {
		if _, err := io.WriteString(stdout, report); err != nil && failure == nil {
			return fmt.Errorf("write report: %w", err)
		}
	}
	if failure != nil {
		return exceededError{failure}
	}
	return writeReport(r.output, report)
}

func writeReport(path, report string) error {
	var outs outfile.Set
	defer outs.Abort()
	f, err := outs.Create(path)
	if err != nil {
		return err
	}
	f.WriteString(report)
	return outs.Commit()
}

// readStats reads a stats file.
func readStats(path string) (*manifest.Stats, error) {
	return readIn("stats", path, ": give the file that the archive subcommand wrote by --stats", manifest.ReadStats)
}

// readIn reads an input of a kind; mend is what to do where it cannot be opened.
func readIn[T any](kind, path, mend string, read func(io.Reader) (*T, error)) (*T, error) {
	f, _, err := infile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read %s %q: %w%s", kind, path, err, mend)
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return v, nil
}
