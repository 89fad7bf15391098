package gate

import (
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// Command is what accepts what there is: the test, run with these arguments, by
// the flags that it was tested with; "" if there is no test to run.
func (s *Spec) Command(args ...string) string {
	if s.Accept == "" {
		return ""
	}
	out := []string{"bazel", "run"}
	if s.Gate == "pr" {
		out = append(out, "--@rules_kheaders//:size_gate=pr")
	}
	if s.BaseLabel != "" {
		out = append(out, quote.Shell("--@rules_kheaders//:size_base="+s.BaseLabel))
	}
	out = append(out, quote.Shell(s.Accept), "--")
	return strings.Join(append(out, args...), " ")
}

// accepted says who accepts what a line has, and how.
func (s *Spec) accepted(l *Line, update bool) string {
	var sets []string
	for _, r := range l.Raises {
		sets = append(sets, r.String())
	}
	set := strings.Join(sets, " and ")
	var args []string
	if update {
		args = append(args, "--update")
	}
	if set != "" {
		args = append(args, "--raise", "--reason=WHY")
	}
	command := s.Command(args...)
	switch {
	case set == "" && command == "":
		return "write the baseline anew"
	case set == "":
		return "accept it: " + command
	case command == "":
		return "let the owners of " + l.Owner + " set " + set + " there"
	}
	return "let the owners of " + l.Owner + " accept " + set + ": " + command
}
