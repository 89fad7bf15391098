//go:build !linux

package genkheaders

import (
	"os"
	"time"
)

// changeOf is when a file was written.
func changeOf(info os.FileInfo) (time.Time, uint64) { return info.ModTime(), 0 }
