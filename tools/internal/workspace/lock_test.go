package workspace

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
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

// TestHolders has locks of other files that have the same inode.
func TestHolders(t *testing.T) {
	const locks = "1: POSIX  ADVISORY  WRITE 1 fe:00:77 0 EOF\n" +
		"2: FLOCK  ADVISORY  WRITE 2 fd:00:77 0 EOF\n" +
		"3: FLOCK  ADVISORY  WRITE 3 fe:01:77 0 EOF\n" +
		"4: FLOCK  ADVISORY  WRITE 4 fe:00:77 0 EOF\n" +
		"4: -> FLOCK  ADVISORY  WRITE 5 fe:00:77 0 EOF\n" +
		"6: FLOCK  ADVISORY  WRITE 6 fe:00:177 0 EOF\n" +
		"7: FLOCK\n"
	for want, dev := range map[string]uint64{"4": unix.Mkdev(0xfe, 0), "2": unix.Mkdev(0xfd, 0), "3": unix.Mkdev(0xfe, 1), "": unix.Mkdev(0xfe, 0x10)} {
		if got := strings.Join(holders(locks, &unix.Stat_t{Dev: dev, Ino: 77}), " "); got != want {
			t.Errorf("device %x: %q, want %q", dev, got, want)
		}
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
	// btrfs has locks by another device than its files say.
	var st unix.Stat_t
	if err := unix.Stat(root, &st); err != nil {
		t.Fatal(err)
	}
	locks, err := os.ReadFile("/proc/locks")
	if err == nil && len(holders(string(locks), &st)) > 0 && !(strings.HasPrefix(got, "process ") && strings.HasSuffix(got, want)) {
		t.Errorf("waits for %q, want a process %s", got, want)
	}
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
