package changelog

import (
	"strings"
	"testing"
	"time"
)

const text = `# Changelog

Words.

## 0.2.0 (2027-01-02)

- new

### More

- and more

## 0.1.0 (2026-11-26)

First.
`

func TestFind(t *testing.T) {
	for version, want := range map[string]Section{
		"0.2.0": {time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC), "- new\n\n### More\n\n- and more\n"},
		"0.1.0": {time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), "First.\n"},
	} {
		got, err := Find(text, version)
		if err != nil || !got.Date.Equal(want.Date) || got.Text != want.Text {
			t.Errorf("%s: %+v, %v; want %+v", version, got, err, want)
		}
	}
}

func TestFindErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{text, "no section of 1.0"},
		{"## 1.0\n\ntext\n", `not of the form "## VERSION (YYYY-MM-DD)"`},
		{"## 1.0 (2026-13-01)\n\ntext\n", "read date of 1.0"},
		{"## 1.0 (2026-12-01)\n\n## 0.9 (2026-11-01)\n\ntext\n", "section of 1.0 is empty"},
	} {
		if got, err := Find(c.text, "1.0"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %+v, %v; want an error with %q", c.text, got, err, c.want)
		}
	}
}
