package archive

import (
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/inflight"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// loaded is one file read and stripped.
type loaded struct {
	raw  []byte // as it is in the tree
	out  []byte // as it goes into the archive; raw itself where nothing changed
	buf  []byte // what out is built in
	note string
	// exec says that the file is a program.
	exec bool
	// large says that the file is not held here: it is copied as it is.
	large bool
	err   error
	// size is how many bytes the budget counts for it.
	size int64
	done chan struct{}
}

// loader reads and strips files on all cores and hands them on in order. At
// most a few a core are in work, of so many bytes together, so memory grows
// neither with the tree nor with the cores.
type loader struct {
	queue  chan *loaded
	quit   chan struct{}
	budget *inflight.Budget
	wg     sync.WaitGroup
	pool   sync.Pool
}

// maxInWork is how many bytes of files are in work at once. Only a test sets it.
var maxInWork int64 = 64 << 20

// maxKept is the size in bytes of the buffers that are used again.
const maxKept = 128 << 10

func startLoader(files []*headerset.Selected, mode cstrip.Mode) *loader {
	workers := runtime.GOMAXPROCS(0)
	l := &loader{queue: make(chan *loaded, 8*workers), quit: make(chan struct{}), budget: inflight.New(maxInWork)}
	type job struct {
		f *headerset.Selected
		l *loaded
	}
	jobs := make(chan job)
	for range workers {
		l.wg.Go(func() {
			for j := range jobs {
				j.l.load(j.f, mode)
				close(j.l.done)
			}
		})
	}
	l.wg.Go(func() {
		defer close(jobs)
		for _, f := range files {
			item, _ := l.pool.Get().(*loaded)
			if item == nil {
				item = &loaded{}
			}
			item.done = make(chan struct{})
			if item.size = f.Size; item.size > maxHeld {
				item.size = 0 // copied, not held
			}
			if !l.budget.Take(item.size) {
				return
			}
			select {
			case l.queue <- item:
			case <-l.quit:
				return
			}
			select {
			case jobs <- job{f, item}:
			case <-l.quit:
				return
			}
		}
	})
	return l
}

// next returns the next file in order.
func (l *loader) next() *loaded {
	item := <-l.queue
	<-item.done
	return item
}

// free gives back a file's buffers.
func (l *loader) free(item *loaded) {
	l.budget.Give(item.size)
	if cap(item.raw)+cap(item.buf) > maxKept {
		*item = loaded{}
	}
	item.out = nil
	l.pool.Put(item)
}

func (l *loader) stop() {
	close(l.quit)
	l.budget.Close()
	l.wg.Wait()
}

// Largest is the size in bytes of the largest of the files that is held in memory.
func Largest(files []headerset.Selected) int64 {
	var largest int64
	for i := range files {
		if n := files[i].Size; n <= maxHeld {
			largest = max(largest, n)
		}
	}
	return largest
}

// maxHeld is the size in bytes up to which a file is held in memory, to be
// stripped. Larger ones, such as vmlinux, are copied as they are. Only a test
// sets it.
var maxHeld int64 = 64 << 20

func (i *loaded) load(f *headerset.Selected, mode cstrip.Mode) {
	i.note, i.err, i.large, i.exec = "", nil, false, false
	defer func() {
		if r := recover(); r != nil {
			i.err = fmt.Errorf("strip %q from %s: internal error: %v: report it with the file, and exclude it or use strip none", f.Path, f.Label, r)
		}
	}()
	if f.Size > maxHeld {
		i.large = true
		if i.exec, i.err = f.Executable(); i.err != nil {
			return
		}
		if mode != cstrip.None && cstrip.Handles(f.Path) {
			i.note = fmt.Sprintf("not stripped: larger than %d bytes", maxHeld)
		}
		return
	}
	r, err := f.Open()
	if err != nil {
		i.err = err
		return
	}
	defer r.Close()
	if int64(cap(i.raw)) < f.Size {
		i.raw = make([]byte, f.Size)
	}
	i.raw = i.raw[:f.Size]
	if n, err := io.ReadFull(r, i.raw); err == io.EOF && f.Size > 0 || err == io.ErrUnexpectedEOF {
		i.err = shrunk(f, int64(n))
		return
	} else if err != nil && err != io.EOF {
		i.err = fmt.Errorf("read %q from %s: %w", f.Path, f.Label, oserr.Reason(err))
		return
	}
	if i.err = atEnd(f, r); i.err != nil {
		return
	}
	i.exec = hosttools.Executable(i.raw)
	if f.StripSymbols {
		i.buf, i.note = hosttools.Strip(i.buf[:0], i.raw)
		i.out = i.buf
		return
	}
	if mode == cstrip.None || f.Verbatim {
		i.out = i.raw
		if mode != cstrip.None && cstrip.Handles(f.Path) {
			i.note = "not stripped: the source of a host tool, which is compiled with warnings that heed comments"
		}
		return
	}
	if cap(i.buf) < len(i.raw) {
		i.buf = make([]byte, 0, len(i.raw))
	}
	i.buf, i.note = cstrip.Strip(i.buf[:0], i.raw, f.Path, mode)
	i.out = i.buf
}

func shrunk(f *headerset.Selected, n int64) error {
	return fmt.Errorf("read %q from %s: it shrank while it was read, to %d of %d bytes: build again", f.Path, f.Label, n, f.Size)
}

// atEnd checks that nothing more is to be read of a file.
func atEnd(f *headerset.Selected, r io.Reader) error {
	switch n, err := r.Read(make([]byte, 1)); {
	case n != 0:
		return fmt.Errorf("read %q from %s: it grew while it was read: build again", f.Path, f.Label)
	case err != io.EOF:
		return fmt.Errorf("read %q from %s: %w", f.Path, f.Label, oserr.Reason(err))
	}
	return nil
}
