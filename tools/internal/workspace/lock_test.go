package workspace

import (
	"sync/atomic"
	"testing"
)

// TestLock has many that want the lock: one has it at a time.
func TestLock(t *testing.T) {
	root := t.TempDir()
	var inside, most atomic.Int32
	done := make(chan error)
	for range 20 {
		go func() {
			release, err := Lock(root)
			if err == nil {
				most.Store(max(most.Load(), inside.Add(1)))
				inside.Add(-1)
				release()
			}
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d had it at once", most.Load())
	}
	if _, err := Lock(root + "/gone"); err == nil {
		t.Error("a directory that is not there is locked")
	}
}
