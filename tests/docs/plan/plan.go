// Package plan reads the table of what tests do with each block of code on a page.
package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
)

// Action is what is done with a block.
type Action string

// The actions.
const (
	// Run has bash run the block; it must end with status 0.
	Run Action = "run"
	// Fails has bash run the block; it must end with the status that is given.
	Fails Action = "fails"
	// Write makes a file of the block, below the page's directory.
	Write Action = "write"
	// Append adds the block to a BUILD file, or to any other file at its end.
	Append Action = "append"
	// Into adds the block, lines of attributes, to a rule: a file and the rule's name.
	Into Action = "into"
	// Output compares the block with what the command before it wrote.
	Output Action = "output"
	// Shown leaves the block as it is: only its syntax is checked. A reason is given.
	Shown Action = "shown"
)

// arguments is how many of them an action has; a reason is one.
var arguments = map[Action]int{Run: 0, Fails: 1, Write: 1, Append: 1, Into: 2, Output: 0, Shown: 1}

// Step is a line of a section: a command that the page has not, something to be put in
// the place of something else, or a block.
type Step struct {
	// Setup is a command of bash; the fields below are empty then.
	Setup string
	// New is to be in Old's place in the blocks that follow; the fields below are
	// empty then.
	Old, New string
	// Full says that the action is not part of every test run.
	Full bool
	// First is the beginning of the block's first line.
	First  string
	Action Action
	Args   []string
	Line   int
}

// Section is all of one page.
type Section struct {
	Page string
	// Full says that the page is not run in every test run.
	Full  bool
	Steps []Step
}

// Parse reads the table. A line is empty, a comment (#), the head of a page
// (== PAGE, or == PAGE full), a command ($ COMMAND), a replacement (~ OLD => NEW) or a
// block (FIRST => ACTION).
func Parse(text string) ([]Section, error) {
	var sections []Section
	for i, l := range strings.Split(text, "\n") {
		fail := func(format string, args ...any) ([]Section, error) {
			return nil, fmt.Errorf("line %d: "+format, append([]any{i + 1}, args...)...)
		}
		// A block may begin with a #, too.
		if l = strings.TrimSpace(l); l == "" || l[0] == '#' && (len(sections) == 0 || !strings.Contains(l, " => ")) {
			continue
		}
		if head, ok := strings.CutPrefix(l, "== "); ok {
			page, full := strings.CutSuffix(head, " full")
			if slices.ContainsFunc(sections, func(s Section) bool { return s.Page == page }) {
				return fail("page %s has a section already", page)
			}
			sections = append(sections, Section{Page: page, Full: full})
			continue
		}
		if len(sections) == 0 {
			return fail("it belongs to no page: begin with == PAGE")
		}
		step := Step{Line: i + 1}
		first, rest, ok := strings.Cut(l, " => ")
		if setup, is := strings.CutPrefix(l, "$ "); is && !ok {
			step.Setup = setup
		} else if old, is := strings.CutPrefix(first, "~ "); is && ok {
			step.Old, step.New = old, rest
		} else {
			rest, step.Full = strings.CutPrefix(rest, "full ")
			action, rest, _ := strings.Cut(rest, " ")
			n, known := arguments[Action(action)]
			if !ok || !known {
				return fail("%q: write FIRST => ACTION, one of run, fails, write, append, into, output and shown", l)
			}
			step.First, step.Action, step.Args = first, Action(action), strings.Fields(rest)
			if step.Action == Shown && rest != "" {
				step.Args = []string{rest}
			}
			if len(step.Args) != n {
				return fail("%s has %d arguments, want %d", action, len(step.Args), n)
			}
			if step.Action == Fails {
				if status, err := strconv.Atoi(step.Args[0]); err != nil || status == 0 {
					return fail("fails %q: give an exit status other than 0", step.Args[0])
				}
			}
		}
		last := &sections[len(sections)-1]
		last.Steps = append(last.Steps, step)
	}
	return sections, nil
}

// Of returns the section of a page, one without steps where there is none.
func Of(sections []Section, page string) *Section {
	for i := range sections {
		if sections[i].Page == page {
			return &sections[i]
		}
	}
	return &Section{Page: page}
}

// Match gives each step that is about a block the block of the page; nil for a
// command. The blocks must be those of the page, all of them and in order.
func (s *Section) Match(p *markdown.Page) ([]*markdown.Block, error) {
	var blocks []*markdown.Block
	n := 0
	for _, step := range s.Steps {
		if step.First == "" {
			blocks = append(blocks, nil)
			continue
		}
		if n == len(p.Blocks) {
			return nil, fmt.Errorf("line %d of the table is about a block %q, and %s has no further block: take the line out", step.Line, step.First, p.Path)
		}
		b := &p.Blocks[n]
		if !strings.HasPrefix(b.First(), step.First) {
			return nil, fmt.Errorf("%s:%d: the block begins with %q, and line %d of the table is about %q: each block of a page has a line, in order", p.Path, b.Line, b.First(), step.Line, step.First)
		}
		blocks = append(blocks, b)
		n++
	}
	if n < len(p.Blocks) {
		b := p.Blocks[n]
		return nil, fmt.Errorf("%s:%d: no test runs the block that begins with %q: add a line to the table", p.Path, b.Line, b.First())
	}
	return blocks, nil
}
