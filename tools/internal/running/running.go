// Package running finds the headers of the running kernel, wherever the machine
// has them, and makes a directory of them.
//
// A headers package that is installed is taken as it is. What the kernel hands
// out in /proc or /sys, from a module that is loaded for that if need be, is
// unpacked once into a private directory.
package running

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// System is the machine.
type System struct {
	// Root is "/" but for tests.
	Root string
	// Release and Machine are what `uname -r` and `uname -m` say.
	Release, Machine string
	// Load loads a module, and Unload unloads the one of that name.
	Load   func(*kmod.Module) error
	Unload func(name string) error
	// NoExec tells whether programs below a path must not be run.
	NoExec func(path string) bool
	// Note is told, in a line, of what is decided, and of what is not as it
	// should be.
	Note func(format string, args ...any)
}

// Options are what the user asks for.
type Options struct {
	// From is where the headers are taken from: the directory of an installed
	// package, an archive, or a module. "" looks for them.
	From string
	// Dir is the private directory, an absolute path; "" is the one for the user.
	Dir string
	// MaxBytes and MaxFiles bound what is unpacked; 0 is no limit.
	MaxBytes, MaxFiles int64
}

// Headers are the headers of the running kernel.
type Headers struct {
	// Srctree is where they are. Objtree is "", or the second directory of an
	// installed package, which has what the kernel's build generated.
	Srctree, Objtree string
	// Modules tells that external modules can be built by them, in the
	// directory that Built returns.
	Modules bool
	// Systemtap tells that they have what stap reads besides.
	Systemtap bool
}

// Built is the directory that modules are built by.
func (h *Headers) Built() string {
	if h.Objtree != "" {
		return h.Objtree
	}
	return h.Srctree
}

// variables are those that tell programs of headers. Env gives those that fit.
var variables = []string{"BCC_KERNEL_SOURCE", "BPFTRACE_KERNEL_SOURCE", "BPFTRACE_KERNEL_BUILD", "DD_KERNEL_HEADER_DIRS", "KDIR", "SYSTEMTAP_RELEASE"}

// Env returns environ with the variables that tell of these headers, and without
// those of the same names that it had.
func (h *Headers) Env(environ []string) []string {
	set := map[string]string{"BPFTRACE_KERNEL_SOURCE": h.Srctree, "DD_KERNEL_HEADER_DIRS": h.Srctree}
	if h.Objtree == "" {
		// It knows one directory only.
		set["BCC_KERNEL_SOURCE"] = h.Srctree
	} else {
		set["BPFTRACE_KERNEL_BUILD"] = h.Objtree
		set["DD_KERNEL_HEADER_DIRS"] = h.Srctree + " " + h.Objtree
	}
	if h.Modules {
		set["KDIR"] = h.Built()
	}
	if h.Systemtap {
		set["SYSTEMTAP_RELEASE"] = h.Built()
	}
	env := slices.DeleteFunc(slices.Clone(environ), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return slices.Contains(variables, name)
	})
	for _, v := range variables {
		if set[v] != "" {
			env = append(env, v+"="+set[v])
		}
	}
	return env
}

// moduleName is what the kernel calls our module, and its own.
const moduleName = "kheaders"

// path is a path of the machine.
func (s *System) path(p string) string { return filepath.Join(s.Root, p) }

// tellOnce returns the machine, which says no line twice.
func (s *System) tellOnce() *System {
	var said sync.Map // a signal handler tells as well
	quiet := *s
	quiet.Note = func(format string, args ...any) {
		line := fmt.Sprintf(format, args...)
		if _, again := said.LoadOrStore(line, true); !again {
			s.Note("%s", line)
		}
	}
	return &quiet
}

// Find finds the headers of the running kernel.
func Find(s *System, o Options) (*Headers, error) {
	s = s.tellOnce()
	if strings.ContainsAny(s.Release, "/\x00") || s.Release == "" || s.Release[0] == '.' {
		return nil, fmt.Errorf("the running kernel calls its release %q, which is no name of a directory", s.Release)
	}
	if o.From == "" {
		if h := s.installed(); h != nil {
			return h, nil
		}
		return s.unpacked(source{}, o)
	}
	st, err := os.Stat(o.From)
	if err != nil {
		return nil, fmt.Errorf("look at %q: %w", o.From, oserr.Reason(err))
	}
	if st.IsDir() {
		return s.named(o.From)
	}
	m, err := kmod.Open(o.From)
	if err == nil {
		m.Close()
		return s.unpacked(source{module: o.From}, o)
	}
	if !errors.Is(err, kmod.ErrNotModule) {
		return nil, err
	}
	return s.unpacked(source{archive: o.From}, o)
}
