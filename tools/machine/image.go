package machine

import (
	"bytes"
	"compress/gzip"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

// sign is what an image of a kernel has at a place.
type sign struct {
	at    int64
	bytes string
}

// images are, by architecture, what the kernel's build calls its image, and the
// signs that QEMU, or the firmware that it starts, takes a file for one by, beside
// ELF: one is enough. What has none would be started all the same on most, and
// nothing would come of it for as long as anybody waits.
var images = map[string]struct {
	name  string
	signs []sign
}{
	// In either order of bytes. An Image has none: it begins with an instruction.
	"arm": {"zImage", []sign{{0x24, "\x18\x28\x6f\x01"}, {0x24, "\x01\x6f\x28\x18"}, uImage}},
	// Documentation/arch/arm64/booting.rst.
	"arm64": {"Image", []sign{{56, "ARM\x64"}, zboot, gzipped, uImage}},
	// Documentation/arch/riscv/boot-image-header.rst.
	"riscv": {"Image", []sign{{56, "RSC\x05"}, uImage}},
	// arch/s390/boot/head.S.
	"s390": {"bzImage", []sign{{0x10008, "S390EP"}}},
	// Documentation/arch/x86/boot.rst.
	"x86": {"bzImage", []sign{{0x202, "HdrS"}}},
}

var (
	zboot   = sign{0, "MZ\x00\x00zimg"}
	gzipped = sign{0, "\x1f\x8b"}
	uImage  = sign{0, "\x27\x05\x19\x56"}
)

// checkImage makes sure that the kernel is one for the architecture.
func (m Machine) checkImage() error {
	f := m.Image
	if f == nil {
		var err error
		if f, err = os.Open(m.Kernel); err != nil {
			return fmt.Errorf("read kernel: %w", err)
		}
		defer f.Close()
	}
	is, err := isImage(f, m.Arch)
	if err != nil {
		return fmt.Errorf("read kernel %q: %w", m.Kernel, err)
	}
	if !is {
		return fmt.Errorf("boot kernel %q: it is no image of a kernel for %s: %s", m.Kernel, m.Arch, m.nameKernel())
	}
	return nil
}

// nameKernel says what a kernel has to be.
func (m Machine) nameKernel() string {
	return fmt.Sprintf("name a vmlinuz, which the kernel's build calls %s, or Debian's package of one (kernel = …, --kernel=…)", images[m.Arch].name)
}

// isGzipped tells whether what is compressed has a sign.
func isGzipped(r io.ReaderAt, s sign) bool {
	z, err := gzip.NewReader(io.NewSectionReader(r, 0, math.MaxInt64))
	if err != nil {
		return false
	}
	b := make([]byte, s.at+int64(len(s.bytes)))
	_, err = io.ReadFull(z, b)
	return err == nil && string(b[s.at:]) == s.bytes
}

// isImage tells whether a file is the image of a kernel for an architecture.
func isImage(r io.ReaderAt, arch string) (bool, error) {
	for _, s := range images[arch].signs {
		b := make([]byte, len(s.bytes))
		n, err := r.ReadAt(b, s.at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if bytes.Equal(b[:n], []byte(s.bytes)) {
			return s != gzipped || isGzipped(r, images[arch].signs[0]), nil
		}
	}
	f, err := elf.NewFile(r)
	if err != nil {
		return false, nil // it is no ELF file
	}
	return (f.Type == elf.ET_EXEC || f.Type == elf.ET_DYN) && slices.Contains(machines[arch], f.Machine), nil
}
