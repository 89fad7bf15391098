// Package wrapper writes the C source and the Kbuild and Kconfig files that
// make a kernel module, or a part of the kernel, out of an archive.
package wrapper

import (
	"embed"
	"fmt"
	"io"
	"regexp"
	"text/template"

	data "rules_kheaders/tools/internal/embed"
)

// The ways to get the archive into the object file.
const (
	// EmbedHeader includes kheaders_data.h, which works with any compiler
	// and is the default.
	EmbedHeader = "header"
	// EmbedIncbin lets the assembler include the archive itself, which
	// takes the compiler half the time and memory.
	EmbedIncbin = "incbin"
)

// InterfaceProcfs serves the archive as /proc/kheaders.<format>. It is the
// default, and so far the only one.
const InterfaceProcfs = "procfs"

// Params says what the source is for. The zero value of every field but
// Format is usable.
type Params struct {
	// Format is the archive's format and the extension of its name in
	// /proc: "tgz" is served as /proc/kheaders.tgz. Required.
	Format string
	// Embed is EmbedHeader or EmbedIncbin; "" is EmbedHeader.
	Embed string
	// Interface is InterfaceProcfs; "" is the same.
	Interface string
	// Release, Arch, Profile and Strip describe the archive. What is not ""
	// can be read from the module with modinfo, as kheaders_release,
	// kheaders_arch, kheaders_profile and kheaders_strip.
	Release, Arch, Profile, Strip string
}

// DataFile is the name of the file that has to lie beside kheaders.c:
// kheaders_data.h, or with EmbedIncbin the archive as kheaders_data.<format>.
func (p Params) DataFile() string {
	if p.Embed == EmbedIncbin {
		return "kheaders_data." + p.Format
	}
	return data.DefaultFile
}

// Source writes kheaders.c. It compiles on Linux 5.10 and later.
func Source(w io.Writer, p Params) error { return render(w, "kheaders.c", p) }

// Kbuild writes the Kbuild file. It serves a build as an external module
// (make M=) as well as a directory of a kernel tree.
func Kbuild(w io.Writer, p Params) error { return render(w, "Kbuild", p) }

// Kconfig writes the Kconfig entry for a kernel tree, IKHEADERS_PROC.
func Kconfig(w io.Writer, p Params) error { return render(w, "Kconfig", p) }

//go:embed templates/*.tmpl
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.tmpl"))

// view is what the templates see.
type view struct {
	ProcName, DataFile     string
	Incbin                 bool
	MarkerStart, MarkerEnd string
	Info                   []info
}

// info is one line of modinfo.
type info struct{ Key, Value string }

func render(w io.Writer, name string, p Params) error {
	if err := p.check(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	v := view{
		ProcName:    "kheaders." + p.Format,
		DataFile:    p.DataFile(),
		Incbin:      p.Embed == EmbedIncbin,
		MarkerStart: data.MarkerStart,
		MarkerEnd:   data.MarkerEnd,
	}
	for _, i := range p.info() {
		if i.Value != "" {
			v.Info = append(v.Info, i)
		}
	}
	if err := templates.ExecuteTemplate(w, name+".tmpl", v); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (p Params) info() []info {
	return []info{
		{"kheaders_format", p.Format},
		{"kheaders_release", p.Release},
		{"kheaders_arch", p.Arch},
		{"kheaders_profile", p.Profile},
		{"kheaders_strip", p.Strip},
	}
}

var (
	formatPattern = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9]+)*$`)
	// infoPattern leaves out what would need an escape in a C string.
	infoPattern = regexp.MustCompile(`^[ !#->@-\[\]-~]*$`)
)

func (p Params) check() error {
	if !formatPattern.MatchString(p.Format) {
		return fmt.Errorf("format %q cannot be part of a file name: use small letters, digits and dots, such as tgz or tar.zst", p.Format)
	}
	switch p.Embed {
	case "", EmbedHeader, EmbedIncbin:
	default:
		return fmt.Errorf("unknown embed %q: use %s or %s", p.Embed, EmbedHeader, EmbedIncbin)
	}
	switch p.Interface {
	case "", InterfaceProcfs:
	default:
		return fmt.Errorf("unknown interface %q: use %s", p.Interface, InterfaceProcfs)
	}
	for _, i := range p.info() {
		if !infoPattern.MatchString(i.Value) {
			return fmt.Errorf("%s %q cannot be part of a C string: use plain letters, digits and punctuation", i.Key, i.Value)
		}
	}
	return nil
}
