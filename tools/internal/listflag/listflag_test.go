package listflag

import (
	"flag"
	"io"
	"slices"
	"testing"
)

func TestList(t *testing.T) {
	var l List
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Var(&l, "x", "a value")
	if err := fs.Parse([]string{"--x=b", "--x", "a b", "--x="}); err != nil || !slices.Equal(l, List{"b", "a b", ""}) {
		t.Errorf("%q, %v", l, err)
	}
}
