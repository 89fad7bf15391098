package ruleset

import (
	"slices"
	"strings"
	"testing"
)

func TestTake(t *testing.T) {
	for _, args := range [][]string{nil, {"archive", "--rules-interface=1"}, {"--help"}} {
		if got, err := Take(args); err != nil || !slices.Equal(got, args) {
			t.Errorf("%q: %q, %v", args, got, err)
		}
	}
	if got, err := Take([]string{"--rules-interface=1", "archive"}); err != nil || !slices.Equal(got, []string{"archive"}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, value := range []string{"0", "2", "", "1 ", "\x1b"} {
		_, err := Take([]string{"--rules-interface=" + value, "archive"})
		if err == nil || !strings.Contains(err.Error(), "register programs of the same release") || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%q: %v", value, err)
		}
	}
}
