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
	summary: "hold an archive's size against budgets",
	help: `
Size prints how large an archive is, what share of its budgets that uses up,
and its largest directories. It fails when a budget is exceeded, with one line
for each that is. A budget that is not given is none.

Example:
  kheaders size --stats=kheaders.json --max-bytes=6000000 --max-files=7000`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var l budget.Limits
		stats := inFlag(fs, "stats", "`file` that the archive subcommand wrote (required)")
		name := fs.String("name", "", "`label` of the archive, for messages (default the one in the stats)")
		output := outFlag(fs, "output", "`file` to write the report to (default: standard output)")
		show := fs.Bool("print", false, "with --output: print the report as well")
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
			if *stats == "" {
				return usagef("no stats: give --stats")
			}
			s, err := readStats(*stats)
			if err != nil {
				return err
			}
			if *name == "" {
				*name = s.Name
			}
			if *name == "" {
				*name = *stats
			}
			report, failure := budget.Check(s, *name, l)
			if *output == "" || *show {
				if _, err := io.WriteString(stdout, report); err != nil && failure == nil {
					return fmt.Errorf("write report: %w", err)
				}
			}
			if failure != nil {
				return failure
			}
			return writeReport(*output, report)
		}
	},
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
	f, _, err := infile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read stats %q: %w: give the file that the archive subcommand wrote by --stats", path, err)
	}
	defer f.Close()
	s, err := manifest.ReadStats(f)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return s, nil
}
