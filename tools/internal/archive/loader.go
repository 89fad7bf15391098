package archive

import (
	"fmt"
	"io"
	"runtime"
	"sync"

	"rules_kheaders/tools/internal/cstrip"
	"rules_kheaders/tools/internal/oserr"
)

// loaded is one file read and stripped.
type loaded struct {
	raw  []byte // as it is in the tree
	out  []byte // as it goes into the archive; raw itself where nothing changed
	buf  []byte // what out is built in
	note string
	err  error
	done chan struct{}
}

// loader reads and strips files on all cores and hands them on in order. At
// most a few a core are in work, so memory grows with the cores and the size
// of single files, not with the tree.
type loader struct {
	queue chan *loaded
	quit  chan struct{}
	wg    sync.WaitGroup
	pool  sync.Pool
}

func startLoader(files []*Selected, mode cstrip.Mode) *loader {
	workers := runtime.GOMAXPROCS(0)
	l := &loader{queue: make(chan *loaded, 8*workers), quit: make(chan struct{})}
	type job struct {
		f *Selected
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
func (l *loader) free(item *loaded) { l.pool.Put(item) }

func (l *loader) stop() {
	close(l.quit)
	l.wg.Wait()
}

func (i *loaded) load(f *Selected, mode cstrip.Mode) {
	i.note, i.err = "", nil
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
	if n, err := io.ReadFull(r, i.raw); err != nil {
		i.err = fmt.Errorf("read %q from %s: got %d of %d bytes: %w", f.Path, f.Label, n, f.Size, oserr.Reason(err))
		return
	}
	switch n, err := r.Read(make([]byte, 1)); {
	case n != 0:
		i.err = fmt.Errorf("read %q from %s: it grew while it was read: build again", f.Path, f.Label)
		return
	case err != io.EOF:
		i.err = fmt.Errorf("read %q from %s: %w", f.Path, f.Label, oserr.Reason(err))
		return
	}
	if mode == cstrip.None {
		i.out = i.raw
		return
	}
	i.buf, i.note = cstrip.Strip(i.buf[:0], i.raw, f.Path, mode)
	i.out = i.buf
}
