package main

import (
	"flag"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildtree"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// The flags that name files say by their type whether these are read or
// written, so that one check does for all of them.

// reader is a flag that names what is read, files or directories.
type reader interface{ reads() []string }

// inFile is a flag that names an input, outFile one that names an output.
type inFile string
type outFile string

func (f *inFile) String() string  { return string(*f) }
func (f *outFile) String() string { return string(*f) }

// Set takes the value as it is.
func (f *inFile) Set(s string) error  { *f = inFile(s); return nil }
func (f *outFile) Set(s string) error { *f = outFile(s); return nil }

func (f *inFile) reads() []string { return []string{string(*f)} }

// inFlag declares a flag that names an input, outFlag one that names an output.
func inFlag(fs *flag.FlagSet, name, usage string) *string {
	var f inFile
	fs.Var(&f, name, usage)
	return (*string)(&f)
}

func outFlag(fs *flag.FlagSet, name, usage string) *string {
	var f outFile
	fs.Var(&f, name, usage)
	return (*string)(&f)
}

// inFiles is a flag that may be repeated and names inputs.
type inFiles struct{ listflag.List }

func (f *inFiles) reads() []string { return f.List }

// rootFiles is that of --root-file, whose values may begin with a label.
type rootFiles struct{ listflag.List }

func (f *rootFiles) reads() []string {
	var paths []string
	for _, s := range f.List {
		paths = append(paths, splitRoot(s).Path)
	}
	return paths
}

// treeInputs is that of --input.
type treeInputs []tree.Input

func (f *treeInputs) String() string { return "" }

// Set adds an input.
func (f *treeInputs) Set(s string) error {
	in, err := tree.ParseInput(s)
	*f = append(*f, in)
	return err
}

func (f *treeInputs) reads() []string {
	var paths []string
	for _, in := range *f {
		paths = append(paths, in.Path)
	}
	return paths
}

// outputsOf are the files that the flags would replace.
func outputsOf(fs *flag.FlagSet) infile.Outputs {
	var names []string
	fs.VisitAll(func(f *flag.Flag) {
		if out, ok := f.Value.(*outFile); ok {
			names = append(names, string(*out))
		}
	})
	return infile.Existing(names, written)
}

// written tells whether a file is what a subcommand writes that reads a tree: an
// archive, a manifest, stats, a build tree or what stands for it, or a list.
func written(f *os.File) bool {
	for _, is := range []func(io.Reader) bool{archive.Written, manifest.Written, buildtree.Written, tree.WrittenList} {
		if _, err := f.Seek(0, io.SeekStart); err == nil && is(f) {
			return true
		}
	}
	return false
}

// checkOutputs fails where an output is an input as well: one that a flag names,
// or a file of arguments. A file in a directory that is read is one too, but for
// what an earlier run has put there; what a profile takes of that is looked at
// when it is read.
func checkOutputs(fs *flag.FlagSet, argFiles []string) error {
	read := argFiles
	fs.VisitAll(func(f *flag.Flag) {
		if in, ok := f.Value.(reader); ok {
			read = append(read, in.reads()...)
		}
	})
	return outputsOf(fs).CheckNames(read)
}
