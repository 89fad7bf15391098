package ruleset

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTake(t *testing.T) {
	current := fmt.Sprintf("--rules-interface=%d", Interface)
	for _, args := range [][]string{nil, {"archive", current}, {"--help"}} {
		if got, err := Take(args); err != nil || !slices.Equal(got, args) {
			t.Errorf("%q: %q, %v", args, got, err)
		}
	}
	if got, err := Take([]string{current, "archive"}); err != nil || !slices.Equal(got, []string{"archive"}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, value := range []string{"0", fmt.Sprint(Interface + 1), "", fmt.Sprint(Interface) + " ", "\x1b"} {
		_, err := Take([]string{"--rules-interface=" + value, "archive"})
		if err == nil || !strings.Contains(err.Error(), "register programs of the same release") || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%q: %v", value, err)
		}
	}
}
