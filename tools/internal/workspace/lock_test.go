package workspace

import (
	"fmt"
	"os"
	"strings"
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
			release, err := Lock(root, func(string) {})
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
	if _, err := Lock(root+"/gone", nil); err == nil {
		t.Error("a directory that is not there is locked")
	}
}

// TestLockSaysWhoWaits has one wait for another, and say for whom.
func TestLockSaysWhoWaits(t *testing.T) {
	root := t.TempDir()
	release, err := Lock(root, func(string) { t.Error("waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string)
	done := make(chan error)
	go func() {
		second, err := Lock(root, func(holder string) { told <- holder })
		if err == nil {
			second()
		}
		done <- err
	}()
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	got, want := <-told, fmt.Sprintf(" (%s)", strings.TrimSpace(string(comm)))
	if _, err := os.Stat("/proc/locks"); err == nil && !(strings.HasPrefix(got, "process ") && strings.HasSuffix(got, want)) {
		t.Errorf("waits for %q, want a process %s", got, want)
	}
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
