package closure

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/inflight"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

type opener func() (io.ReadCloser, error)

// maxSize is how much of one file is looked at, in bytes. The largest header
// of any kernel has some 20 MB.
const maxSize = 64 << 20

// maxInWork is how many bytes of files are in work at once: read, or scanned and
// not yet handed on. maxKept is up to what size of a file buffers are kept.
const (
	maxInWork = 64 << 20
	maxKept   = 1 << 20
)

// scanAll reads files on all cores, with the definitions of macros or without,
// and hands each one's directives to each, in the files' order. Memory grows
// neither with the files nor with the cores times their size.
func scanAll(files []source, defines bool, each func(source, *cinclude.Result) error) error {
	type item struct {
		r    cinclude.Result
		err  error
		done chan struct{}
	}
	workers := min(runtime.GOMAXPROCS(0), len(files))
	// A worker may be this far ahead of what was handed on.
	ring := make([]item, 16*max(workers, 1))
	free := make(chan struct{}, len(ring))
	for i := range ring {
		ring[i].done = make(chan struct{}, 1)
		free <- struct{}{}
	}
	budget := inflight.New(maxInWork)
	var order sync.Mutex
	next := 0
	// take gives a worker the next file, once there is room for it: in order, as
	// they are handed on.
	take := func() (n int, ok bool) {
		order.Lock()
		defer order.Unlock()
		if next >= len(files) || !budget.Take(files[next].held()) {
			return 0, false
		}
		next++
		return next - 1, true
	}
	var wg sync.WaitGroup
	quit := make(chan struct{})
	for range workers {
		wg.Go(func() {
			var buf bytes.Buffer
			for {
				select {
				case <-free:
				case <-quit:
					return
				}
				n, ok := take()
				if !ok {
					return
				}
				it := &ring[n%len(ring)]
				it.err = scanOne(files[n], &buf, defines, &it.r)
				if buf.Cap() > maxKept {
					buf = bytes.Buffer{}
				}
				it.done <- struct{}{}
			}
		})
	}
	defer wg.Wait()
	defer budget.Close()
	defer close(quit)
	for n, f := range files {
		it := &ring[n%len(ring)]
		<-it.done
		if it.err != nil {
			return it.err
		}
		if err := each(f, &it.r); err != nil {
			return err
		}
		if f.held() > maxKept {
			it.r = cinclude.Result{}
		}
		budget.Give(f.held())
		free <- struct{}{}
	}
	return nil
}

// held is how many bytes the budget counts for a file.
func (f source) held() int64 { return min(f.size, maxSize) }

func scanOne(f source, buf *bytes.Buffer, defines bool, r *cinclude.Result) error {
	in, err := f.open()
	if err != nil {
		return err
	}
	defer in.Close()
	buf.Reset()
	if _, err := buf.ReadFrom(io.LimitReader(in, maxSize+1)); err != nil {
		return fmt.Errorf("read %s: %w", f.shown, oserr.Reason(err))
	}
	if buf.Len() > maxSize && !f.text {
		return fmt.Errorf("read %s: it has more than %d bytes, too much for a header: exclude it", f.shown, maxSize)
	}
	var o cinclude.Options
	if defines {
		o.Macros = anyName
	}
	if f.text {
		cinclude.ScanText(buf.Bytes(), r)
	} else {
		cinclude.Scan(buf.Bytes(), o, r)
	}
	return nil
}

func anyName([]byte) bool { return true }

// isC tells by its name whether a file is C, or assembler that the
// preprocessor reads.
func isC(name string) bool {
	switch filepath.Ext(name) {
	case ".h", ".c", ".S", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".inc", ".bt":
		return true
	}
	return false
}
