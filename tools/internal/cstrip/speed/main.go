// Command speed times the stripper alone: it reads the files of a tar into
// memory and strips them some times over. tests/bench/strip runs it.
package main

import (
	"archive/tar"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
)

type source struct {
	path string
	text []byte
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// run prints the bytes read, the bytes left, and the seconds that the median
// pass over all files took.
func run() error {
	name := flag.String("strip", "comments", "`mode`")
	cores := flag.Int("cores", 1, "`number` of cores to use")
	passes := flag.Int("passes", 9, "`number` of passes over all files")
	flag.Parse()
	mode, err := cstrip.ParseMode(*name)
	if err != nil {
		return err
	}
	if flag.NArg() != 1 || *cores < 1 || *passes < 1 {
		return errors.New("give one tar file, and at least one core and pass")
	}
	files, err := read(flag.Arg(0))
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(*cores)
	in, out := 0, int64(0)
	for _, f := range files {
		in += len(f.text)
	}
	seconds := make([]float64, *passes)
	for i := range seconds {
		begin := time.Now()
		out = strip(files, mode, *cores)
		seconds[i] = time.Since(begin).Seconds()
	}
	slices.Sort(seconds)
	fmt.Println(in, out, seconds[len(seconds)/2])
	return nil
}

// strip strips all files on so many cores and returns the bytes that are left.
// Each core has one buffer, as in the archive action.
func strip(files []source, mode cstrip.Mode, cores int) int64 {
	var next, left atomic.Int64
	var wg sync.WaitGroup
	for range cores {
		wg.Go(func() {
			var buf []byte
			for {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				buf, _ = cstrip.Strip(buf[:0], files[i].text, files[i].path, mode)
				left.Add(int64(len(buf)))
			}
		})
	}
	wg.Wait()
	return left.Load()
}

func read(path string) ([]source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var files []source
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		files = append(files, source{h.Name, text})
	}
}
