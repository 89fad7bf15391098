//go:build !linux

package privdir

import "os"

// syncAll writes the directory f to its disk.
func syncAll(f *os.File) error { return f.Sync() }
