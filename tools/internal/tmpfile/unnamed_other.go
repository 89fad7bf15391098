//go:build !linux

package tmpfile

import (
	"errors"
	"os"
)

// openUnnamed is for Linux alone.
func openUnnamed(string, int) (*os.File, error) { return nil, errors.ErrUnsupported }
