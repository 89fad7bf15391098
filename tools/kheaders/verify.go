package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/verify"
)

var verifyCommand = &command{
	name:    "verify",
	operand: "archive",
	summary: "check that no header is missing and the contract is kept",
	help: `
Verify reads an archive of kernel headers and fails, with one line for each
thing that is wrong, when
  - a header is missing: a file includes it, the archive does not have it on
    the kernel's search path, and include/generated/autoconf.h does not rule
    out the #if around it. The tool's own table of exceptions and --exception
    excuse some. With --tree-list the archive must have the very file that the
    search path comes to first in the kernel's tree. Without it a header in
    include/uapi is taken for a lost one of the same name in include; the report
    counts headers that are in uapi alone
  - a header is missing that Kbuild includes by itself, such as kconfig.h
  - an --exception excuses nothing
  - no file matches a --must-contain, or one a --must-not-contain
  - a part of what builds modules with BTF, or in Rust, is missing: there is
    vmlinux without resolve_btfids, or crates without rustc_cfg, and so on
  - a last line "// SHA-1", as in include/linux/atomic/*.h, is wrong
  - names, order, modes, owners, times, formats of headers or the gzip header
    are not those of the determinism contract, or a file changes with every
    build
  - a file is a secret, such as a key or a seed, by its name or its content, and
    no --extra names it. Paths of the build machine in the configuration are
    reported, and are no error

Example:
  kheaders verify kheaders.tgz
  kheaders select --arch=x86 --srctree=/usr/src/linux \
      --objtree=/usr/src/build --tree-list=tree.txt
  kheaders verify kheaders.tgz --tree-list=tree.txt
  kheaders verify kheaders.tgz --must-contain='include/linux/sched.h' \
      --must-not-contain='**/*.c' --exception='include/soc/** mach/*.h'`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var o verify.Options
		path := inFlag(fs, "archive", "`file` to check (required); the flag's name can be left out")
		name := fs.String("name", "", "`label` of the archive, for messages (default the file's path)")
		fs.StringVar(&o.Arch, "arch", "", "`srcarch`, the directory below arch/ (default what the archive has)")
		fs.Int64Var(&o.ModTime, "mtime", 0, "modification time that every entry is to have, in `seconds` since 1970")
		fs.Var((*listflag.List)(&o.MustContain), "must-contain", "`glob` that has to match a file; may be repeated")
		fs.Var((*listflag.List)(&o.MustNotContain), "must-not-contain", "`glob` that may match no file; may be repeated")
		fs.Var((*listflag.List)(&o.Exceptions), "exception", "`globs` of files and, after a space, of headers that these may miss (without: any); may be repeated")
		fs.Var((*listflag.List)(&o.Extra), "extra", "`path` of a file that was asked for by the set's extra; may be repeated")
		treeList := inFlag(fs, "tree-list", "`file` with the paths of all files of the kernel's tree, one a line, as 'kheaders select --tree-list' writes it (default none: then verify does not notice that a header in include is missing if include/uapi has one of its name)")
		fs.Int64Var(&o.MaxBytes, "max-bytes", 4<<30, "largest `size` of the unpacked archive, in bytes; by default less for a small one: 1,000 times its size, but at least 64 MiB; 0 is no limit")
		most := fs.Int("max-errors", 20, "`number` of lines to show, 0 for all")
		used := fs.Bool("used", false, "tell which exceptions were used")
		return func(stdout io.Writer) (err error) {
			if *path == "" {
				return usagef("no archive: give its path")
			}
			if *name == "" {
				*name = *path
			}
			if *most < 0 {
				return usagef("--max-errors=%d is below 0: give the number of lines to show, or 0 for all", *most)
			}
			if o.MaxBytes < 0 {
				return usagef("--max-bytes=%d is out of range: use a size in bytes, or 0 for no limit", o.MaxBytes)
			}
			if *treeList != "" {
				if o.Tree, err = readTreeList(*treeList); err != nil {
					return err
				}
			}
			f, size, err := infile.Open(*path)
			if err != nil {
				return fmt.Errorf("read archive %q: %w", *path, err)
			}
			defer f.Close()
			if !given(fs, "max-bytes") {
				o.MaxBytes = codec.Plausible(size, o.MaxBytes)
			}
			res, err := verify.Check(f, o)
			if err != nil {
				return fmt.Errorf("%s: %w", *name, err)
			}
			return tell(stdout, *name, res, *most, *used)
		}
	},
}

// readTreeList reads the paths of a tree's files.
func readTreeList(file string) ([]string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read --tree-list %q: %w", file, oserr.Reason(err))
	}
	out := tree.ParseList(string(b))
	if len(out) == 0 {
		return nil, fmt.Errorf("--tree-list %q names no file: give one path a line, relative to the top of the kernel's tree", file)
	}
	return out, nil
}

func tell(stdout io.Writer, name string, res *verify.Result, most int, used bool) error {
	name = quote.Line(name)
	w := bufio.NewWriter(stdout)
	fmt.Fprintf(w, "%s: kernel %s, arch %s: %d files, %d includes, %d of them without a header by exception\n", name, quote.Line(orUnknown(res.Release)), quote.Line(res.Arch), res.Files, res.Includes, res.Missing)
	if res.Twins > 0 {
		fmt.Fprintf(w, "%s: %d headers that the kernel's own files include are in uapi directories alone: were the namesake in include missing, only --tree-list would show it\n", name, res.Twins)
	}
	for _, n := range res.Notes {
		fmt.Fprintf(w, "%s: %s\n", name, quote.Line(n))
	}
	for _, u := range res.Used {
		if used {
			fmt.Fprintf(w, "%s: %d times: %s\n", quote.Line(u.Origin), u.Count, quote.Line(u.Why))
		}
	}
	if err := w.Flush(); err != nil && len(res.Errors) == 0 {
		return fmt.Errorf("write report: %w", err)
	}
	if len(res.Errors) == 0 {
		return nil
	}
	n := len(res.Errors)
	lines := []string{fmt.Sprintf("%s: %d found wrong:", name, n)}
	for i, e := range res.Errors {
		if most > 0 && i == most {
			lines = append(lines, fmt.Sprintf("  and %d more: --max-errors=0 shows all", n-most))
			break
		}
		lines = append(lines, "  "+e)
	}
	return quote.NewLines(lines...)
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}
