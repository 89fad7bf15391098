// Command insmodz loads a compressed module, which the kernel decompresses.
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	if err := load(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "insmodz: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

func load(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.FinitModule(int(f.Fd()), "", unix.MODULE_INIT_COMPRESSED_FILE)
}
