package xz

import (
	"bytes"
	"fmt"
	"hash"
	"sync/atomic"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hugepage"
)

// job is a block that is decoded on its own, beside others. Its header says how
// much it is and how much it becomes.
type job struct {
	head   blockHead
	held   int64 // bytes of memory that are lent for it
	packed []byte
	given  bool
	done   chan struct{}
	// Known when it is done.
	out []byte
	err error
}

// maxRatio is how much more a block may become than it has, to be decoded on its
// own. Memory for what it says to become is lent before that is seen to be true.
const maxRatio = 200

// Blocks that become less are not worth it. What a decoder needs besides the
// block's bytes is less than that.
const leastAhead = 1 << 20

// newJob returns a job for a block, nil where it is not to be decoded ahead.
func newJob(h blockHead, l Lender) *job {
	if l == nil || h.packed < 0 || h.unpacked < leastAhead || h.unpacked/maxRatio > h.packed {
		return nil
	}
	j := &job{head: h, held: h.packed + h.unpacked, done: make(chan struct{})}
	if j.held < 0 || !l.Try(j.held) {
		return nil
	}
	return j
}

// start reads the block, to its end, and decodes it while others are read.
// Once stop is true it gives up.
func (j *job) start(in *counted, c checker, stop *atomic.Bool) error {
	var err error
	if j.packed, err = j.head.read(in, c); err != nil {
		close(j.done)
		return err
	}
	go func() {
		defer close(j.done)
		defer func() {
			if r := recover(); r != nil {
				j.err = fmt.Errorf("%v", r)
			}
		}()
		j.err = j.decode(c, stop)
		j.packed = nil
	}()
	return nil
}

func (j *job) decode(c checker, stop *atomic.Bool) error {
	in := bytes.NewReader(j.packed[:j.head.packed])
	z := newChunks(in, int(j.head.dict), int(j.head.unpacked))
	z.buf = hugepage.Make(int(j.head.unpacked))[:0] // it is lent
	for {
		if stop.Load() {
			return errClosed
		}
		done, err := z.next()
		if err != nil {
			return unexpected(err)
		}
		if done {
			break
		}
	}
	if in.Len() > 0 || int64(len(z.buf)) != j.head.unpacked {
		return errIndex
	}
	var sum hash.Hash
	if c.make != nil {
		sum = c.make()
		sum.Write(z.buf)
	}
	j.out = z.buf
	return readEnd(bytes.NewReader(j.packed[j.head.packed:]), j.head.packed, c, sum)
}
