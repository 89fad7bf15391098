// Command codecfile compresses its standard input to its standard output, as an
// archive of a format is, for benchmarks of the compressors alone.
package main

import (
	"flag"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/stdfilter"
)

func main() {
	format := flag.String("format", "tgz", "archive `format`")
	level := flag.Int("level", 0, "compression `level`; 0 is the format's default")
	flag.Parse()
	stdfilter.Main("codecfile", func(w io.Writer) (io.WriteCloser, error) {
		f, err := codec.ParseFormat(*format)
		if err != nil {
			return nil, err
		}
		z, _, err := codec.NewWriter(w, f, *level)
		return z, err
	})
}
