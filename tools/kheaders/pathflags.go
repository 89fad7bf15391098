package main

import (
	"flag"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// The flags that name files say by their type whether these are read or
// written, so that one check does for all of them.

// reader is a flag that names what is read, files or directories.
type reader interface{ reads() []string }

// inFile is a flag that names an input.
type inFile string

// outFile is a flag that names an output; written tells what the flag's
// subcommands have written, nil where none can be told.
type outFile struct {
	name    *string
	written func(io.Reader) bool
}

func (f *inFile) String() string { return string(*f) }
func (f *outFile) String() string {
	if f.name == nil {
		return ""
	}
	return *f.name
}

// Set takes the value as it is.
func (f *inFile) Set(s string) error  { *f = inFile(s); return nil }
func (f *outFile) Set(s string) error { *f.name = s; return nil }

func (f *inFile) reads() []string { return []string{string(*f)} }

// inFlag declares a flag that names an input, outFlag and outVar one that names
// an output.
func inFlag(fs *flag.FlagSet, name, usage string) *string {
	var f inFile
	fs.Var(&f, name, usage)
	return (*string)(&f)
}

func outFlag(fs *flag.FlagSet, name string, written func(io.Reader) bool, usage string) *string {
	var value string
	outVar(fs, &value, name, written, usage)
	return &value
}

func outVar(fs *flag.FlagSet, value *string, name string, written func(io.Reader) bool, usage string) {
	fs.Var(&outFile{value, written}, name, usage)
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
	var outs infile.Outputs
	fs.VisitAll(func(f *flag.Flag) {
		if out, ok := f.Value.(*outFile); ok {
			outs = append(outs, infile.Existing([]string{*out.name}, out.written)...)
		}
	})
	return outs
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
