package licence

import (
	"slices"
	"strings"
	"testing"
)

func TestTags(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"block":     {"/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */\n#define A 1\n", []string{"GPL-2.0 WITH Linux-syscall-note"}},
		"line":      {"// SPDX-License-Identifier: GPL-2.0-only\r\n", []string{"GPL-2.0-only"}},
		"script":    {"#!/bin/sh\n# SPDX-License-Identifier:   GPL-2.0 \n", []string{"GPL-2.0"}},
		"open":      {"/*\n * SPDX-License-Identifier: (GPL-2.0 OR BSD-3-Clause)\n */", []string{"(GPL-2.0 OR BSD-3-Clause)"}},
		"two":       {"// SPDX-License-Identifier: MIT\n// SPDX-License-Identifier: ISC\n// SPDX-License-Identifier: MIT\n", []string{"MIT", "ISC"}},
		"late":      {strings.Repeat("\n", 15) + "// SPDX-License-Identifier: MIT\n", nil},
		"last line": {strings.Repeat("\n", 14) + "// SPDX-License-Identifier: MIT", []string{"MIT"}},
		"empty":     {"// SPDX-License-Identifier: \n", nil},
		"none":      {"/* GPL */\n", nil},
		"nothing":   {"", nil},
	} {
		if got := Tags([]byte(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		tags          []string
		want, invalid string
	}{
		{nil, NoAssertion, ""},
		{[]string{"GPL-2.0"}, "GPL-2.0", ""},
		{[]string{"GPL-2.0+"}, "GPL-2.0+", ""},
		{[]string{"gpl-2.0-ONLY"}, "GPL-2.0-only", ""},
		{[]string{"GPL-2.0 WITH Linux-syscall-note"}, "GPL-2.0 WITH Linux-syscall-note", ""},
		{[]string{"(GPL-2.0 WITH Linux-syscall-note)"}, "GPL-2.0 WITH Linux-syscall-note", ""},
		{[]string{"(GPL-2.0+ WITH Linux-syscall-note) OR MIT"}, "GPL-2.0-or-later WITH Linux-syscall-note OR MIT", ""},
		{[]string{"((GPL-2.0 WITH Linux-syscall-note) OR Linux-OpenIB)"}, "GPL-2.0 WITH Linux-syscall-note OR Linux-OpenIB", ""},
		{[]string{"(GPL-2.0 WITH Linux-syscall-note)OR(MIT)"}, "GPL-2.0 WITH Linux-syscall-note OR MIT", ""},
		{[]string{"(MIT)OR(GPL-2.0 WITH Linux-syscall-note)"}, "MIT OR GPL-2.0 WITH Linux-syscall-note", ""},
		{[]string{"MIT AND (ISC OR Zlib)"}, "MIT AND (ISC OR Zlib)", ""},
		{[]string{"MIT", "ISC"}, "(MIT) AND (ISC)", ""},
		{[]string{"MIT", "mit"}, "MIT", ""},
		{[]string{"MIT or ISC"}, "LicenseRef-MIT-or-ISC-????????", "MIT or ISC"},
		{[]string{"LicenseRef-ours"}, "LicenseRef-LicenseRef-ours-????????", "LicenseRef-ours"},
		{[]string{"GPL 2.0, or so"}, "LicenseRef-GPL-2.0-or-so-????????", "GPL 2.0, or so"},
	} {
		e := Of(c.tags)
		for ref, text := range e.Invalid {
			if text != c.invalid || !strings.Contains(e.SPDX, ref) {
				t.Errorf("%q: %s is %q", c.tags, ref, text)
			}
		}
		if (len(e.Invalid) == 0) != (c.invalid == "") {
			t.Errorf("%q: not valid: %q", c.tags, e.Invalid)
		}
		if c.invalid != "" {
			if !strings.HasPrefix(e.SPDX, c.want[:len(c.want)-8]) || e.SPDX == Of([]string{"GPL 2.0; or so"}).SPDX {
				t.Errorf("%q: %q, want %q", c.tags, e.SPDX, c.want)
			}
			continue
		}
		if e.SPDX != c.want {
			t.Errorf("%q: %q, want %q", c.tags, e.SPDX, c.want)
		}
	}
}

// TestHostile has expressions that take long to read, or much of the stack.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("(", 1<<20) + "MIT" + strings.Repeat(")", 1<<20)
	for _, text := range []string{deep, strings.Repeat("MIT OR ", 1<<17) + "MIT"} {
		if e := Of([]string{text}); e.Invalid[e.SPDX] != text {
			t.Errorf("%.20q… is %.100q", text, e.SPDX)
		}
	}
	// Its alternatives are 2 to the power of 50.
	e := Of([]string{strings.TrimSuffix(strings.Repeat("(MIT OR ISC) AND ", 50), " AND ")})
	for want, ban := range map[string][]string{"": {"MIT"}, "MIT ISC": {"MIT", "ISC"}} {
		b, err := NewBan(ban)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.Hit(e.SPDX); err != nil || strings.Join(got, " ") != want {
			t.Errorf("without %q: %q, %v; want %q", ban, got, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	const e = "GPL-2.0 WITH Linux-syscall-note OR (GPL-2.0 AND MIT)"
	if got := Terms(e); !slices.Equal(got, []string{"GPL-2.0 WITH Linux-syscall-note", "GPL-2.0", "MIT"}) {
		t.Errorf("terms: %q", got)
	}
	if got := Names(e); !slices.Equal(got, []string{"GPL-2.0", "MIT"}) {
		t.Errorf("names: %q", got)
	}
}
