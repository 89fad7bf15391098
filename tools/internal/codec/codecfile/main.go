// Command codecfile compresses its standard input to its standard output, as an
// archive of a format is, for benchmarks of the compressors alone.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

func main() {
	format := flag.String("format", "tgz", "archive `format`")
	level := flag.Int("level", 0, "compression `level`; 0 is the format's default")
	flag.Parse()
	if err := run(*format, *level); err != nil {
		fmt.Fprintln(os.Stderr, "codecfile:", err)
		os.Exit(1)
	}
}

func run(format string, level int) error {
	f, err := codec.ParseFormat(format)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	z, _, err := codec.NewWriter(out, f, level)
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
