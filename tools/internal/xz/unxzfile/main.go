// Command unxzfile decodes .xz files and drops what they hold, for benchmarks of
// the decoders alone.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	foreign "github.com/therootcompany/xz"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

func main() {
	decoder := flag.String("decoder", "own", "`decoder`: own, or foreign for therootcompany/xz")
	flag.Parse()
	for _, name := range flag.Args() {
		if err := decode(*decoder, name); err != nil {
			fmt.Fprintf(os.Stderr, "unxzfile: %s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

func decode(decoder, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader
	switch decoder {
	case "own":
		r, err = xz.NewReader(f, xz.ReadOptions{MaxDict: 64 << 20})
	case "foreign":
		r, err = foreign.NewReader(f, 0)
	default:
		err = fmt.Errorf("unknown decoder %q: use own or foreign", decoder)
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return err
}
