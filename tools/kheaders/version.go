package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
)

// version writes what the program is and what it is made of. The commit is there
// where Go's build has noted it: in a clone, by `go build`.
func version(stdout io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "kheaders %s\n", ruleset.Version)
	if info, ok := debug.ReadBuildInfo(); ok {
		if c := commit(info.Settings); c != "" {
			fmt.Fprintf(&b, "commit: %s\n", c)
		}
	}
	fmt.Fprintf(&b, "interface to the rules: %d\n", ruleset.Interface)
	fmt.Fprintf(&b, "built with: %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, f := range codec.Formats() {
		if c := codec.Compressor(f); c.Version != "" {
			fmt.Fprintf(&b, "%s: %s %s\n", f, c.Name, c.Version)
		}
	}
	_, err := io.WriteString(stdout, b.String())
	return err
}

// commit is that of the sources, and whether they had changes that are in none.
func commit(settings []debug.BuildSetting) string {
	hash, modified := "", ""
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			hash = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				modified = ", and changes"
			}
		}
	}
	if hash == "" {
		return ""
	}
	return hash + modified
}
