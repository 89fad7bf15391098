package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/imagescan"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

var inspectCommand = &command{
	name:    "inspect",
	operand: "image",
	summary: "tell what an archive, or an image with one, holds",
	help: `
Inspect prints what an archive is, or each archive in a module, kernel image or
memory dump: kernel release, architecture, profile, strip mode, host tools,
format, number of files, sizes and SHA-256.

The release comes from the files in it, include/generated/utsrelease.h or else
include/config/kernel.release; profile and strip mode from the modinfo of
kheaders.ko. Without a modinfo the profile is the one whose files these are, and
the strip mode is unknown. IMAGE is what extract takes. Without a whole archive
in it inspect fails.

Example:
  kheaders inspect kheaders.tgz
  kheaders inspect --json /lib/modules/6.1.0-50-amd64/extra/kheaders.ko.xz`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		path := inFlag(fs, "image", "`file` to look in (required); the flag's name can be left out")
		asJSON := fs.Bool("json", false, "write JSON")
		limits := limitFlags(fs)
		return func(stdout io.Writer) error {
			limits.Default = !given(fs, "max-image-bytes")
			m, err := openImage(*path, *limits)
			if err != nil {
				return err
			}
			defer m.Close()
			if len(m.Archives) == 0 {
				_, err := m.Choose(0)
				return err
			}
			r := report(*path, m)
			if *asJSON {
				err = writeJSON(stdout, "  ", r)
			} else {
				err = r.print(stdout)
			}
			if err != nil {
				return fmt.Errorf("write report: %w", err)
			}
			return nil
		}
	},
}

// inspection is what inspect tells; its JSON is for programs.
type inspection struct {
	Schema   int           `json:"schema"`
	File     string        `json:"file"`
	Kind     string        `json:"kind"`
	Archives []inspected   `json:"archives"`
	Broken   []brokenPlace `json:"broken,omitempty"`
}

type inspected struct {
	Offset int64   `json:"offset"`
	Copies []int64 `json:"copies,omitempty"`
	*summary.Summary
	// ProfileFrom is modinfo, files or "".
	ProfileFrom string `json:"profile_from,omitempty"`
	Strip       string `json:"strip"`
}

type brokenPlace struct {
	Offset int64  `json:"offset"`
	Error  string `json:"error"`
}

func report(path string, m *imagescan.Image) *inspection {
	r := &inspection{Schema: 1, File: path, Kind: m.Kind}
	info := map[string]string{}
	if len(m.Archives) == 1 { // modinfo tells of one archive
		info = m.ReadInfo()
	}
	for _, a := range m.Archives {
		i := inspected{Offset: a.Offset, Copies: a.Copies, Summary: a.Summary}
		if a.Profile != "" {
			i.ProfileFrom = "files"
		}
		if p := info["profile"]; p != "" {
			i.Profile, i.ProfileFrom = p, "modinfo"
		}
		i.Strip = info["strip"]
		if i.Arch == "" {
			i.Arch = info["arch"]
		}
		r.Archives = append(r.Archives, i)
	}
	for _, b := range m.Broken {
		r.Broken = append(r.Broken, brokenPlace{b.Offset, b.Err.Error()})
	}
	return r
}

func (r *inspection) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s:\t%s\n", name, quote.Line(fmt.Sprintf(format, args...)))
	}
	// known adds where a fact is from.
	known := func(s, from string) string {
		switch {
		case s == "":
			return "unknown"
		case from == "":
			return s
		}
		return s + " (" + from + ")"
	}
	row("file", "%s", quote.Name(r.File))
	row("kind", "%s", r.Kind)
	for n, i := range r.Archives {
		if len(r.Archives) > 1 {
			row("archive", "%d of %d", n+1, len(r.Archives))
		}
		row("kernel release", "%s", known(i.Release, i.ReleaseFrom))
		row("arch", "%s", known(i.Arch, ""))
		row("profile", "%s", known(i.Profile, map[string]string{"files": "by its files", "modinfo": "modinfo"}[i.ProfileFrom]))
		row("strip", "%s", known(i.Strip, ""))
		if h := i.HostTools; h != nil {
			row("host tools", "%s", describe(h))
		}
		row("format", "%s", i.Format)
		row("files", "%d", i.Files)
		if i.Links > 0 {
			row("links", "%d", i.Links)
		}
		row("size", "%d bytes", i.ArchiveBytes)
		row("uncompressed", "%d bytes, as tar %d", i.UncompressedBytes, i.TarBytes)
		row("sha256", "%s", i.SHA256)
		row("offset", "%d", i.Offset)
		for _, c := range i.Copies {
			row("same again at", "%d", c)
		}
	}
	for _, b := range r.Broken {
		row("broken archive", "at offset %d: %s", b.Offset, b.Error)
	}
	return w.Flush()
}

// describe says what the host tools are, and what to do where there are none.
func describe(h *hosttools.Info) string {
	switch {
	case len(h.HostMachines) > 0:
		return quote.Name(fmt.Sprintf("%s, for %s (%s)", h.HostTools, strings.Join(h.HostMachines, " and "), hosttools.InfoPath))
	case h.HostTools == hosttools.None:
		return fmt.Sprintf("none; %s has the commands that build them", hosttools.InfoPath)
	}
	return quote.Name(fmt.Sprintf("%s, none of them an ELF file (%s)", h.HostTools, hosttools.InfoPath))
}
