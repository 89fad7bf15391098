package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

var archiveCommand = &command{
	name:    "archive",
	summary: "write the files that a profile takes as a reproducible archive",
	help: `
Archive reads a kernel tree, selects by a profile, strips comments if asked to,
and writes a tar, compressed or not. The same files and options give the same
bytes on every machine: sorted paths, owner 0:0, one modification time, modes
0644 or 0755, no names or times in compression headers. Symlinks are followed.
An output never replaces an input, nor another file in a directory that is read,
unless an earlier run has written that file.

With --build-tree and --tree-list it writes what other commands need to know of
the tree as well: kbuild, which builds kheaders.ko, and verify. So the tree is
read once. Neither changes the archive.

Example:
  kheaders archive --arch=x86 --profile=headers --strip=comments \
      --tree-archive=linux-headers-6.1.0-50-common_all.deb \
      --tree-archive=linux-headers-6.1.0-50-amd64_amd64.deb \
      --tree-archive=linux-kbuild-6.1_amd64.deb \
      --output=kheaders.tgz --manifest=kheaders.tsv --stats=kheaders.json`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var t treeFlags
		t.declare(fs)
		var by byProducts
		by.declare(fs)
		format := fs.String("format", "tgz", "`format` of the archive: "+codec.FormatList())
		level := fs.Int("level", 0, "compression level; 0 is the format's default, its strongest: "+codec.Defaults())
		strip := fs.String("strip", "none", "`mode`: none, comments, comments_keep_license or minify")
		mtime := fs.Int64("mtime", 0, "modification time of every file, in `seconds` since 1970")
		out := outFlag(fs, "output", archive.Written, "`file` to write the archive to (required)")
		list := outFlag(fs, "manifest", manifest.Written, "`file` to write a line about each file to")
		stats := outFlag(fs, "stats", manifest.WrittenStats, "`file` to write the totals to, as JSON")
		return func(io.Writer) error {
			if *out == "" {
				return usagef("no output: give --output")
			}
			f, err := codec.ParseFormat(*format)
			if err != nil {
				return asUsage(err)
			}
			mode, err := cstrip.ParseMode(*strip)
			if err != nil {
				return asUsage(err)
			}
			o := archive.Options{Format: f, Level: *level, Strip: mode, ModTime: *mtime}
			return writeArchive(&t, o, *out, *list, *stats, by)
		}
	},
}

func writeArchive(t *treeFlags, o archive.Options, out, list, stats string, by byProducts) error {
	if err := o.Check(); err != nil {
		return asUsage(err)
	}
	var outs outfile.Set
	defer outs.Abort()
	data, err := outs.Create(out)
	if err != nil {
		return err
	}
	rowsFile, err := outs.Create(list)
	if err != nil {
		return err
	}
	statsFile, err := outs.Create(stats)
	if err != nil {
		return err
	}
	l, err := t.load(by.wanted())
	if err != nil {
		return err
	}
	defer l.Close()
	set := l.set
	if err := set.Check(); err != nil {
		return err
	}
	saveMemory(o.Format, archive.Largest(set.Files))
	rows := manifest.NewWriter(rowsFile)
	st, err := archive.Write(data, rows, set.Files, o)
	if err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	st.Name, st.Release, st.Arch, st.Profile = t.name, set.Release, set.Arch, t.profile
	if h := set.HostTools; h != nil {
		st.HostTools, st.HostMachines = string(h.HostTools), h.HostMachines
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	if err := st.Write(statsFile); err != nil {
		return err
	}
	if err := by.write(&outs, l); err != nil {
		return err
	}
	return outs.Commit()
}
