// Package inflight bounds the bytes of files that are in memory at once,
// however many cores work on them.
package inflight

import "sync"

// Budget is how many bytes may be held.
type Budget struct {
	max    int64
	mu     sync.Mutex
	free   sync.Cond
	held   int64
	closed bool
}

// New makes a budget of so many bytes.
func New(bytes int64) *Budget {
	b := &Budget{max: bytes}
	b.free.L = &b.mu
	return b
}

// Take waits until so many bytes can be held, and tells whether they are: not
// after Close. Of a file that is larger than the budget one is held at a time.
// Who hands files on in an order must take for them in that order, or those
// behind keep out the one that is waited for.
func (b *Budget) Take(bytes int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.closed && b.held > 0 && b.held+bytes > b.max {
		b.free.Wait()
	}
	if b.closed {
		return false
	}
	b.held += bytes
	return true
}

// Try is Take without waiting: it tells whether so many bytes can be held now.
func (b *Budget) Try(bytes int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || bytes > b.max-b.held {
		return false
	}
	b.held += bytes
	return true
}

// Give gives back what was taken.
func (b *Budget) Give(bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held -= bytes
	b.free.Broadcast()
}

// Close lets nobody wait any more.
func (b *Budget) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.free.Broadcast()
}
