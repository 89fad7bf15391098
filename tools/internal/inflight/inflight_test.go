package inflight

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestBudget has many take what they may: never more is held than the budget, or
// one file alone.
func TestBudget(t *testing.T) {
	const max = 100
	b := New(max)
	var held, files atomic.Int64
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 200 {
				n := int64((i*37+j*11)%130 + 1)
				if !b.Take(n) {
					t.Error("it is closed")
				}
				if h, f := held.Add(n), files.Add(1); h > max && f > 1 {
					t.Errorf("%d bytes of %d files are held", h, f)
				}
				files.Add(-1)
				held.Add(-n)
				b.Give(n)
			}
		})
	}
	all.Wait()
	if b.held != 0 {
		t.Errorf("%d bytes are left", b.held)
	}
}

// TestClose ends those that wait.
func TestClose(t *testing.T) {
	b := New(1)
	b.Take(1)
	done := make(chan bool)
	go func() { done <- b.Take(1) }()
	b.Close()
	if <-done || b.Take(1) {
		t.Error("bytes are held after the end")
	}
}

// TestTry does not wait, and holds no more than the budget, not even one file.
func TestTry(t *testing.T) {
	b := New(10)
	for i, c := range []struct {
		bytes int64
		want  bool
	}{{11, false}, {6, true}, {5, false}, {4, true}, {1, false}, {1 << 62, false}} {
		if got := b.Try(c.bytes); got != c.want {
			t.Errorf("%d: %d bytes can be held: %v", i, c.bytes, got)
		}
	}
	b.Give(6)
	if !b.Try(5) {
		t.Error("what was given back cannot be held again")
	}
	b.Close()
	if b.Try(1) {
		t.Error("bytes are held after the end")
	}
}
