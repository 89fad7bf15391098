package main

import (
	"flag"
	"strings"
	"testing"
)

// TestPathFlags has every flag that names a file say by its type whether that is
// read or written: the check that no output is an input goes by it.
func TestPathFlags(t *testing.T) {
	for _, c := range commands {
		fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
		c.setup(fs)
		fs.VisitAll(func(f *flag.Flag) {
			value, usage := flag.UnquoteUsage(f)
			_, in := f.Value.(reader)
			_, out := f.Value.(*outFile)
			if named := value == "file" || f.Name == "input"; named != (in || out) && value != "dir" {
				t.Errorf("%s --%s: names a file: %v, type %T", c.name, f.Name, named, f.Value)
			}
			if writes := strings.Contains(usage, "to write"); writes != out {
				t.Errorf("%s --%s: writes: %v, type %T", c.name, f.Name, writes, f.Value)
			}
		})
	}
}
