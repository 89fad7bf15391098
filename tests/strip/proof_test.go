package strip

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"regexp"
	"sync"
	"testing"
)

// verdict is what a file's comparison found. Files that are the same in all
// respects share one: kernels and architectures have most of theirs in common.
type verdict struct {
	path string // of the first of them
	// tokens is how many the file has.
	tokens int
	// ours has the difference that each mode made, mainline what its script made.
	ours     [len(modes)]*difference
	mainline *difference
	// wrong has what else is not as it should be.
	wrong []string
}

// prover compares files, as many at once as there are workers.
type prover struct {
	t       *testing.T
	program string // mainline's
	known   map[[sha256.Size]byte]*verdict
	batch   []job
	size    int
	jobs    chan []job
	wg      sync.WaitGroup
}

type job struct {
	f *file
	v *verdict
}

// batchSize is how many bytes of files are compared at once.
const batchSize = 2 << 20

func newProver(t *testing.T, workers int) *prover {
	p := &prover{t: t, program: mainlineScript(t), known: map[[sha256.Size]byte]*verdict{}, jobs: make(chan []job)}
	for range workers {
		c, dir := startClang(t), t.TempDir()
		p.wg.Go(func() {
			for batch := range p.jobs {
				if err := p.compare(c, dir, batch); err != nil {
					t.Error(err)
				}
			}
		})
	}
	return p
}

// add compares a file, if none like it was before, and returns its verdict,
// which is valid after done.
func (p *prover) add(f *file) *verdict {
	h := sha256.New()
	for i, b := range append([][]byte{f.was}, f.stripped[:]...) {
		fmt.Fprintf(h, "%d ", len(b))
		h.Write(b)
		if i > 0 {
			fmt.Fprintf(h, "%v", f.note[i-1] == "")
		}
	}
	key := [sha256.Size]byte(h.Sum(nil))
	v := p.known[key]
	if v == nil {
		v = &verdict{path: f.path}
		p.known[key] = v
		p.batch = append(p.batch, job{f, v})
		if p.size += len(f.was); p.size > batchSize {
			p.flush()
		}
	}
	return v
}

func (p *prover) flush() {
	p.jobs <- p.batch
	p.batch, p.size = nil, 0
}

func (p *prover) done() {
	p.flush()
	close(p.jobs)
	p.wg.Wait()
}

func (p *prover) compare(c *clang, dir string, batch []job) error {
	originals := make([][]byte, len(batch))
	for i, j := range batch {
		originals[i] = j.f.was
	}
	theirs, err := mainline(dir, p.program, originals)
	if err != nil {
		return err
	}
	// A text that is there twice is cut into tokens once.
	var texts [][]byte
	index := map[string]int{}
	add := func(text []byte) {
		if _, ok := index[string(text)]; !ok {
			index[string(text)] = len(texts)
			texts = append(texts, text)
		}
	}
	for i, j := range batch {
		add(j.f.was)
		add(theirs[i])
		for _, s := range j.f.stripped {
			add(s)
		}
	}
	spans, err := c.lex(texts)
	if err != nil {
		return err
	}
	all := make([]*tokens, len(texts))
	for i := range texts {
		all[i] = newTokens(texts[i], spans[i])
	}
	of := func(text []byte) *tokens { return all[index[string(text)]] }
	for i, j := range batch {
		was := of(j.f.was)
		j.v.tokens = len(was.spans)
		j.v.mainline = compare(was, of(theirs[i]))
		for m := range modes {
			j.v.ours[m] = compare(was, of(j.f.stripped[m]))
		}
		j.v.wrong = j.f.wrong(of)
	}
	return nil
}

// wrong lists what a file shows to be wrong beside its tokens.
func (f *file) wrong(of func(text []byte) *tokens) (wrong []string) {
	for m, mode := range modes {
		s := f.stripped[m]
		say := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("strip %s: ", mode)+fmt.Sprintf(format, args...))
		}
		if f.note[m] != "" {
			if !bytes.Equal(f.was, s) {
				say("it was changed in spite of the note %q", f.note[m])
			}
			continue
		}
		if len(s) > len(f.was) {
			say("it grew")
		}
		left := of(s).comments
		if mode != "comments_keep_license" {
			if len(left) > 0 {
				say("%d comments are left, the first is %q", len(left), left[0])
			}
			continue
		}
		has := map[string]bool{}
		for _, c := range left {
			if has[string(c)] && bytes.Contains(c, []byte("\n")) {
				say("the block %q is there twice", c)
			}
			has[string(c)] = true
		}
		for _, c := range of(f.was).comments {
			if licence.Match(c) && !has[string(c)] {
				say("the comment %q is lost", c)
			}
		}
	}
	return wrong
}

// licence has what is in comments that must stay, or some of it.
var licence = regexp.MustCompile(`(?i)SPDX-License-Identifier|copyright|all rights reserved|GNU General Public License|Permission is hereby granted`)
