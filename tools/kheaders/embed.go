package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/dataheader"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

var embedCommand = &command{
	name:    "embed",
	summary: "write an archive as a C header, kheaders_data.h",
	help: `
Embed writes the archive as a C string literal between the markers IKHD_ST and
IKHD_ED, for kheaders.c to include. The header also defines where the archive
begins in the array and how many bytes it has: KHEADERS_DATA_OFFSET and
KHEADERS_DATA_SIZE. It has 2.8 bytes for each byte of a compressed archive.

Example:
  kheaders embed --archive=kheaders.tgz --output=kheaders_data.h`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		archive := inFlag(fs, "archive", "`file` to embed (required)")
		out := outFlag(fs, "output", nil, "`file` to write the header to (required)")
		return func(io.Writer) error {
			if *archive == "" {
				return usagef("no archive: give --archive")
			}
			if *out == "" {
				return usagef("no output: give --output")
			}
			in, size, err := openArchive(*archive)
			if err != nil {
				return err
			}
			defer in.Close()
			var outs outfile.Set
			defer outs.Abort()
			f, err := outs.Create(*out)
			if err != nil {
				return err
			}
			if err := dataheader.WriteHeader(f, in, size); err != nil {
				return fmt.Errorf("%q: %w", *archive, err)
			}
			return outs.Commit()
		}
	},
}

// openArchive opens an archive and tells its size in bytes.
func openArchive(path string) (*os.File, int64, error) {
	f, size, err := infile.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("read archive %q: %w: give one that the archive subcommand wrote", path, err)
	}
	return f, size, nil
}
