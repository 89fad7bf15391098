// Package buildtree tells the tar of what building a module needs of a kernel
// tree from the line that stands in its place where the tree has not got it.
package buildtree

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Missing is the first word of a file that is no build tree, but says why
// there is none. A tar begins with the name of a file, "./".
const Missing = "no-build-tree:"

// maxReason is the length in bytes of a reason that is read, far above any
// that is written.
const maxReason = 64 << 10

// WriteMissing writes, in place of a tar, why there is none.
func WriteMissing(w io.Writer, reason error) error {
	_, err := fmt.Fprintf(w, "%s %s\n", Missing, strings.ReplaceAll(reason.Error(), "\n", " "))
	return err
}

// Written tells whether r is what WriteMissing wrote.
func Written(r io.Reader) bool {
	head := make([]byte, len(Missing))
	_, err := io.ReadFull(r, head)
	return err == nil && string(head) == Missing
}

// Open returns a reader of the tar in in, or an error that says what
// WriteMissing wrote in its place.
func Open(in io.Reader) (io.Reader, error) {
	r := bufio.NewReader(in)
	if head, _ := r.Peek(len(Missing)); string(head) != Missing {
		return r, nil // what else it may be is for who reads the tar to say
	}
	b, err := io.ReadAll(io.LimitReader(r, maxReason))
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s", strings.TrimSpace(strings.TrimPrefix(string(b), Missing)))
}
