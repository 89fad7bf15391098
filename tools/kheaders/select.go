package main

import (
	"bufio"
	"flag"
	"io"
	"strings"

	"rules_kheaders/tools/internal/archive"
	"rules_kheaders/tools/internal/manifest"
	"rules_kheaders/tools/internal/outfile"
	"rules_kheaders/tools/internal/tree"
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
			l, err := t.look(*treeList != "")
			if err != nil {
				return err
			}
			defer l.Close()
			var outs outfile.Set
			defer outs.Abort()
			if *treeList != "" {
				f, err := outs.Create(*treeList)
				if err != nil {
					return err
				}
				if err := writeTreeList(f, l.Tree); err != nil {
					return err
				}
			}
			if *out != "" {
				if err := l.usable(&t); err != nil {
					return err
				}
				f, err := outs.Create(*out)
				if err != nil {
					return err
				}
				if err := writeSelected(f, l.files); err != nil {
					return err
				}
			}
			return outs.Commit()
		}
	},
}

func writeSelected(w io.Writer, files []archive.Selected) error {
	rows := manifest.NewWriter(w)
	for _, s := range files {
		rows.Write(manifest.Row{
			Path: s.Path, Exec: s.Exec, Size: s.Size, Stored: -1, Rule: s.Rule, Reason: s.Reason, Origin: s.Origin(),
		})
	}
	return rows.Flush()
}

// writeTreeList writes the paths of a tree's files. A path with a line break is
// left out: no #include can name it.
func writeTreeList(out io.Writer, t *tree.Tree) error {
	w := bufio.NewWriter(out)
	for _, e := range t.Entries {
		if !strings.Contains(e.Path, "\n") {
			w.WriteString(e.Path)
			w.WriteByte('\n')
		}
	}
	return w.Flush()
}
