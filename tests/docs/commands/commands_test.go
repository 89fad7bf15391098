// Package commands does what the pages say: it runs their commands and builds what
// they have for BUILD files, block by block, in a workspace of its own.
package commands

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
	"github.com/rules-kheaders/rules_kheaders/tests/docs/plan"
	"github.com/rules-kheaders/rules_kheaders/tests/docs/snippet"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

var full = flag.Bool("full", false, "run also the pages and blocks that are not part of every test run")

func TestCommands(t *testing.T) {
	real, err := filepath.EvalSymlinks(runfile.Path(t, "MODULE_FILE"))
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Dir(real)
	sections, err := plan.Parse(string(runfile.Read(t, "TABLE")))
	if err != nil {
		t.Fatal(err)
	}
	rules := publicRules(t, root)
	p := newPlace(t, root, treesOf(t, root, sections))
	ran := 0
	for _, s := range sections {
		if s.Full && !*full {
			continue
		}
		page, err := markdown.Read(root, s.Page)
		if err != nil {
			t.Fatal(err)
		}
		blocks, err := s.Match(page)
		if err != nil {
			t.Error(err)
			continue
		}
		t.Run(s.Page, func(t *testing.T) {
			p.empty(t)
			var replaced []string
			for i, step := range s.Steps {
				if step.Old != "" {
					replaced = append(replaced, step.Old, step.New)
					continue
				}
				if step.Setup != "" {
					if said, err := p.bash(step.Setup); err != nil {
						t.Fatalf("blocks.txt:%d: %s: %v\n%s", step.Line, step.Setup, err, said)
					}
					continue
				}
				if step.Action == plan.Shown || step.Full && !*full {
					continue
				}
				ran++
				b := *blocks[i]
				b.Text = strings.NewReplacer(replaced...).Replace(b.Text)
				if err := p.do(step, &b, rules); err != nil {
					t.Fatalf("%s:%d: the block that begins with %q: %v", s.Page, blocks[i].Line, blocks[i].First(), err)
				}
			}
		})
	}
	if ran == 0 {
		t.Error("no block was run")
	}
}

// publicRules has the label of each rule that defs.bzl exports.
func publicRules(t *testing.T, root string) map[string]string {
	t.Helper()
	const file = "defs.bzl"
	b, err := os.ReadFile(filepath.Join(root, "rules", file))
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+) = _`).FindAllStringSubmatch(string(b), -1) {
		rules[m[1]] = "@rules_kheaders//:" + file
	}
	return rules
}

// treesOf has the names of the repositories that pages take a kernel's tree from.
func treesOf(t *testing.T, root string, sections []plan.Section) []string {
	t.Helper()
	var names []string
	for _, s := range sections {
		b, err := os.ReadFile(filepath.Join(root, s.Page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`@(\w+)//:tree\b`).FindAllSubmatch(b, -1) {
			names = append(names, string(m[1]))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// do does with a block what its step says.
func (p *place) do(step plan.Step, b *markdown.Block, rules map[string]string) error {
	switch step.Action {
	case plan.Run:
		if b.Lang == "console" {
			return p.console(b.Text)
		}
		return p.run(b.Text)
	case plan.Fails:
		return p.fails(b.Text, step.Args[0])
	case plan.Write, plan.Append, plan.Into:
		return p.write(step, b.Text, rules)
	case plan.Output:
		return contains(p.said, b.Text)
	}
	return nil
}

// run has commands run that must end with status 0.
func (p *place) run(text string) error {
	said, err := p.bash(text)
	p.said = said
	if err != nil {
		return withOutput(err, said)
	}
	return nil
}

// console has the lines run that begin with a prompt; what follows one is what it writes.
func (p *place) console(text string) error {
	for _, part := range strings.Split("\n"+text, "\n$ ")[1:] {
		command, writes, _ := strings.Cut(part, "\n")
		if err := p.run(command); err != nil {
			return err
		}
		if err := contains(p.said, writes); err != nil {
			return err
		}
	}
	return nil
}

// fails has a block run that must end with a status.
func (p *place) fails(text, status string) error {
	said, err := p.bash(text)
	p.said = said
	want, _ := strconv.Atoi(status)
	var exit *exec.ExitError
	if err == nil || !errors.As(err, &exit) || exit.ExitCode() != want {
		return withOutput(fmt.Errorf("it ends with %v, want exit status %d", err, want), said)
	}
	return nil
}

// write makes or changes a file by a block.
func (p *place) write(step plan.Step, block string, rules map[string]string) error {
	name := filepath.Join(p.dir, filepath.FromSlash(step.Args[0]))
	old, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	text := block
	switch base := filepath.Base(name); {
	case step.Action == plan.Into:
		text, err = snippet.Into(string(old), step.Args[1], block)
	case step.Action == plan.Write && base == "BUILD.bazel":
		text, err = snippet.Join("", block, rules)
	case step.Action == plan.Append && base == "BUILD.bazel":
		text, err = snippet.Join(string(old), block, rules)
	case step.Action == plan.Append:
		text = string(old) + block
		err = nil
	default:
		err = nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// contains tells whether each line of a block, in order, is part of what a command wrote.
// "…" stands for anything, and so does each number.
func contains(said, text string) error {
	for _, l := range strings.Split(strings.TrimSpace(text), "\n") {
		if l = strings.TrimSpace(l); l == "" || l == "…" {
			continue
		}
		quoted := regexp.QuoteMeta(l)
		quoted = regexp.MustCompile(`[0-9][0-9,.]*`).ReplaceAllString(strings.ReplaceAll(quoted, "…", ".*"), `[0-9][0-9,.]*`)
		at := regexp.MustCompile(quoted).FindStringIndex(said)
		if at == nil {
			return withOutput(fmt.Errorf("the command before it does not write %q", l), said)
		}
		said = said[at[1]:]
	}
	return nil
}

func TestContains(t *testing.T) {
	const said = "kheaders: a: b has 470,123 B, WHY\nsecond 7\n"
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"kheaders: a: … has 1 B\n…\nsecond 12", true},
		{"second 1\nkheaders: a", false},
		{"third", false},
	} {
		if err := contains(said, c.text); (err == nil) != c.ok {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}
