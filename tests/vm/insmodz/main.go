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

// load opens the file by itself: os.Open wants epoll, which a small kernel may
// not have.
func load(path string) error {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.FinitModule(fd, "", unix.MODULE_INIT_COMPRESSED_FILE)
}
