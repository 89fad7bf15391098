package main

import (
	"flag"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

var indexCommand = &command{
	name:    "index",
	summary: "write a kernel tree as one file that the other commands read",
	help: `
Index reads a kernel tree and writes a tar, compressed by zstd, with the names of
all its files, and the bytes of those that the profiles take. Select, archive and
explain read it in place of the tree, by --input=index<TAB>LABEL<TAB><TAB>FILE, and
what they make of it has the same bytes: where thousands of files have to be sent to
the machine that runs the command, one is sent. A set that asks for more than its
profile, by --include, --extra, --root, --btf or --rust, is made from the tree
itself, as is one of profile modules or rfc that leaves out files by --exclude: it
may take others in their place.

Example:
  kheaders index --arch=x86 --srctree=linux --objtree=build \
      --output=linux.index.tar.zst`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		out := outFlag(fs, "output", tree.WrittenIndex, "`file` to write the index to (required)")
		return func(io.Writer) error {
			if *out == "" {
				return usagef("no output: give --output")
			}
			return writeIndex(&t, *out)
		}
	},
}

func writeIndex(t *treeFlags, out string) error {
	o, err := t.options()
	if err != nil {
		return err
	}
	in, err := t.treeOptions()
	if err != nil {
		return err
	}
	var outs outfile.Set
	defer outs.Abort()
	f, err := outs.Create(out)
	if err != nil {
		return err
	}
	if err := headerset.WriteIndex(f, in, o); err != nil {
		return err
	}
	return outs.Commit()
}
