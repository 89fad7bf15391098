package codec

import (
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

// moduleWindow is how far back a compressed module looks, in bytes, as xz does
// for a kernel's modules_install: a kernel that decompresses it takes as much
// memory.
const moduleWindow = 1 << 20

// ModuleTypes are how the names of compressed modules end, behind ".ko.".
func ModuleTypes() []string { return []string{"xz", "zst"} }

// NewModuleWriter returns a compressor of a kernel module that writes to w what
// the kernel and its tools decompress: kind is one of ModuleTypes. xz has a CRC32,
// the only check that every kernel knows; zstd is one frame. Close finishes the
// stream; it does not close w.
func NewModuleWriter(w io.Writer, kind string) (io.WriteCloser, error) {
	switch kind {
	case "xz":
		return newXZWriter(w, xz.Options{Dict: moduleWindow, Nice: xz.MaxNice})
	case "zst":
		return zstd.NewWriter(w,
			zstd.WithEncoderLevel(zstd.SpeedBestCompression),
			zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(moduleWindow))
	}
	return nil, fmt.Errorf("modules are not compressed as %q: use one of %s", kind, strings.Join(ModuleTypes(), ", "))
}
