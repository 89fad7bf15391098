package xz

import "sync"

const (
	batchSize = 8 << 10 // positions in a batch
	ahead     = 4       // batches that may wait to be parsed
	// kept is how many bytes before the parser stay there at least: more than a
	// chunk that is stored as it is.
	kept = 1 << 17
)

// batch has the matches of up to batchSize positions.
type batch struct {
	at    int // the first position
	ends  []uint32
	found []match
}

// of returns the matches of a position.
func (b *batch) of(pos int) []match {
	i := pos - b.at
	if i == 0 {
		return b.found[:b.ends[0]]
	}
	return b.found[b.ends[i-1]:b.ends[i]]
}

// pipe is what lies between who writes, the finder and the parser, which are at
// work at once: the latest part of the text, and matches that wait for the
// parser. Positions count from the beginning of the text.
type pipe struct {
	mu      sync.Mutex
	changed sync.Cond

	buf    []byte // its capacity is fixed
	base   int    // the position of its first byte; it moves while all others wait
	back   int    // how many bytes before the parser are needed
	ended  bool   // nothing more will be written
	closed bool   // nobody parses any more

	searched int // the finder's position
	idle     bool
	done     bool     // all matches are found
	batches  []*batch // for the parser
	spare    []*batch

	parsed   int // the parser's position
	starving bool
}

// bufSize is how much of the text is there at once.
func bufSize(dict int) int {
	return max(dict, kept) + max(dict/8, 1<<20) + 2*batchSize + 2*lookahead
}

func newPipe(dict int) *pipe {
	p := &pipe{back: max(dict, kept)}
	p.changed.L = &p.mu
	p.buf = make([]byte, 0, bufSize(dict))
	return p
}

// write adds to the text. It waits where there is no room.
func (p *pipe) write(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(b) > 0 && !p.closed {
		room := cap(p.buf) - len(p.buf)
		if room == 0 {
			if p.idle && p.starving && len(p.batches) == 0 {
				p.forget()
			} else {
				p.changed.Wait()
			}
			continue
		}
		n := min(room, len(b), batchSize)
		p.buf = append(p.buf, b[:n]...)
		b = b[n:]
		if p.idle && p.canFind() {
			p.idle = false
			p.changed.Broadcast()
		}
	}
}

// forget makes room. Nobody may be at work.
func (p *pipe) forget() {
	drop := p.parsed - p.back - p.base
	p.buf = append(p.buf[:0], p.buf[drop:]...)
	p.base += drop
}

// end says that nothing more will be written.
func (p *pipe) end() {
	p.mu.Lock()
	p.ended, p.idle = true, false
	p.changed.Broadcast()
	p.mu.Unlock()
}

// close says that nobody parses any more.
func (p *pipe) close() {
	p.mu.Lock()
	p.closed = true
	p.changed.Broadcast()
	p.mu.Unlock()
}

// canFind tells whether there is enough text for a batch. Except at the end it
// has so much after it that the matches do not depend on how much there is.
func (p *pipe) canFind() bool {
	return p.ended || p.base+len(p.buf)-p.searched >= batchSize+lookahead
}

// search finds the matches of all positions, until close or the end.
func (p *pipe) search(f *finder) {
	for {
		p.mu.Lock()
		for !p.closed && (!p.canFind() || len(p.batches) >= ahead) {
			if !p.canFind() {
				p.idle = true
				p.changed.Broadcast()
			}
			p.changed.Wait()
		}
		buf, at := p.buf, p.searched-p.base
		if p.closed || at == len(buf) {
			p.done = true
			p.changed.Broadcast()
			p.mu.Unlock()
			return
		}
		b := &batch{}
		if n := len(p.spare); n > 0 {
			b, p.spare = p.spare[n-1], p.spare[:n-1]
		}
		p.mu.Unlock()

		b.at, b.ends, b.found = p.searched, b.ends[:0], b.found[:0]
		to := min(at+batchSize, len(buf))
		for i := at; i < to; i++ {
			b.found = f.find(b.found, buf, i)
			b.ends = append(b.ends, uint32(len(b.found)))
		}

		p.mu.Lock()
		p.searched += to - at
		p.batches = append(p.batches, b)
		p.changed.Broadcast()
		p.mu.Unlock()
	}
}

// view is what the parser sees of the text: it stays there until the next one.
type view struct {
	buf     []byte
	base    int
	batches []*batch
}

// matches returns those of a place in the buffer.
func (v *view) matches(at int) []match {
	pos := v.base + at
	for _, b := range v.batches {
		if pos < b.end() {
			return b.of(pos)
		}
	}
	return nil
}

// end is the position after those whose matches are there.
func (b *batch) end() int { return b.at + len(b.ends) }

// ready waits until the matches for horizon positions from pos on are there, or
// all to the end. It gives back batches before pos.
func (p *pipe) ready(v *view, pos int) {
	if n := len(v.batches); n > 0 && v.batches[0].end() > pos && v.batches[n-1].end() >= pos+horizon {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parsed = pos
	for len(v.batches) > 0 && v.batches[0].end() <= pos {
		p.spare = append(p.spare, v.batches[0])
		v.batches = append(v.batches[:0], v.batches[1:]...)
	}
	for {
		v.batches = append(v.batches, p.batches...)
		if len(p.batches) > 0 {
			p.batches = p.batches[:0]
			p.changed.Broadcast()
		}
		found := pos
		if n := len(v.batches); n > 0 {
			found = v.batches[n-1].end()
		}
		if p.done || found >= pos+horizon {
			break
		}
		p.starving = true
		p.changed.Broadcast()
		p.changed.Wait()
	}
	p.starving = false
	v.buf, v.base = p.buf, p.base
}
