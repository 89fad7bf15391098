// Package modulesource writes the C source and the Kbuild and Kconfig files that
// make a kernel module, or a part of the kernel, out of an archive.
package modulesource

import (
	"embed"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"
	"text/template"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/dataheader"
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

// Where a running kernel shows the archive.
const (
	// InterfaceProcfs is /proc/kheaders.<format>, the default.
	InterfaceProcfs = "procfs"
	// InterfaceSysfs is /sys/kernel/kheaders.<format>, or another name
	// there.
	InterfaceSysfs = "sysfs"
	// InterfaceBoth is either, with one copy of the archive.
	InterfaceBoth = "both"
)

// KernelSysfsName is what the kernel's own CONFIG_IKHEADERS calls its archive
// in /sys/kernel, and what bcc looks for.
const KernelSysfsName = "kheaders.tar.xz"

// Params says what the source is for. The zero value of every field but
// Format is usable.
type Params struct {
	// Format is the archive's format and the extension of its name: "tgz"
	// is served as /proc/kheaders.tgz. Required.
	Format string
	// Embed is EmbedHeader or EmbedIncbin; "" is EmbedHeader.
	Embed string
	// Interface is InterfaceProcfs, InterfaceSysfs or InterfaceBoth; "" is
	// InterfaceProcfs.
	Interface string
	// SysfsName is the file's name in /sys/kernel, when Interface has one
	// there; "" is kheaders.<format>.
	SysfsName string
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
	return dataheader.DefaultFile
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
	Procfs, Sysfs       bool
	ProcName, SysfsName string
	// Parents names the directories that the files are in.
	Parents string
	// SysfsNameOfKernel says that CONFIG_IKHEADERS has the same name.
	SysfsNameOfKernel bool
	// Includes are what kheaders.c includes from linux/, sorted.
	Includes               []string
	DataFile               string
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
		Procfs:      p.Interface != InterfaceSysfs,
		Sysfs:       p.Interface == InterfaceSysfs || p.Interface == InterfaceBoth,
		ProcName:    "kheaders." + p.Format,
		SysfsName:   p.SysfsName,
		DataFile:    p.DataFile(),
		Incbin:      p.Embed == EmbedIncbin,
		MarkerStart: dataheader.MarkerStart,
		MarkerEnd:   dataheader.MarkerEnd,
	}
	if v.SysfsName == "" {
		v.SysfsName = v.ProcName
	}
	v.SysfsNameOfKernel = v.Sysfs && v.SysfsName == KernelSysfsName
	v.describe()
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

// describe fills in what follows from the interfaces.
func (v *view) describe() {
	var parents []string
	v.Includes = []string{"build_bug.h", "errno.h", "init.h", "module.h", "printk.h", "types.h"}
	if v.Procfs {
		parents = append(parents, "/proc")
		v.Includes = append(v.Includes, "fs.h", "magic.h", "namei.h", "path.h", "proc_fs.h")
	}
	if v.Sysfs {
		parents = append(parents, "/sys/kernel")
		v.Includes = append(v.Includes, "cache.h", "kobject.h", "string.h", "sysfs.h", "version.h")
	}
	sort.Strings(v.Includes)
	v.Parents = strings.Join(parents, " and ")
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
	namePattern   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}$`)
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
		if p.SysfsName != "" {
			return fmt.Errorf("the file has the name %q in /sys/kernel, but the interface is %s: use %s or %s, or give no name", p.SysfsName, InterfaceProcfs, InterfaceSysfs, InterfaceBoth)
		}
	case InterfaceSysfs, InterfaceBoth:
		if p.SysfsName != "" && !namePattern.MatchString(p.SysfsName) {
			return fmt.Errorf("%q cannot be the name of a file in /sys/kernel: use up to 128 letters, digits and any of _ . + -, not beginning with a dot, such as %s", p.SysfsName, KernelSysfsName)
		}
	default:
		return fmt.Errorf("unknown interface %q: use %s, %s or %s", p.Interface, InterfaceProcfs, InterfaceSysfs, InterfaceBoth)
	}
	for _, i := range p.info() {
		if !infoPattern.MatchString(i.Value) {
			return fmt.Errorf("%s %q cannot be part of a C string: use plain letters, digits and punctuation", i.Key, i.Value)
		}
	}
	return nil
}
