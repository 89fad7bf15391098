package tmpfile

import (
	"errors"
	"fmt"
	"os"
)

// Scratch is Unnamed("") with an error for users.
func Scratch() (*os.File, error) {
	f, err := Unnamed("")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file (TMPDIR says where): %w", err)
	}
	return f, nil
}

// Full returns the error for users where err is one of the scratch file itself, as
// when its disk is full, and nil where it is another's.
func Full(f *os.File, err error) error {
	var failed *os.PathError
	if !errors.As(err, &failed) || failed.Path != f.Name() {
		return nil
	}
	return fmt.Errorf("write it to a temporary file: %w: make room, or set TMPDIR to a directory with some", failed.Err)
}
