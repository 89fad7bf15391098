package main

import (
	"flag"
	"io"

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
srctree. 'kheaders explain' tells more of single files. With --tree-list it
writes the paths of all files of the tree, whatever the profile takes, which is
what verify needs to know of a tree.

Example:
  kheaders select --arch=x86 --profile=modules \
      --srctree=/usr/src/linux-headers-6.1.0-50-common \
      --objtree=/usr/src/linux-headers-6.1.0-50-amd64 --manifest=modules.tsv`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		out := fs.String("manifest", "", "`file` to write the list of the files that are taken to; this or --tree-list is required")
		treeList := fs.String("tree-list", "", "`file` to write the paths of all files of the tree to, one a line")
		return func(io.Writer) error {
			if *out == "" && *treeList == "" {
				return usagef("no output: give --manifest or --tree-list")
			}
			tr, set, err := t.load(*treeList != "")
			if err != nil {
				return err
			}
			defer tr.Close()
			var outs outfile.Set
			defer outs.Abort()
			if *treeList != "" {
				f, err := outs.Create(*treeList)
				if err != nil {
					return err
				}
				whole, err := tr.Whole()
				if err != nil {
					return err
				}
				if err := whole.WriteList(f); err != nil {
					return err
				}
			}
			if *out != "" {
				if err := set.Check(); err != nil {
					return err
				}
				f, err := outs.Create(*out)
				if err != nil {
					return err
				}
				if err := set.WriteManifest(f); err != nil {
					return err
				}
			}
			return outs.Commit()
		}
	},
}
