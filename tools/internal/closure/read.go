package closure

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

type opener func() (io.ReadCloser, error)

// maxSize is how much of one file is looked at, in bytes. The largest header
// of any kernel has some 20 MB.
const maxSize = 64 << 20

// scanAll reads files on all cores, with the definitions of macros or without,
// and hands each one's directives to each, in the files' order. Memory grows
// with the cores, not with the files.
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
	var next atomic.Int64
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
				n := int(next.Add(1)) - 1
				if n >= len(files) {
					return
				}
				it := &ring[n%len(ring)]
				it.err = scanOne(files[n], &buf, defines, &it.r)
				it.done <- struct{}{}
			}
		})
	}
	defer wg.Wait()
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
		free <- struct{}{}
	}
	return nil
}

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
