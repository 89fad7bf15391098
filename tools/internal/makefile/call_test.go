package makefile

import (
	"strings"
	"testing"
)

func TestCall(t *testing.T) {
	for text, want := range map[string]string{
		"$(patsubst %/,%,$(srctree))":                                                    "\x01",
		"$(patsubst %/,%,$(srctree)/)/x":                                                 "\x01/x",
		"$(join $(srctree),/scripts/ld.sh)":                                              "\x01/scripts/ld.sh",
		"$(addsuffix /a.sh,$(objtree)/b ${srctree}/c)":                                   "\x01/b/a.sh \x01/c/a.sh",
		"$(subst @,$(srctree)/,@arch/$(SRCARCH)/x.sh)":                                   "\x01/arch/x86/x.sh",
		"$(dir $(srctree)/scripts/a.sh)b.sh":                                             "\x01/scripts/b.sh",
		"$(abspath $(strip $(srctree)/./scripts/../a.sh))":                               "\x01/a.sh",
		"$(firstword $(src)/a.sh b)":                                                     "\x01/tools/a.sh",
		"$(join $(OTHER),/scripts/ld.sh)":                                                "",
		"$(nothing $(srctree))":                                                          "",
		"$(join $(srctree)":                                                              "",
		"$(subst a," + strings.Repeat("b", 1000) + "," + strings.Repeat("a", 1000) + ")": "",
	} {
		got, ok := Call(text, "tools/Makefile", "x86")
		if ok != (want != "") || ok && got != want {
			t.Errorf("%.60s: %q, %v, want %q", text, got, ok, want)
		}
	}
}
