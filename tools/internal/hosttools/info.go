package hosttools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// InfoPath is where an archive says what its host tools are. Archives of
// profiles without host tools do not have it.
const InfoPath = "kheaders.json"

// InfoVersion is the layout version of that file.
const InfoVersion = 1

// Info is what that file says. It is for whoever has only the unpacked
// archive.
type Info struct {
	Schema  int    `json:"schema"`
	Release string `json:"release"`
	Arch    string `json:"arch"`
	Profile string `json:"profile"`
	// HostTools is the mode.
	HostTools Mode `json:"host_tools"`
	// HostMachines is what uname -m says on the machines that the host tools
	// run on, sorted: one name, or none where there are no programs.
	HostMachines []string `json:"host_machines"`
	// Programs are the host tools in the archive.
	Programs []Program `json:"programs"`
	// Rebuild are the commands that build the host tools anew, in the
	// directory that the archive was unpacked in, in this order.
	Rebuild []string `json:"rebuild"`
}

// Program is one host tool.
type Program struct {
	Path string `json:"path"`
	// Machine is what uname -m says where it runs; "" for a script.
	Machine string `json:"machine"`
}

// Add adds a host tool.
func (i *Info) Add(path, machine string) {
	i.Programs = append(i.Programs, Program{path, machine})
	if machine != "" && !slices.Contains(i.HostMachines, machine) {
		i.HostMachines = append(i.HostMachines, machine)
		slices.Sort(i.HostMachines)
	}
}

// Encode returns the file's text.
func (i *Info) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(i); err != nil {
		return nil, fmt.Errorf("encode %s: %w", InfoPath, err)
	}
	return b.Bytes(), nil
}

// ReadInfo reads the file. One of another layout is an error.
func ReadInfo(r io.Reader) (*Info, error) {
	var i Info
	if err := json.NewDecoder(r).Decode(&i); err != nil {
		return nil, fmt.Errorf("not a %s of the archive subcommand: %w", InfoPath, err)
	}
	if i.Schema != InfoVersion {
		return nil, fmt.Errorf("layout version %d of %s, this tool reads %d", i.Schema, InfoPath, InfoVersion)
	}
	return &i, nil
}

// srcarchs are the machines that run a kernel of an architecture, by the name
// that its directory below arch/ has.
var srcarchs = map[string]string{
	"x86_64": "x86", "x32": "x86", "i686": "x86", "aarch64": "arm64", "arm": "arm", "loongarch64": "loongarch",
	"mips": "mips", "mipsel": "mips", "mips64": "mips", "mips64el": "mips", "ppc": "powerpc", "ppc64": "powerpc", "ppc64le": "powerpc",
	"riscv64": "riscv", "riscv32": "riscv", "s390x": "s390", "sparc64": "sparc",
}

// runs tells whether a machine runs a kernel of an architecture. User-mode Linux
// runs on another.
func runs(machine, arch string) bool {
	if arch == "um" {
		arch = "x86"
	}
	return srcarchs[machine] == arch
}

// Check compares the machine of the host tools with the one that is wanted.
// Tools for another one are an error. Where any or none is wanted there is a
// warning at most: of tools for several machines, and of tools that do not run
// where the kernel does, unless any is wanted.
func (i *Info) Check(wanted string) (warning string, err error) {
	for _, p := range i.Programs {
		if wanted != "" && wanted != AnyMachine && p.Machine != "" && p.Machine != wanted {
			return "", fmt.Errorf("host tool %s is for %s, and host_machine says %s: give the host tools of %s (the distribution's linux-kbuild package for it, or \"make modules_prepare\" run there), or take host_tools none and rebuild them there", p.Path, p.Machine, wanted, wanted)
		}
	}
	switch {
	case len(i.HostMachines) > 1:
		return fmt.Sprintf("the host tools are for several machines (%s), so modules build on none: give those of one linux-kbuild package or one build", strings.Join(i.HostMachines, ", ")), nil
	case wanted == "" && len(i.HostMachines) == 1 && !runs(i.HostMachines[0], i.Arch):
		m := i.HostMachines[0]
		return fmt.Sprintf("the host tools are for %s, the kernel is of %s: modules build from this set on %s only, by a cross compiler. If that is meant, say host_machine %s; if not, give the host tools of the other machine or take host_tools none", m, i.Arch, m, m), nil
	}
	return "", nil
}
