package selection

import (
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

func TestHostToolsNone(t *testing.T) {
	s := mustNew(t, Options{Profile: "modules", Arch: "x86", HostTools: hosttools.None, Include: []string{"tools/objtool/doc/*"}, Extra: []string{"scripts/sign-file"}})
	config := kernel.Config{"CONFIG_OBJTOOL": "y", "CONFIG_MODVERSIONS": "y", "CONFIG_FTRACE_MCOUNT_RECORD": "y"}
	r := s.ForKernel(kernel.Version{Major: 6, Minor: 1}).WithConfig(config)
	for path, want := range map[string]bool{
		"scripts/basic/fixdep":                  false,
		"scripts/basic/fixdep.c":                true,
		"scripts/basic/Makefile":                true,
		"scripts/mod/modpost":                   false,
		"scripts/mod/modpost.real-lsb-64":       false,
		"scripts/mod/modpost.c":                 true,
		"scripts/genksyms/parse.y":              true,
		"scripts/gendwarfksyms/gendwarfksyms.c": false, // not with this configuration
		"tools/objtool/objtool":                 false,
		"tools/objtool/arch/x86/decode.c":       true,
		"tools/objtool/.nfs0001.h":              false, // volatile still wins
		"tools/objtool/check.o":                 false,
		"tools/arch/x86/lib/insn.c":             true,
		"tools/arch/arm64/lib/insn.c":           false,
		"tools/perf/perf.c":                     false,
		"tools/objtool/doc/x":                   true,
		"scripts/sign-file":                     true, // extra
		"scripts/Makefile.build":                true,
		"scripts/recordmcount.pl":               true, // a line behind those of host tools
	} {
		v := r.Decide(path)
		if v.In != want {
			t.Errorf("%s: in: %v (%s %s), want %v", path, v.In, v.Rule, v.Reason, want)
		}
		if v.In && !s.MayMatch(path) {
			t.Errorf("%s: MayMatch is false", path)
		}
		if v.Verbatim != strings.HasPrefix(v.Rule, "profiles/programs.table:") && v.In {
			t.Errorf("%s: verbatim %v by %s", path, v.Verbatim, v.Rule)
		}
	}
	none := func(string) bool { return false }
	for _, msg := range r.Missing(none) {
		if strings.Contains(msg, "fixdep") || strings.Contains(msg, "modpost ") || strings.Contains(msg, "objtool") {
			t.Errorf("a host tool is missed: %s", msg)
		}
	}
	if w := strings.Join(r.Warnings(none), "\n"); !strings.Contains(w, "scripts/basic/fixdep.c") || !strings.Contains(w, "give the kernel's source") {
		t.Errorf("the sources are not missed: %s", w)
	}
}

func TestRebuild(t *testing.T) {
	s := mustNew(t, Options{Profile: "modules", Arch: "x86"})
	for _, c := range []struct {
		v    kernel.Version
		conf kernel.Config
		want []string
	}{
		{kernel.Version{Major: 6, Minor: 1}, kernel.Config{}, []string{"make M=scripts/basic scripts/basic", "make M=scripts/mod scripts/mod"}},
		{kernel.Version{Major: 6, Minor: 12}, kernel.Config{"CONFIG_OBJTOOL": "y"}, []string{"make M=scripts/basic scripts/basic", "make M=scripts/mod scripts/mod", "make -C tools/objtool SRCARCH=x86"}},
		{kernel.Version{Major: 6, Minor: 13}, kernel.Config{"CONFIG_MODVERSIONS": "y"}, []string{"make M=scripts/basic .", "make M=scripts/mod .", "make M=scripts/genksyms ."}},
		{kernel.Version{Major: 7, Minor: 2}, kernel.Config{"CONFIG_MODVERSIONS": "y", "CONFIG_GENDWARFKSYMS": "y"}, []string{"make M=scripts/basic .", "make M=scripts/mod .", "make M=scripts/gendwarfksyms ."}},
	} {
		if got := s.ForKernel(c.v).WithConfig(c.conf).Rebuild(); !slices.Equal(got, c.want) {
			t.Errorf("%v %v: %q, want %q", c.v, c.conf, got, c.want)
		}
	}
}

func TestHostTool(t *testing.T) {
	for profile, has := range map[string]bool{"headers": false, "modules": true, "rfc": true} {
		s := mustNew(t, Options{Profile: profile, Arch: "x86"})
		if s.HasHostTools() != has || s.HostTool("scripts/mod/modpost.real-lsb-64") != has || s.HostTool("scripts/mod/modpost.c") {
			t.Errorf("profile %s: has host tools: %v, want %v", profile, s.HasHostTools(), has)
		}
	}
	if _, err := New(Options{Profile: "headers", Arch: "x86", HostTools: hosttools.None}); err == nil || !strings.Contains(err.Error(), "has no host tools") {
		t.Errorf("profile headers: error %v", err)
	}
	// Where they are kept, programs.table selects nothing.
	s := mustNew(t, Options{Profile: "modules", Arch: "x86"})
	if v := s.ForKernel(kernel.Version{Major: 6, Minor: 1}).Decide("scripts/basic/fixdep.c"); v.In {
		t.Errorf("fixdep.c is in: %+v", v)
	}
}

// Rows that only programs.table may have are an error elsewhere, and others
// are one there.
func TestProgramsTableErrors(t *testing.T) {
	for at, line := range map[string]string{"profiles/modules.table:2": "a * * - program why", "profiles/programs.table:1": "a * * - optional why"} {
		p := &profile{mends: map[string]string{}}
		if err := p.parseLine(line, at, nil); err == nil || !strings.Contains(err.Error(), "no place in this table") {
			t.Errorf("%s %q: error %v", at, line, err)
		}
	}
}
