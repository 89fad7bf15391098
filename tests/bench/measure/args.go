package measure

import (
	"flag"
	"os"
)

// Args parses the flags, and returns the other arguments. Flags may follow those:
// `tools/bazel run //tests/bench:NAME -- --runs=1` puts them last.
func Args() []string {
	var others []string
	rest := os.Args[1:]
	for {
		// The set of flags of a command ends the program on what is wrong.
		flag.CommandLine.Parse(rest)
		if rest = flag.Args(); len(rest) == 0 {
			return others
		}
		others, rest = append(others, rest[0]), rest[1:]
	}
}
