package main

import (
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func TestCheck(t *testing.T) {
	good := func() []measure.Result {
		return []measure.Result{{Name: "dump", Wall: 1, RSS: 11e6}, {Name: "image.gz", Wall: 9, RSS: 64e6}, {Name: windowed, Wall: 9, RSS: 81e6}}
	}
	for name, c := range map[string]struct {
		change func(r []measure.Result)
		want   string
	}{
		"good":     {func([]measure.Result) {}, ""},
		"slow":     {func(r []measure.Result) { r[0].Wall = 3.1 }, "dump: 484 MB/s, want 500 or more"},
		"memory":   {func(r []measure.Result) { r[1].RSS = 65e6 }, "image.gz: 65 MB of memory, want 64 or less"},
		"dump":     {func(r []measure.Result) { r[0].RSS = 70e6 }, "dump: 70 MB of memory"},
		"windowed": {func(r []measure.Result) { r[2].RSS = 97e6 }, "bzImage: 97 MB of memory, want 96 or less"},
	} {
		r := good()
		c.change(r)
		err := check(r, 1500e6)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
}
