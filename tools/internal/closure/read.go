package closure

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"rules_kheaders/tools/internal/cinclude"
	"rules_kheaders/tools/internal/oserr"
)

type opener func() (io.ReadCloser, error)

// maxSize is how much of one file is looked at, in bytes. The largest header
// of any kernel has some 20 MB.
const maxSize = 64 << 20

// scanAll reads files on all cores and hands each one's directives to each, in
// the files' order. Memory grows with the cores, not with the files.
func scanAll(files []source, names map[string]bool, each func(source, *cinclude.Result)) error {
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
				it.err = scanOne(files[n], &buf, names, &it.r)
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
		each(f, &it.r)
		free <- struct{}{}
	}
	return nil
}

func scanOne(f source, buf *bytes.Buffer, names map[string]bool, r *cinclude.Result) error {
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
	if f.text {
		cinclude.ScanText(buf.Bytes(), r)
	} else {
		cinclude.Scan(buf.Bytes(), cinclude.Options{Macros: names}, r)
	}
	return nil
}

// isC tells by its name whether a file is C, or assembler that the
// preprocessor reads.
func isC(name string) bool {
	switch filepath.Ext(name) {
	case ".h", ".c", ".S", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".inc", ".bt":
		return true
	}
	return false
}

// outside returns the files among roots that are not in the tree, and those
// below directories, links followed.
func outside(files []File) ([]source, error) {
	var out []source
	add := func(label, p string) error {
		st, err := os.Stat(p)
		if err != nil {
			return fmt.Errorf("root %s: %w", label, oserr.Reason(err))
		}
		if !st.Mode().IsRegular() {
			return fmt.Errorf("root %s is neither a file nor a directory", label)
		}
		open := func() (io.ReadCloser, error) {
			f, err := os.Open(p)
			if err != nil {
				return nil, fmt.Errorf("root %s: %w", label, oserr.Reason(err))
			}
			return f, nil
		}
		out = append(out, source{shown: label, open: open, text: !isC(p)})
		return nil
	}
	for _, f := range files {
		st, err := os.Stat(f.Path)
		if err != nil {
			return nil, fmt.Errorf("root %s: %w", f.Label, oserr.Reason(err))
		}
		if !st.IsDir() {
			if err := add(f.Label, f.Path); err != nil {
				return nil, err
			}
			continue
		}
		n := len(out)
		err = filepath.WalkDir(f.Path+"/", func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return fmt.Errorf("root %s: %w", f.Label, oserr.Reason(err))
			}
			member := strings.TrimPrefix(strings.TrimPrefix(p, f.Path), "/")
			if strings.HasPrefix(d.Name(), ".") && member != "" {
				if d.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if st, err := os.Stat(p); err == nil && st.IsDir() {
				return nil // a link to a directory is not followed
			}
			return add(f.Label+"!"+member, p)
		})
		if err != nil {
			return nil, err
		}
		if len(out) == n {
			return nil, fmt.Errorf("root %s is a directory without files: give one that has C files", f.Label)
		}
	}
	return out, nil
}
