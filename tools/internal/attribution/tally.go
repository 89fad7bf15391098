package attribution

import (
	"math/bits"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
)

// tally charges what a walk writes down to the entries of the tar that its output
// is.
type tally struct {
	log *steps.Log
	// bits has what each entry was charged so far; the last is what belongs to none.
	bits []int64
	// pos is how much of the output was charged; up to known it is clear which entry
	// it belongs to: the last one.
	pos, known int64
	// at is how many of the log's steps were charged, and done how much of the next.
	at   int
	done int64
	// block has the entries of the block that is under way.
	block []share
}

// share is what an entry has of a block: n bytes, of this weight.
type share struct {
	entry     int
	weight, n int64
}

// enter says that a new entry begins at this place of the output and reaches to
// another at least; what is before it is of the entry before.
func (t *tally) enter(begin, reaches int64) {
	t.known = begin
	t.settle()
	t.bits = append(t.bits, 0)
	t.known = reaches
	t.settle()
}

// settle charges the steps of which it is known whose they are.
func (t *tally) settle() {
	steps := t.log.Steps
	for ; t.at < len(steps); t.at++ {
		s := steps[t.at]
		if s.N == 0 {
			t.endBlock(s.Weight)
			continue
		}
		n := s.N - t.done
		if t.pos+n > t.known {
			if n = t.known - t.pos; n > 0 {
				t.charge(s, n)
				t.done += n
			}
			break
		}
		t.charge(s, n)
		t.done = 0
	}
	// What is left moves to the front when it is less than what was charged, so that
	// no step moves often.
	if 2*t.at >= len(steps) {
		t.log.Steps = steps[:copy(steps, steps[t.at:])]
		t.at = 0
	}
}

// charge charges n bytes of a step, behind those that are done, to the last entry.
// The weight is split by the floor of a running sum, so that nothing is lost.
func (t *tally) charge(s steps.Step, n int64) {
	w := s.Weight
	if n < s.N {
		w = part(s.Weight, t.done+n, s.N) - part(s.Weight, t.done, s.N)
	}
	entry := len(t.bits) - 1
	if k := len(t.block); k == 0 || t.block[k-1].entry != entry {
		t.block = append(t.block, share{entry: entry})
	}
	b := &t.block[len(t.block)-1]
	b.weight += w
	b.n += n
	t.pos += n
}

// endBlock shares out what a block took by the weights of what is in it, or, where
// nothing has weight, by its bytes. A block without output is framing.
func (t *tally) endBlock(took int64) {
	weight, n := int64(0), int64(0)
	for _, b := range t.block {
		weight += b.weight
		n += b.n
	}
	if n == 0 {
		t.log.Frame(took)
		return
	}
	all := weight
	if weight == 0 {
		all = n
	}
	sum, before := int64(0), int64(0)
	for _, b := range t.block {
		if weight == 0 {
			sum += b.n
		} else {
			sum += b.weight
		}
		now := part(took, sum, all)
		t.bits[b.entry] += now - before
		before = now
	}
	t.block = t.block[:0]
}

// part returns whole × of / all, rounded down; of is not above all.
func part(whole, of, all int64) int64 {
	high, low := bits.Mul64(uint64(whole), uint64(of))
	q, _ := bits.Div64(high, low, uint64(all))
	return int64(q)
}
