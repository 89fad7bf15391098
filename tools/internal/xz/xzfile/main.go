// Command xzfile compresses its standard input to its standard output, for tests
// and benchmarks of the compressor alone.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

func main() {
	var o xz.Options
	flag.IntVar(&o.Dict, "dict", 0, "dictionary, in `bytes`; 0 is the default")
	flag.IntVar(&o.Nice, "nice", 0, "`length` of a match that ends the search; 0 is the default")
	flag.IntVar(&o.Depth, "depth", 0, "`number` of places that are tried; 0 is the default")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "xzfile:", err)
		os.Exit(1)
	}
}

func run(o xz.Options) error {
	out := bufio.NewWriter(os.Stdout)
	z, err := xz.NewWriter(out, o)
	if err != nil {
		return err
	}
	if _, err := io.Copy(z, bufio.NewReaderSize(os.Stdin, 1<<20)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.Flush()
}
