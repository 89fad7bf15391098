package selection

import (
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// TestApplies reads the columns that say which kernels a line is for: all must
// hold, and each may be wrong.
func TestApplies(t *testing.T) {
	a, err := ParseApplies(">=6.1,<6.12", "x86,arm64", "CONFIG_A,!CONFIG_B")
	if err != nil {
		t.Fatal(err)
	}
	on := kernel.Config{"CONFIG_A": "y"}
	for _, c := range []struct {
		v    kernel.Version
		arch string
		conf kernel.Config
		want bool
	}{
		{kernel.Version{Major: 6, Minor: 1}, "x86", on, true},
		{kernel.Version{Major: 6, Minor: 11}, "arm64", on, true},
		{kernel.Version{}, "x86", on, true}, // not known
		{kernel.Version{Major: 6, Minor: 12}, "x86", on, false},
		{kernel.Version{Major: 6, Minor: 0}, "x86", on, false},
		{kernel.Version{Major: 6, Minor: 1}, "arm", on, false},
		{kernel.Version{Major: 6, Minor: 1}, "x86", kernel.Config{}, false},
		{kernel.Version{Major: 6, Minor: 1}, "x86", kernel.Config{"CONFIG_A": "y", "CONFIG_B": "m"}, false},
	} {
		if got := a.Holds(c.v, c.arch, c.conf); got != c.want {
			t.Errorf("%v %s %v: %v, want %v", c.v, c.arch, c.conf, got, c.want)
		}
	}
	several, err := ParseApplies("*", "*", "CONFIG_A_*,!CONFIG_B_*")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		conf kernel.Config
		want bool
	}{
		"one": {kernel.Config{"CONFIG_A_X": "y", "CONFIG_AX": "y"}, true}, "none": {kernel.Config{"CONFIG_AS": "y", "CONFIG_A": "y"}, false}, "barred": {kernel.Config{"CONFIG_A_X": "y", "CONFIG_B_Y": "y"}, false},
	} {
		if got := several.Holds(kernel.Version{}, "x86", c.conf); got != c.want {
			t.Errorf("any of several options, %s: %v, want %v", name, got, c.want)
		}
	}
	for columns, want := range map[[3]string]string{
		{"6.1", "*", "-"}: "bad kernel range", {"*", "x64", "-"}: `"x64" is not known`, {"*", "*", "A"}: "bad condition", {"*", "*", "CONFIG_"}: "bad condition",
	} {
		if _, err := ParseApplies(columns[0], columns[1], columns[2]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", columns, err, want)
		}
	}
}

// TestTexts writes the columns as the table has them, for messages.
func TestTexts(t *testing.T) {
	for _, text := range []string{"x86", "arm64,x86", "!arm,x86"} {
		if a, err := parseArchSet(text); err != nil || a.String() != text {
			t.Errorf("architectures %s are written %s, %v", text, a, err)
		}
	}
	for _, text := range []string{"CONFIG_A", "!CONFIG_A", "CONFIG_A|!CONFIG_B,CONFIG_C", "CONFIG_A_*"} {
		if c, err := parseCond(text); err != nil || c.String() != text {
			t.Errorf("the condition %s is written %s, %v", text, c, err)
		}
	}
}
