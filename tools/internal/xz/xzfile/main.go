// Command xzfile compresses its standard input to its standard output, for tests
// and benchmarks of the compressor alone.
package main

import (
	"flag"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/stdfilter"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

func main() {
	var o xz.Options
	flag.IntVar(&o.Dict, "dict", 0, "dictionary, in `bytes`; 0 is the default")
	flag.IntVar(&o.Nice, "nice", 0, "`length` of a match that ends the search; 0 is the default")
	flag.IntVar(&o.Depth, "depth", 0, "`number` of places that are tried; 0 is the default")
	flag.Parse()
	stdfilter.Main("xzfile", func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w, o) })
}
