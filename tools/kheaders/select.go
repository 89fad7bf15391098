package main

import (
	"flag"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

var selectCommand = &command{
	name:    "select",
	summary: "list the files of a kernel tree that a profile takes",
	help: `
Select writes a manifest: one line for each file that the profile takes of the
tree, with its mode, its size in bytes, the rule that took it (a profile's table
and line, include or extra), the reason, and the input it came from. Columns are
separated by tabs. A file of the objtree wins over one of the same path in the
srctree. 'kheaders explain' tells more of single files. With --tree-list it
writes the paths of all files of the tree, whatever the profile takes, which is
what verify needs to know of a tree, and with --build-tree the tar that kbuild
builds kheaders.ko in.

Example:
  kheaders select --arch=x86 --profile=modules \
      --srctree=/usr/src/linux-headers-6.1.0-50-common \
      --objtree=/usr/src/linux-headers-6.1.0-50-amd64 --manifest=modules.tsv`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		var by byProducts
		by.declare(fs)
		out := outFlag(fs, "manifest", manifest.Written, "`file` to write the list of the files that are taken to; this, --tree-list or --build-tree is required")
		return func(io.Writer) error {
			if *out == "" && by == (byProducts{}) {
				return usagef("no output: give --manifest, --tree-list or --build-tree")
			}
			return writeSelection(&t, *out, by)
		}
	},
}

func writeSelection(t *treeFlags, out string, by byProducts) error {
	how := by.wanted()
	how.lenient = out == "" // the set is not asked for, and may be of no use
	l, err := t.load(how)
	if err != nil {
		return err
	}
	defer l.Close()
	var outs outfile.Set
	defer outs.Abort()
	if err := by.write(&outs, l); err != nil {
		return err
	}
	if out != "" {
		if err := l.set.Check(); err != nil {
			return err
		}
		f, err := outs.Create(out)
		if err != nil {
			return err
		}
		if err := l.set.WriteManifest(f); err != nil {
			return err
		}
	}
	return outs.Commit()
}
