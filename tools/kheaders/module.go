package main

import (
	"archive/tar"
	"flag"
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/modulesource"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

var moduleCommand = &command{
	name:    "module",
	summary: "write the source of the module that hands out an archive",
	help: `
Module writes kheaders.c, Kbuild and Kconfig. Together with the data file they
build as an external module (make -C TREE M=DIR modules), and as a directory of
a kernel tree, where CONFIG_IKHEADERS_PROC switches them on. The module shows
the archive read-only, as /proc/kheaders.FORMAT (--interface=procfs, the
default), as /sys/kernel/kheaders.FORMAT (--interface=sysfs), or as both, with
one copy of it in memory (--interface=both). bcc looks for kheaders.tar.xz in
/sys/kernel, which --sysfs-name=kheaders.tar.xz calls it whatever the format:
tar -xf goes by what is in it, not by the name.

The data file lies beside kheaders.c: kheaders_data.h, which the embed
subcommand writes, or with --embed=incbin the archive itself under the name
kheaders_data.FORMAT.

Example:
  kheaders module --archive=kheaders.tgz --format=tgz \
      --source=kheaders.c --kbuild=Kbuild --kconfig=Kconfig
  kheaders embed --archive=kheaders.tgz --output=kheaders_data.h
  make -C /lib/modules/$(uname -r)/build M=$PWD modules`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		archive := inFlag(fs, "archive", "`file` that will be embedded; if given, it is checked to be of the format")
		stats := inFlag(fs, "stats", "`file` that the archive subcommand wrote; if given, modinfo tells release, arch, profile and strip mode")
		format := fs.String("format", "tgz", "`format` of the archive: "+codec.FormatList())
		how := fs.String("embed", modulesource.EmbedHeader, "`way` the archive gets into the object: header (a C string literal) or incbin (by the assembler)")
		iface := fs.String("interface", modulesource.InterfaceProcfs, "`interface` that shows the archive: procfs, sysfs or both")
		sysfsName := fs.String("sysfs-name", "", "`name` of the file in /sys/kernel; default: kheaders.FORMAT")
		source := outFlag(fs, "source", nil, "`file` to write kheaders.c to")
		kbuild := outFlag(fs, "kbuild", nil, "`file` to write the Kbuild file to")
		kconfig := outFlag(fs, "kconfig", nil, "`file` to write the Kconfig entry to")
		return func(io.Writer) error {
			if *source == "" && *kbuild == "" && *kconfig == "" {
				return usagef("no output: give --source, --kbuild or --kconfig")
			}
			f, err := codec.ParseFormat(*format)
			if err != nil {
				return err
			}
			if *archive != "" {
				if err := checkFormat(*archive, f); err != nil {
					return err
				}
			}
			p := modulesource.Params{Format: *format, Embed: *how, Interface: *iface, SysfsName: *sysfsName}
			if *stats != "" {
				s, err := readStats(*stats)
				if err != nil {
					return err
				}
				if s.Format != *format {
					return fmt.Errorf("%q is about an archive of format %q, not %q: correct --format or --stats", *stats, s.Format, *format)
				}
				p.Release, p.Arch, p.Profile, p.Strip = s.Release, s.Arch, s.Profile, s.Strip
			}
			return writeModule(p, *source, *kbuild, *kconfig)
		}
	},
}

func writeModule(p modulesource.Params, source, kbuild, kconfig string) error {
	var outs outfile.Set
	defer outs.Abort()
	for _, o := range []struct {
		path  string
		write func(io.Writer, modulesource.Params) error
	}{{source, modulesource.Source}, {kbuild, modulesource.Kbuild}, {kconfig, modulesource.Kconfig}} {
		f, err := outs.Create(o.path)
		if err != nil {
			return err
		}
		if err := o.write(f, p); err != nil {
			return err
		}
	}
	return outs.Commit()
}

// checkFormat looks at the first bytes of the archive: a file whose name says
// something else than it holds would only be noticed on the running kernel.
func checkFormat(archive string, f codec.Format) error {
	in, size, err := openArchive(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	if size == 0 {
		return fmt.Errorf("archive %q is empty: build it again", archive)
	}
	data, name, stop, err := codec.NewReader(in)
	if err != nil {
		return fmt.Errorf("archive %q: %w", archive, err)
	}
	defer stop()
	if want := codec.CompressionOf(f); name != want {
		return fmt.Errorf("archive %q is not %s: its compression is %s, not %s: correct --format or --archive", archive, f, name, want)
	}
	if _, err := tar.NewReader(data).Next(); err != nil {
		return fmt.Errorf("archive %q holds no tar archive: give one that the archive subcommand wrote (%w)", archive, err)
	}
	return nil
}
