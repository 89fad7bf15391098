package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/explain"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

var explainCommand = &command{
	name:     "explain",
	operands: "path",
	summary:  "say why a path is in, or not in, a set or an archive",
	help: `
Explain says of each PATH whether it is in the set that the flags describe, and
why: which line of the profile's table, include, exclude or extra decided, which
input the file comes from, which other file it hides, what kernel version,
option or architecture keeps it out, and what would take it. PATH is relative to
the top of the kernel tree; it may be a glob (** crosses directories), and a
directory stands for all below it. The flags are those of select, and a srctree
and an objtree that do not belong together are refused as there.

With --manifest it reads the manifest of a set or an archive in place of a tree.
A manifest also has the sizes in the archive; of a file that is not in it, it can
only say so. The flags of a set cannot be given with it.

Exit status: 0 all that was asked for is in, 4 something is not in, 1 failed,
2 wrong usage.

Example:
  kheaders explain --arch=x86 --profile=modules --srctree=/usr/src/linux \
      --objtree=/usr/src/build include/linux/sched.h 'scripts/*'
  kheaders explain --manifest=kheaders.tsv include/generated/compile.h`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		var paths listflag.List
		fs.Var(&paths, "path", "`path` or glob to explain; the flag's name can be left out; may be repeated")
		list := inFlag(fs, "manifest", "`file`: the manifest of a set or an archive, in place of a tree")
		all := fs.Bool("all", false, "show each file of a directory or glob with many")
		asJSON := fs.Bool("json", false, "write JSON: one object for each file")
		return func(stdout io.Writer) error {
			if len(paths) == 0 {
				return usagef("no path to explain: give one or more, such as include/linux/sched.h")
			}
			if err := onlyManifest(fs); err != nil {
				return err
			}
			source, done, err := t.source(*list)
			if err != nil {
				return err
			}
			defer done()
			in := true
			for _, p := range paths {
				answers, err := explain.Query(source, p)
				if err != nil {
					return asUsage(err)
				}
				if *asJSON {
					err = writeJSON(stdout, "", answers...)
				} else {
					err = explain.Print(stdout, answers, *all)
				}
				if err != nil {
					return fmt.Errorf("write answer: %w", err)
				}
				for _, a := range answers {
					in = in && a.In
				}
			}
			if !in {
				return notIn
			}
			return nil
		}
	},
}

// notIn is no error, but a status: something that was asked for is not in.
var notIn = statusError(4)

// onlyManifest fails where flags of a set are given beside --manifest, which is
// of a set that was made.
func onlyManifest(fs *flag.FlagSet) error {
	manifest, others := false, []string(nil)
	fs.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "manifest":
			manifest = true
		case "path", "all", "json":
		default:
			others = append(others, "--"+f.Name)
		}
	})
	if manifest && len(others) > 0 {
		return usagef("--manifest tells of a set as it was made, %s of another: leave one or the other out", strings.Join(others, ", "))
	}
	return nil
}

// source is what explain answers from: the manifest, if there is one, or the
// tree.
func (t *treeFlags) source(list string) (explain.Source, func(), error) {
	if list == "" {
		l, err := t.load(reading{lenient: true, all: true, halves: true})
		if err != nil {
			return nil, nil, err
		}
		whole, err := l.Whole()
		if err != nil {
			l.Close()
			return nil, nil, err
		}
		return explain.FromTree(whole, l.set.Rules, l.set.Files), l.Close, nil
	}
	f, err := os.Open(list)
	if err != nil {
		return nil, nil, fmt.Errorf("read manifest %q: %w", list, oserr.Reason(err))
	}
	defer f.Close()
	s, err := explain.FromManifest(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", list, err)
	}
	return s, func() {}, nil
}
