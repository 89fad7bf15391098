package quote

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`"beside.h"`:   `"beside.h"`,
		"<a\\b.h>":     "<a\\b.h>",
		"ümläut.h":     "ümläut.h",
		"":             "",
		"\x1b]0;x\x07": `"\x1b]0;x\a"`,
		"\"a\tb\"":     `"\"a\tb\""`,
		"\xff":         `"\xff"`,
		"\u202egnp":    `"\u202egnp"`,
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ in, name, word, field, shell string }{
		{"include/linux/sched.h", "include/linux/sched.h", "include/linux/sched.h", "include/linux/sched.h", "include/linux/sched.h"},
		{"with space.h", "with space.h", `"with space.h"`, "with space.h", "'with space.h'"},
		{" ends ", `" ends "`, `" ends "`, " ends ", "' ends '"},
		{"", "", "", "", "''"},
		{"ümläut.h", "ümläut.h", "ümläut.h", "ümläut.h", "'ümläut.h'"},
		{"tab\there", `"tab\there"`, `"tab\there"`, `"tab\there"`, "'tab\there'"},
		{"a\x1b[31mb", `"a\x1b[31mb"`, `"a\x1b[31mb"`, `"a\x1b[31mb"`, "'a\x1b[31mb'"},
		{`q"b\`, `"q\"b\\"`, `"q\"b\\"`, `"q\"b\\"`, `'q"b\'`},
		{"it's", "it's", "it's", "it's", `'it'\''s'`},
		{"\xff", `"\xff"`, `"\xff"`, `"\xff"`, "'\xff'"},
		{"\u202egnp", `"\u202egnp"`, `"\u202egnp"`, `"\u202egnp"`, "'\u202egnp'"},
		{"$(x)", "$(x)", "$(x)", "$(x)", "'$(x)'"},
	} {
		for _, f := range []struct {
			name      string
			got, want string
		}{{"Name", Name(c.in), c.name}, {"Word", Word(c.in), c.word}, {"Field", Field(c.in), c.field}, {"Shell", Shell(c.in), c.shell}} {
			if f.got != f.want {
				t.Errorf("%s(%q) = %s, want %s", f.name, c.in, f.got, f.want)
			}
		}
		if q := Field(c.in); strings.HasPrefix(q, `"`) {
			if back, err := strconv.Unquote(q); err != nil || back != c.in {
				t.Errorf("Field(%q) is read back as %q, %v", c.in, back, err)
			}
		}
		out, err := exec.Command("/bin/sh", "-c", "printf %s "+Shell(c.in)).Output()
		if err != nil || string(out) != c.in {
			t.Errorf("a shell reads Shell(%q) as %q, %v", c.in, out, err)
		}
	}
}
