package main

import (
	"flag"
	"io"

	"rules_kheaders/tools/internal/manifest"
	"rules_kheaders/tools/internal/outfile"
)

var selectCommand = &command{
	name:    "select",
	summary: "list the files of a kernel tree that a profile takes",
	help: `
Select writes a manifest: one line for each file that the profile takes of the
tree, with its mode, its size in bytes, the rule that took it (a profile's table
and line, include or extra), the reason, and the input it came from. Columns are
parted by tabs. A file of the objtree wins over one of the same path in the
srctree. 'kheaders explain' tells more of single files.

Example:
  kheaders select --arch=x86 --profile=modules \
      --srctree=/usr/src/linux-headers-6.1.0-50-common \
      --objtree=/usr/src/linux-headers-6.1.0-50-amd64 --manifest=modules.tsv`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		out := fs.String("manifest", "", "`file` to write (required)")
		return func(io.Writer) error {
			if *out == "" {
				return usagef("no output: give --manifest")
			}
			l, err := t.load()
			if err != nil {
				return err
			}
			defer l.Close()
			var outs outfile.Set
			defer outs.Abort()
			f, err := outs.Create(*out)
			if err != nil {
				return err
			}
			rows := manifest.NewWriter(f)
			for _, s := range l.files {
				rows.Write(manifest.Row{
					Path: s.Path, Exec: s.Exec, Size: s.Size, Stored: -1, Rule: s.Rule, Reason: s.Reason, Origin: s.Origin(),
				})
			}
			if err := rows.Flush(); err != nil {
				return err
			}
			return outs.Commit()
		}
	},
}
