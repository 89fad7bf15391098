package licence

import (
	"slices"
	"strings"
	"testing"
)

// TestBan fails an expression only where no alternative avoids the list.
func TestBan(t *testing.T) {
	for _, c := range []struct {
		ban        []string
		expression string
		want       []string
	}{
		{nil, "GPL-2.0", nil},
		{[]string{"GPL-3.0-only"}, "GPL-2.0", nil},
		{[]string{"GPL-2.0-only"}, "GPL-2.0", []string{"GPL-2.0"}},
		{[]string{"GPL-2.0"}, "GPL-2.0-only", []string{"GPL-2.0-only"}},
		{[]string{"GPL-2.0+"}, "GPL-2.0-or-later", []string{"GPL-2.0-or-later"}},
		{[]string{"GPL-2.0"}, "GPL-2.0+", nil},
		{[]string{"GPL-2.0"}, "GPL-2.0 WITH Linux-syscall-note", []string{"GPL-2.0 WITH Linux-syscall-note"}},
		{[]string{"GPL-2.0 WITH Linux-syscall-note"}, "GPL-2.0", nil},
		{[]string{"GPL-2.0-only WITH Linux-syscall-note"}, "GPL-2.0 WITH Linux-syscall-note", []string{"GPL-2.0 WITH Linux-syscall-note"}},
		{[]string{"GPL-2.0"}, "(GPL-2.0 OR BSD-3-Clause)", nil},
		{[]string{"GPL-2.0", "BSD-3-Clause"}, "GPL-2.0 OR BSD-3-Clause", []string{"GPL-2.0", "BSD-3-Clause"}},
		{[]string{"GPL-2.0"}, "GPL-2.0 AND BSD-3-Clause", []string{"GPL-2.0"}},
		{[]string{"MIT"}, "GPL-2.0 AND (MIT OR ISC)", nil},
		{[]string{"GPL-2.0"}, "GPL-2.0 AND (MIT OR ISC)", []string{"GPL-2.0"}},
		// AND binds more than OR.
		{[]string{"MIT"}, "GPL-2.0 OR MIT AND ISC", nil},
		{[]string{"GPL-2.0"}, "GPL-2.0 OR MIT AND ISC", nil},
		{[]string{"GPL-2.0", "ISC"}, "GPL-2.0 OR MIT AND ISC", []string{"GPL-2.0", "ISC"}},
		// A later version is another licence.
		{[]string{"GPL-2.0-or-later"}, "GPL-2.0-or-later AND GPL-3.0-only", []string{"GPL-2.0-or-later"}},
		{[]string{"GPL-2.0"}, "(GPL-2.0 WITH Linux-syscall-note)", []string{"GPL-2.0 WITH Linux-syscall-note"}},
		{[]string{"gpl-2.0-ONLY"}, "GPL-2.0", []string{"GPL-2.0"}},
		{[]string{"GPL-2.0  WITH  linux-syscall-NOTE"}, "GPL-2.0-only WITH Linux-syscall-note", []string{"GPL-2.0-only WITH Linux-syscall-note"}},
		{[]string{"GPL-2.0"}, "GPL-2.0-with-GCC-exception", []string{"GPL-2.0-with-GCC-exception"}},
		{[]string{"GPL-2.0-with-GCC-exception"}, "GPL-2.0", nil},
		{[]string{"MIT", "Zlib"}, "(MIT OR (ISC AND Zlib)) AND GPL-2.0", []string{"MIT", "Zlib"}},
		{[]string{"MIT"}, "(MIT OR (ISC AND Zlib)) AND GPL-2.0", nil},
		{[]string{NoAssertion}, NoAssertion, []string{NoAssertion}},
		{[]string{"MIT"}, NoAssertion, nil},
		{[]string{"LicenseRef-x-1"}, "MIT AND LicenseRef-x-1", []string{"LicenseRef-x-1"}},
	} {
		b, err := NewBan(c.ban)
		if err != nil {
			t.Errorf("%q: %v", c.ban, err)
			continue
		}
		if got, err := b.Hit(c.expression); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q without %q: %q, %v; want %q", c.expression, c.ban, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "GPL", "MIT OR ISC", "LicenseRef-a_b"} {
		if _, err := NewBan([]string{bad}); err == nil {
			t.Errorf("%q is a licence", bad)
		}
	}
	b, err := NewBan([]string{"MIT"})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "MIT OR", "MIT or ISC", "((MIT)", strings.Repeat("(", 1<<20)} {
		if _, err := b.Hit(bad); err == nil {
			t.Errorf("%.20q is an expression", bad)
		}
	}
}
