package hugepage

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// TestMake makes slices of all sizes, which are zero and can be written to.
func TestMake(t *testing.T) {
	for _, n := range []int{0, 1, 4096, least - 1, least, least + 1, 3*least + 5} {
		b := Make(n)
		if len(b) != n || slices.ContainsFunc(b, func(v byte) bool { return v != 0 }) {
			t.Fatalf("%d bytes: %d, or not zero", n, len(b))
		}
		for i := range b {
			b[i] = byte(i)
		}
	}
}

// TestAdvised reads in the kernel's own account of the process that large pages
// were asked for: for a large slice, and for memory that begins anywhere.
func TestAdvised(t *testing.T) {
	for _, file := range []string{"/sys/kernel/mm/transparent_hugepage", smaps} {
		if _, err := os.Stat(file); err != nil {
			t.Skip("the kernel has no such pages, or does not tell: ", err)
		}
	}
	if b := Make(8 << 20); !asked(t, unsafe.Pointer(&b[len(b)/2])) {
		t.Error("a large slice: not asked for")
	}
	for _, skip := range []int{0, 1, 4095, 4096, 5000} {
		b, err := syscall.Mmap(-1, 0, 8<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		middle := unsafe.Pointer(&b[len(b)/2])
		if asked(t, middle) {
			t.Error("new memory: asked for already")
		}
		if advise(b[skip:]); !asked(t, middle) {
			t.Errorf("memory without the first %d bytes: not asked for", skip)
		}
		if err := syscall.Munmap(b); err != nil {
			t.Fatal(err)
		}
	}
}

const smaps = "/proc/self/smaps"

// asked tells whether large pages were asked for where p points.
func asked(t *testing.T, p unsafe.Pointer) bool {
	t.Helper()
	f, err := os.Open(smaps)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x", &from, &to); n == 2 {
			in = from <= uintptr(p) && uintptr(p) < to
		} else if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && in {
			return slices.Contains(strings.Fields(flags), "hg")
		}
	}
	t.Fatalf("no memory at %p", p)
	return false
}
