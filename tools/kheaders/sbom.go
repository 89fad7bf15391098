package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/licence"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sbom"
)

var sbomCommand = &command{
	name:    "sbom",
	summary: "tell the licences of what is in an archive, as an SPDX document",
	help: `
Sbom reads an archive and the tree that it was made from, by the flags that the
archive subcommand was given, and writes an SPDX 2.3 document, as JSON, and a
summary for people: the SPDX expression that each file states, the files that
state none, whether words about licence and copyright in their comments are kept
or stripped, and the package that each is from.

Licences are read before files are stripped; checksums are of what is in the
archive. The same archive and tree give the same document: its time is that of
the archive's files, its namespace has the archive's SHA-256. What a file states
and is no valid expression is LicenseRef-…, with the text.

Example:
  kheaders sbom --archive=kheaders.tgz --arch=x86 --srctree=linux \
      --objtree=build --json=kheaders.spdx.json --text=kheaders.licences.txt`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		archive := inFlag(fs, "archive", "`file` that the archive subcommand wrote, with the same flags (required)")
		document := outFlag(fs, "json", nil, "`file` to write the SPDX document to")
		text := outFlag(fs, "text", nil, "`file` to write the summary to (default: standard output, where there is no --json)")
		return func(stdout io.Writer) error {
			if *archive == "" {
				return usagef("no archive: give --archive")
			}
			return writeSBOM(&t, *archive, *document, *text, stdout)
		}
	},
}

func writeSBOM(t *treeFlags, archive, document, text string, stdout io.Writer) error {
	var outs outfile.Set
	defer outs.Abort()
	j, err := outs.Create(document)
	if err != nil {
		return err
	}
	s, err := outs.Create(text)
	if err != nil {
		return err
	}
	in, _, err := openArchive(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	l, err := t.load(reading{})
	if err != nil {
		return err
	}
	defer l.Close()
	c, err := sbom.Read(in, l.set)
	if err != nil {
		return fmt.Errorf("archive %q: %w", archive, err)
	}
	c.Name = cmp.Or(t.name, filepath.Base(archive))
	if err := c.WriteJSON(j); err != nil {
		return err
	}
	if document == "" && text == "" {
		if err := c.WriteText(stdout); err != nil {
			return err
		}
	}
	if err := c.WriteText(s); err != nil {
		return err
	}
	return outs.Commit()
}

// banned is the exit status of licences that were not to be there.
const banned statusError = 4

var sbomTestCommand = &command{
	name:    "sbom-test",
	operand: "sbom",
	summary: "hold the licences of an archive against a list, for kheaders_sbom_test",
	help: `
Sbom-test fails, with a line for each file, where a file of an archive is under a
licence that is not to be there, and no alternative of its SPDX expression does
without: (GPL-2.0 OR MIT) is well with --must-not=GPL-2.0. SBOM is what the sbom
subcommand wrote as JSON.

GPL-2.0 and GPL-2.0-only are one licence, as are GPL-2.0+ and GPL-2.0-or-later. A
licence without WITH means it with any exception, too. NOASSERTION is of the files
that state nothing, LicenseRef-… of those that state what is no expression.

Exit status: 0 none is there, 4 one is, 1 something cannot be read, 2 wrong usage,
3 a defect of this program.

Example:
  kheaders sbom-test kheaders.spdx.json --must-not=GPL-3.0-only \
      --must-not=GPL-3.0-or-later`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var names listflag.List
		path := inFlag(fs, "sbom", "`file` that the sbom subcommand wrote with --json (required); the flag's name can be left out")
		fs.Var(&names, "must-not", "`licence` that nothing may need; may be repeated")
		most := fs.Int("max-errors", 20, "`number` of lines to show, 0 for all")
		return func(stdout io.Writer) error {
			if *path == "" || len(names) == 0 || *most < 0 {
				return usagef("give the file of the sbom subcommand, a licence by --must-not, and no --max-errors below 0")
			}
			ban, err := licence.NewBan(names)
			if err != nil {
				return asUsage(fmt.Errorf("--must-not: %w", err))
			}
			f, _, err := infile.Open(*path)
			if err != nil {
				return fmt.Errorf("read %q: %w", *path, err)
			}
			defer f.Close()
			hits, files, err := sbom.Check(f, ban)
			if err != nil {
				return fmt.Errorf("%q: %w", *path, err)
			}
			for i, h := range hits {
				if *most > 0 && i == *most {
					fmt.Fprintf(stdout, "... and %d more: --max-errors=0 shows all\n", len(hits)-i)
					break
				}
				fmt.Fprintf(stdout, "%s: %s: nothing in it does without %s\n", quote.Line(h.Path), quote.Line(h.Expression), quote.Line(strings.Join(h.Licences, ", ")))
			}
			fmt.Fprintf(stdout, "%d of %d files need a licence of the list\n", len(hits), files)
			if len(hits) > 0 {
				return banned
			}
			return nil
		}
	},
}
