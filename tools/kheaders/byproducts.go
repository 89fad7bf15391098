package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildtree"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// byProducts are what a tree that is read for a set tells beside that, so that
// it is read once.
type byProducts struct{ buildTree, treeList string }

func (b *byProducts) declare(fs *flag.FlagSet) {
	outVar(fs, &b.buildTree, "build-tree", writtenBuildTree, "`file` to write a tar to, of what building an external module needs: the profile modules with nothing stripped, host tools for any machine, whatever the flags of the set say; where the tree does not have that, one line that begins with \""+buildtree.Missing+"\" and says why")
	outVar(fs, &b.treeList, "tree-list", tree.WrittenList, "`file` to write the paths of all files of the tree to, one a line")
}

// writtenBuildTree tells whether r is a build tree, or what stands for it.
func writtenBuildTree(r io.Reader) bool {
	b := bufio.NewReader(r)
	head, _ := b.Peek(len(buildtree.Missing))
	return buildtree.Written(bytes.NewReader(head)) || archive.Written(b)
}

// wanted is what is to be read for them.
func (b *byProducts) wanted() reading {
	return reading{all: b.treeList != "", buildTree: b.buildTree != ""}
}

// write writes the by-products.
func (b *byProducts) write(outs *outfile.Set, l *loaded) error {
	if b.treeList != "" {
		whole, err := l.Whole()
		if err != nil {
			return err
		}
		f, err := outs.Create(b.treeList)
		if err != nil {
			return err
		}
		if err := whole.WriteList(f); err != nil {
			return err
		}
	}
	if b.buildTree == "" {
		return nil
	}
	f, err := outs.Create(b.buildTree)
	if err != nil {
		return err
	}
	set, err := l.buildTree.Set, l.buildTree.Err
	if err == nil {
		err = set.Check()
	}
	if err != nil {
		return buildtree.WriteMissing(f, err)
	}
	if _, err := archive.Write(f, nil, set.Files, archive.Options{Format: codec.Tar, Strip: cstrip.None}); err != nil {
		return fmt.Errorf("%s: %w", b.buildTree, err)
	}
	return nil
}
