package main

import (
	"flag"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/diffreport"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/imagescan"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
)

// differs is no error, but a status: the inputs do.
const differs statusError = 4

var diffCommand = &command{
	name:     "diff",
	operands: "archive",
	summary:  "tell what differs between two archives, for those who include the headers",
	help: `
Diff tells what has changed from the first ARCHIVE to the second: files that are
added, removed, moved, grown or shrunk, and in each header the macros, functions,
structs, enums, typedefs, variables and includes whose declarations have changed.
It compares tokens: where only comments or white space differ it says so. It
looks at all branches of an #if, and reports what is declared under other
conditions than before.

ARCHIVE is what extract takes: an archive, or a module or kernel image with one.
It may also be a manifest, which has names, sizes and modes only.
Modification times, owners and empty directories are not compared.

With --api it leaves out what programs that include the headers cannot notice:
other files, comments, bodies of inline functions, whether a function is extern, static
or inline.

Exit status: 0 done, 1 something cannot be read, 2 wrong usage, 3 a defect of this
program, with --exit-code 4 something differs.

Example:
  kheaders diff 6.1.tgz 6.12.tgz
  kheaders diff --api --exit-code before.tgz after.tgz
  kheaders diff --stat kheaders.tgz /lib/modules/6.12.1/extra/kheaders.ko
  kheaders diff a.tgz b.tgz --json=diff.json --md=diff.md --html=diff.html`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		d := diffOptions{limits: limitFlags(fs)}
		out := func(to *string, name, usage string) { outVar(fs, to, name, nil, usage) }
		fs.Var(&d.inputs, "archive", "`file` to compare, given twice: before and after; the flag's name can be left out")
		fs.StringVar(&d.name, "name", "", "`label` of the report, in the first line of --md, by which the comment to replace is found (default what it is of)")
		fs.StringVar(&d.names[0], "base-name", "", "`label` of the first, for messages (default the file's path)")
		fs.StringVar(&d.names[1], "head-name", "", "`label` of the second")
		fs.IntVar(&d.indexes[0], "base-index", 0, "`number` of the archive in the first, from 1, where there are different ones")
		fs.IntVar(&d.indexes[1], "head-index", 0, "`number` of the archive in the second")
		fs.BoolVar(&d.stat, "stat", false, "write a line for each file, and totals")
		fs.BoolVar(&d.nameOnly, "name-only", false, "write names of files only")
		fs.BoolVar(&d.api, "api", false, "leave out what programs that include the headers cannot notice")
		fs.BoolVar(&d.exitCode, "exit-code", false, "end with status 4 if anything that is reported differs")
		out(&d.output, "output", "`file` to write the report to as text (default: standard output, if no other report is asked for)")
		out(&d.json, "json", "`file` to write the report to as JSON")
		out(&d.md, "md", "`file` to write the report to as Markdown, for a comment; where nothing differs it is empty")
		out(&d.html, "html", "`file` to write the report to as a page for a browser")
		fs.BoolVar(&d.show, "print", false, "with --output and the like: print the report as well")
		return func(stdout io.Writer) error {
			d.limits.Default = !given(fs, "max-image-bytes")
			return d.run(stdout)
		}
	},
}

// diffOptions is what diff is asked to tell, and where.
type diffOptions struct {
	inputs                    inFiles
	name                      string
	names                     [2]string
	indexes                   [2]int
	limits                    *imagescan.Limits
	stat, nameOnly, api, show bool
	exitCode                  bool
	output, json, md, html    string
}

func (d *diffOptions) run(stdout io.Writer) error {
	switch n := len(d.inputs.List); {
	case n != 2:
		return usagef("%d archives to compare: name two, the one before and the one after", n)
	case d.stat && d.nameOnly:
		return usagef("both --stat and --name-only: give one of them")
	}
	var trees [2]*diff.Tree
	for i, path := range d.inputs.List {
		var err error
		if trees[i], err = d.read(i, path, trees[0]); err != nil {
			return err
		}
	}
	r, err := diff.Compare(trees[0], trees[1])
	if err != nil {
		return err
	}
	r.Name = d.name
	if d.api {
		if !r.Contents {
			return usagef("--api is about what is in headers, which a manifest does not tell: give two archives")
		}
		r = r.ForCallers()
	}
	if err := d.write(r, stdout); err != nil {
		return err
	}
	if d.exitCode && r.Differs() {
		return differs
	}
	return nil
}

// text writes the report as text.
func (d *diffOptions) text(w io.Writer, r *diff.Report, o present.Terminal) error {
	switch {
	case d.nameOnly:
		return diffreport.Names(w, r)
	case d.stat:
		return diffreport.Stat(w, r, o)
	}
	return diffreport.Text(w, r, o)
}

// write writes what is asked for.
func (d *diffOptions) write(r *diff.Report, stdout io.Writer) error {
	var outs outfile.Set
	defer outs.Abort()
	if err := createAll(&outs, []output{
		{d.json, r.Write},
		{d.output, func(w io.Writer) error { return d.text(w, r, present.Terminal{}) }},
		{d.md, text(func() string { return diffreport.Markdown(r) })},
		{d.html, func(w io.Writer) error { return diffreport.HTML(w, r) }},
	}); err != nil {
		return err
	}
	if d.show || d.output+d.json+d.md+d.html == "" {
		if err := show(stdout, func(w io.Writer, o present.Terminal) error { return d.text(w, r, o) }); err != nil {
			return err
		}
	}
	return outs.Commit()
}
