package machine

import (
	"slices"
	"strings"
	"testing"
)

func TestParseResults(t *testing.T) {
	for _, c := range []struct {
		name, console string
		want          []Result
		err           string
	}{
		{"passed", "noise\r\nok one\r\nok two words\r\n1..2\r\n", []Result{{"one", true}, {"two words", true}}, ""},
		{"failed", "ok one\nnot ok two\n1..2\n", []Result{{"one", true}, {"two", false}}, ""},
		{"a line lost", "ok one\n1..2\n", []Result{{"one", true}}, "made 2 checks, but 1"},
		{"panic", "ok one\n[    9.1] Kernel panic - not syncing: Fatal exception\r\nRebooting\n", []Result{{"one", true}}, `stopped after 1 checks, before it was done: its kernel says "Kernel panic - not syncing: Fatal exception"`},
		{"panic without memory", "Kernel panic - not syncing: System is deadlocked on memory", nil, `on memory": give it more memory (memory = …, --memory=…)`},
		{"panic without a program", "[ 1.0] Kernel panic - not syncing: No working init found.", nil, `found.": name a busybox that this kernel can run, or give it more memory (memory = …, --memory=…)`},
		{"words of a program", "Out of memory\n[x] System halted\n", nil, "before it was done"},
		{"nothing checked", "1..0\n", nil, "no check"},
		{"never started", "", nil, "stopped after 0 checks"},
		{"only alike", "look ok\nokay\n[1.0] ok x\nok \n1..0\n", nil, "no check"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []Result
			err := parseResults(strings.NewReader(c.console), func(r Result) { got = append(got, r) })
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "its kernel says") != strings.Contains(c.console, "Kernel panic")) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}
