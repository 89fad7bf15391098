package imagescan

import (
	"fmt"
	"io"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// Limits bound what is read of an image; 0 is no limit.
type Limits struct {
	// Limits are those of an archive in it.
	summary.Limits
	// MaxImage is the largest size in bytes that the image, or what is
	// compressed in it, may decompress to. The whole search may read and
	// decompress passes times as much. Where Default says that it is nobody's
	// own, less is allowed for a small file: see codec.Plausible.
	MaxImage int64
	Default  bool
}

// passes is how often all of an image may be read: once to search it, and for
// the archives in it.
const passes = 4

// bounds holds the limits of all layers of an image. A decompressor may read in
// a goroutine of its own.
type bounds struct {
	max int64 // of a layer; 0 is no limit

	mu   sync.Mutex
	left int64 // of all that is read in the search
	// over is true after the search: what was checked may be read again.
	over bool
	hit  error // the first limit that was reached
}

func newBounds(max int64) *bounds {
	b := &bounds{max: max, left: 1<<63 - 1}
	if max > 0 && max < b.left/passes {
		b.left = max * passes
	}
	return b
}

// spend takes n bytes from what is left.
func (b *bounds) spend(n int) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return nil
	}
	if b.left -= int64(n); b.left >= 0 {
		return nil
	}
	b.left = 0
	return b.note(fmt.Errorf("to search it, more than %d bytes would be read and decompressed: if it is to be trusted, raise --max-image-bytes", b.max*passes))
}

// reached notes the error of a limit.
func (b *bounds) reached(err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.note(err)
}

func (b *bounds) note(err error) error {
	if b.hit == nil {
		b.hit = err
	}
	return err
}

// first is the first limit that was reached.
func (b *bounds) first() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.hit
}

// end ends the search.
func (b *bounds) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
}

// bounded reads the bytes of a layer, or those that it is decompressed from.
type bounded struct {
	r io.Reader
	b *bounds
	// out is true for what was decompressed, n is the bytes so far.
	out bool
	n   int64
}

func (r *bounded) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if e := r.b.spend(n); e != nil {
		return 0, e
	}
	if r.n += int64(n); r.out && r.b != nil && r.b.max > 0 && r.n > r.b.max {
		return 0, r.b.reached(fmt.Errorf("it decompresses to more than %d bytes: if it is to be trusted, raise --max-image-bytes", r.b.max))
	}
	return n, err
}
