package textline

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

func TestScanner(t *testing.T) {
	const most = 5
	for text, want := range map[string]string{
		"":                      "[] <nil>",
		"a\n\nb":                `["a" "" "b"] <nil>`,
		"12345\r\n12345\n12345": `["12345" "12345" "12345"] <nil>`,
		"a\n12345678\nb\n":      `["a"] line 2 is longer than 5 bytes: correct it, or give another file`,
		"123456":                "[] line 1 is longer than 5 bytes: correct it, or give another file",
		strings.Repeat("x", 99): "[] line 1 is longer than 5 bytes: correct it, or give another file",
	} {
		var lines []string
		s := NewScanner(strings.NewReader(text), most)
		for s.Scan() {
			lines = append(lines, s.Text())
		}
		if got := fmt.Sprintf("%q %v", lines, s.Err()); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	failed := errors.New("failed")
	s := NewScanner(iotest.ErrReader(failed), most)
	if s.Scan() || s.Err() != failed {
		t.Errorf("error %v", s.Err())
	}
}
