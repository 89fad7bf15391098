package imagescan

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// layer is an image that can be read again and again from any offset: a file,
// a part of one, or what is compressed in another layer. Nothing of it is kept
// in memory; a compressed one is decompressed anew each time.
type layer struct {
	// file and its part, for a layer that is not compressed. size is -1 for
	// all that can be read.
	file      io.ReaderAt
	off, size int64
	// packed is what this is decompressed from, by the compression codec.
	packed *layer
	codec  string
	// window is what its stream asks for, limit what it may have, in bytes.
	window, limit int64
	// bounds are those of the whole image.
	bounds *bounds
	// idle is a decompressor to use again: its window may be large.
	idle decompressor
}

// toEnd as a length means all that follows.
const toEnd = -1

// read reads n bytes from offset off on, until stop is called.
func (l *layer) read(off, n int64) (r io.Reader, stop func(), err error) {
	if l.packed == nil {
		if l.size != toEnd && (n == toEnd || n > l.size-off) {
			n = max(0, l.size-off)
		}
		if n == toEnd {
			n = 1<<63 - 1 - (l.off + off)
		}
		return io.NewSectionReader(l.file, l.off+off, n), func() {}, nil
	}
	in, stopIn, err := l.packed.read(0, toEnd)
	if err != nil {
		return nil, nil, err
	}
	z, limit := l.idle, l.limit
	l.idle = nil
	if z == nil {
		z = newDecompressor(l.codec, l.limit)
	}
	if err := z.Reset(&bounded{r: in, b: l.bounds}); err != nil {
		stopIn()
		return nil, nil, fmt.Errorf("decompress %s: %w", l.codec, err)
	}
	r = &bounded{r: named{z, l.codec}, b: l.bounds, out: true}
	stop = func() { l.keep(z, limit); stopIn() }
	if _, err := io.CopyN(io.Discard, r, off); err != nil {
		stop()
		return nil, nil, err
	}
	if n != toEnd {
		r = io.LimitReader(r, n)
	}
	return r, stop, nil
}

// keep keeps a decompressor to use again, if it is one for the present limit.
func (l *layer) keep(z decompressor, limit int64) {
	if l.limit == limit {
		l.idle = z
	}
}

// head returns the first n bytes, fewer if there are not so many.
func (l *layer) head(n int) ([]byte, error) {
	r, stop, err := l.read(0, int64(n))
	if err != nil {
		return nil, err
	}
	defer stop()
	b := make([]byte, n)
	n, err = io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF || n > 0 {
		err = nil // a broken end is reported when it is searched
	}
	return b[:n], err
}

// part returns a part of a layer that is not compressed.
func (l *layer) part(off, n int64) *layer {
	return &layer{file: l.file, off: l.off + off, size: n, bounds: l.bounds}
}

// named says in errors which compression failed.
type named struct {
	r     io.Reader
	codec string
}

func (r named) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("decompress %s: %w", r.codec, err)
	}
	return n, err
}

// Offsets in an x86 bzImage, from Documentation/arch/x86/boot.rst of the kernel.
const (
	bzSetupSects    = 0x1f1 // u8; 0 means 4
	bzMagic         = 0x202 // "HdrS"
	bzVersion       = 0x206 // u16; the payload is told of since 2.08
	bzPayloadOffset = 0x248 // u32, from the end of the setup sectors
	bzPayloadLength = 0x24c // u32
	bzHead          = 0x250
)

// Offsets in an EFI zboot image, from drivers/firmware/efi/libstub/zboot-header.S.
const (
	zbootMagic  = 0x04 // "zimg", after "MZ" at 0
	zbootOffset = 0x08 // u32
	zbootSize   = 0x0c // u32
)

// headSize is how many bytes payload and kindOf look at.
const headSize = 1024

// payload returns the compressed part that the header of a kernel image tells
// of, or nil if it has no such header. It is not yet decompressed.
func (l *layer) payload(head []byte) *layer {
	u32 := func(at int) int64 { return int64(binary.LittleEndian.Uint32(head[at:])) }
	var p *layer
	switch {
	case l.packed != nil || len(head) < bzHead:
		return nil
	case string(head[bzMagic:bzMagic+4]) == "HdrS" && binary.LittleEndian.Uint16(head[bzVersion:]) >= 0x208:
		sects := int64(head[bzSetupSects])
		if sects == 0 {
			sects = 4
		}
		p = l.part((sects+1)*512+u32(bzPayloadOffset), u32(bzPayloadLength))
	case string(head[:2]) == "MZ" && string(head[zbootMagic:zbootMagic+4]) == "zimg":
		p = l.part(u32(zbootOffset), u32(zbootSize))
	default:
		return nil
	}
	// But for gzip, which says it itself, the decompressed size follows as
	// four bytes, which a decompressor would choke on.
	if b, err := p.head(16); err == nil && codec.Detect(b) != "gzip" && p.size > 4 && l.sizeFollows(head) {
		p.size -= 4
	}
	return p
}

// sizeFollows tells whether the payload ends with its decompressed size. In a
// zboot image it is not counted in.
func (l *layer) sizeFollows(head []byte) bool { return string(head[zbootMagic:zbootMagic+4]) != "zimg" }

// kindOf says what an image that begins with head is, for people.
func kindOf(head []byte) string {
	has := func(at int, s string) bool { return len(head) >= at+len(s) && string(head[at:at+len(s)]) == s }
	switch {
	case has(0, "\x7fELF") && len(head) > 18:
		switch t := uint16(head[16]) | uint16(head[17]); t {
		case 1:
			return "kernel module"
		case 4:
			return "memory dump (ELF)"
		}
		return "vmlinux (ELF)"
	case has(bzMagic, "HdrS"):
		return "x86 bzImage"
	case has(0, "MZ") && has(zbootMagic, "zimg"):
		return "EFI zboot image"
	case has(0x38, "ARM\x64"):
		return "arm64 Image"
	case has(0x38, "RSC\x05"):
		return "riscv Image"
	}
	return "raw image"
}
