package main

import (
	"bytes"
	"flag"
	"io"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// TestTopics: each topic tells of all that there is of its kind, and is named by the
// overview.
func TestTopics(t *testing.T) {
	var all bytes.Buffer
	if err := run([]string{"help"}, &all); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, topic := range topics {
		var b bytes.Buffer
		if err := run([]string{"help", topic.name}, &b); err != nil {
			t.Fatal(err)
		}
		texts[topic.name] = b.String()
		if !strings.Contains(all.String(), "\n  "+topic.name+" ") {
			t.Errorf("the overview does not name topic %s", topic.name)
		}
		for _, l := range strings.Split(b.String(), "\n") {
			if len([]rune(l)) > 100 || strings.HasSuffix(l, " ") {
				t.Errorf("%s: line %q is longer than a terminal, or says nothing at its end", topic.name, l)
			}
		}
		if topicOf(topic.name) != topic {
			t.Errorf("two topics are called %s", topic.name)
		}
		for _, c := range commands {
			if c.name == topic.name {
				t.Errorf("%s is a subcommand as well", topic.name)
			}
		}
	}
	has := func(topic, name, says string) {
		t.Helper()
		if says == "" || !strings.Contains(texts[topic], "\n  "+name+" ") || !strings.Contains(texts[topic], says) {
			t.Errorf("topic %s does not tell of %s: %s", topic, name, texts[topic])
		}
	}
	for _, f := range codec.Formats() {
		has("formats", string(f), uses[f])
	}
	for _, p := range selection.Profiles() {
		has("profiles", p, purposes[p])
	}
	for _, m := range cstrip.Modes() {
		has("strip", string(m), takes[m])
	}
}

// TestExamples: each subcommand's help ends with examples, whose flags it has.
func TestExamples(t *testing.T) {
	byName := map[string]*command{}
	for _, c := range commands {
		byName[c.name] = c
	}
	for _, c := range commands {
		_, examples, ok := strings.Cut(c.help, "\nExample:\n")
		own := 0
		for _, l := range strings.Split(strings.ReplaceAll(examples, "\\\n", ""), "\n") {
			_, l, called := strings.Cut(l, "kheaders ")
			args := words(l)
			if !called || len(args) == 0 || byName[args[0]] == nil {
				continue
			}
			if args[0] == c.name {
				own++
			}
			if err := parses(byName[args[0]], args[1:]); err != nil {
				t.Errorf("%s: example %q: %v", c.name, l, err)
			}
		}
		// That of size-test is run by Bazel as a rule.
		if !ok || own == 0 {
			t.Errorf("the help of %s has no example of it", c.name)
		}
	}
}

// words splits a line as a shell does that knows single quotes alone.
func words(line string) []string {
	var all []string
	quoted, inside := false, false
	for _, r := range line {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == ' ' && !quoted:
			inside = false
			continue
		}
		if !inside {
			all, inside = append(all, ""), true
		}
		if r != '\'' {
			all[len(all)-1] += string(r)
		}
	}
	return all
}

// parses parses a command's flags and operands without running it.
func parses(c *command, args []string) error {
	parsed := command{name: c.name, operand: c.operand, operands: c.operands, verbatim: c.verbatim,
		setup: func(fs *flag.FlagSet) func(io.Writer) error {
			c.setup(fs)
			return func(io.Writer) error { return nil }
		}}
	return parsed.run(args, nil, io.Discard)
}

// TestProgramVersion: --version tells of the release and of each compressor.
func TestProgramVersion(t *testing.T) {
	var b bytes.Buffer
	if err := run([]string{"--version"}, &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"kheaders 0.", "interface to the rules: ", "tgz: github.com/klauspost/pgzip v", "tar.zst: ", "tar.xz: ", "tar.bz2: "} {
		if !strings.Contains("\n"+b.String(), "\n"+want) {
			t.Errorf("no line begins with %q: %s", want, b.String())
		}
	}
	for _, c := range []struct {
		settings []debug.BuildSetting
		want     string
	}{
		{nil, ""},
		{[]debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}, ""},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "false"}}, "abc"},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}}, "abc, and changes"},
	} {
		if got := commit(c.settings); got != c.want {
			t.Errorf("%v: %q, want %q", c.settings, got, c.want)
		}
	}
}
