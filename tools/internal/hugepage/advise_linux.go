package hugepage

import (
	"os"
	"syscall"
	"unsafe"
)

// advise asks for large pages in b, which has one small page at least. That the
// kernel refuses is no error: it may be built without them.
func advise(b []byte) {
	page := os.Getpagesize()
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) & (page - 1)
	b = b[skip:]
	_ = syscall.Madvise(b[:len(b)&^(page-1)], syscall.MADV_HUGEPAGE)
}
