// Package stdfilter makes a program of a compressor: from standard input to standard
// output.
package stdfilter

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

// Main compresses by the writer that open makes, and ends the process with status 1
// where that fails. name is the program's, for the message.
func Main(name string, open func(io.Writer) (io.WriteCloser, error)) {
	if err := run(os.Stdout, os.Stdin, open); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

func run(to io.Writer, from io.Reader, open func(io.Writer) (io.WriteCloser, error)) error {
	out := bufio.NewWriter(to)
	z, err := open(out)
	if err != nil {
		return err
	}
	if _, err := io.Copy(z, bufio.NewReaderSize(from, 1<<20)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.Flush()
}
