package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/genkheaders"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
)

var genKheadersCommand = &command{
	name:     "gen-kheaders",
	operands: "argument",
	summary:  "do in a kernel's build what its kernel/gen_kheaders.sh does",
	help: `
Gen-kheaders takes the arguments and the environment that kernel/Makefile gives
to kernel/gen_kheaders.sh, and is called from it in place of what it does: make
that file two lines, "#!/bin/sh" and

  exec kheaders gen-kheaders "$@"

Of the environment it takes SRCARCH, srctree, building_out_of_srctree and
KBUILD_BUILD_TIMESTAMP, from which every file has its time; without it that is
1970, so that the same headers make the same bytes. XZ and TAR are not used. The
name of the archive says its format. Nothing is done where nothing has changed.

Example:
  SRCARCH=x86 srctree=. kheaders gen-kheaders kernel/kheaders_data.tar.xz`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var args listflag.List
		fs.Var(&args, "argument", "an `argument` of the script; may be repeated: the archive, or the archive, the list of the srctree's headers, that of the objtree's and perhaps the time stamp")
		level := fs.Int("level", 0, "compression level, as archive has it; 0 is 6 for tar.xz, as xz has it, and the strongest for other formats")
		strip := fs.String("strip", string(cstrip.Comments), "`mode`: none, comments, comments_keep_license or minify")
		return func(stdout io.Writer) error {
			o, err := genKheadersOptions(args)
			if err != nil {
				return asUsage(err)
			}
			if o.Pack.Strip, err = cstrip.ParseMode(*strip); err != nil {
				return asUsage(err)
			}
			if o.Pack.Level = *level; *level == 0 && o.Pack.Format == codec.TarXZ {
				o.Pack.Level = 6
			}
			if err := o.Pack.Check(); err != nil {
				return asUsage(err)
			}
			return genkheaders.Run(o, func() {
				// Few headers are larger, and those take time, not memory.
				saveMemory(o.Pack.Format, 1<<20)
				if o.SrcList == "" { // make says so itself in the later form
					fmt.Fprintf(stdout, "  GEN     %s\n", o.Archive)
				}
			})
		}
	},
}

// genKheadersOptions reads the script's arguments and environment.
func genKheadersOptions(args []string) (o genkheaders.Options, err error) {
	if o.Program, err = thisProgram(); err != nil {
		return o, err
	}
	timestamp := os.Getenv("KBUILD_BUILD_TIMESTAMP")
	switch len(args) {
	case 1:
	case 3:
		o.SrcList, o.ObjList = args[1], args[2]
	case 4:
		o.SrcList, o.ObjList, timestamp = args[1], args[2], args[3]
	default:
		return o, fmt.Errorf("%d arguments: give the archive, or the archive and both lists, and perhaps the time stamp, as kernel/Makefile does", len(args))
	}
	o.Archive = args[0]
	name := o.Archive[strings.LastIndexByte(o.Archive, '/')+1:]
	_, format, _ := strings.Cut(name, ".")
	if o.Pack, err = packOptions(format, timestamp); err != nil {
		return o, fmt.Errorf("%s: %w", o.Archive, err)
	}
	if o.SrcArch = os.Getenv("SRCARCH"); o.SrcArch == "" {
		return o, errors.New("SRCARCH is not set: call this as kernel/Makefile calls kernel/gen_kheaders.sh")
	}
	o.Srctree = "."
	if s := os.Getenv("srctree"); s != "" && (o.SrcList != "" || os.Getenv("building_out_of_srctree") != "") {
		o.Srctree = s
	}
	return o, nil
}

// thisProgram tells the program from others, which might write other bytes.
func thisProgram() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return fmt.Sprintf("%s %d %d", ruleset.Version, info.Size(), info.ModTime().UnixNano()), nil
}

func packOptions(format, timestamp string) (o archive.Options, err error) {
	if o.Format, err = codec.ParseFormat(format); err != nil {
		return o, err
	}
	o.ModTime, err = genkheaders.ParseTimestamp(timestamp)
	return o, err
}
