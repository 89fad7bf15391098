// Package hugepage makes large buffers in which a program jumps about. With pages of
// 2 MiB the processor finds a place in them by fewer tables, which stay in its caches,
// and the kernel hands out one page where it handed out 512. Most systems give such
// pages only to who asks, and Go's runtime does not ask. It is a matter of time
// alone; memory is taken in larger steps.
package hugepage

// least is how many bytes a buffer has that may hold such a page.
const least = 2 << 20

// Make makes a slice of n bytes, as make does, and asks for large pages where it is
// large. Where the system has none, or does not give them, it is of small ones.
func Make(n int) []byte {
	b := make([]byte, n)
	if n >= least {
		advise(b)
	}
	return b
}
