package imagescan

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"
)

// The windows that decompressors look back in are most of the memory. All of
// these are in bytes.
const (
	// maxDict is the largest window that is accepted: the kernel's own build
	// compresses with 128 MiB. What is not used of it takes no memory.
	maxDict = 128 << 20
	// layerWindows bounds the sum for compressions in each other, and
	// maxWindows the sum with that of an archive in them.
	layerWindows = 160 << 20
	maxWindows   = 192 << 20
	// unknownWindow is what a stream is taken to need that begins with
	// something else than its window.
	unknownWindow = 32 << 20
)

// unpack returns what the compression codec gives for p. Its window and those
// of the layers that p is in are given what is left: as several frames may
// follow one another, a layer with nothing in it may need more than its first
// frame says, which undo allows again.
func (l *layer) unpack(codec string) (inner *layer, undo func(), err error) {
	head, err := l.head(64)
	if err != nil {
		return nil, nil, err
	}
	inner = &layer{packed: l, codec: codec, bounds: l.bounds, window: windowOf(codec, head)}
	left := int64(layerWindows)
	var undos []func()
	for o := l; o.packed != nil; o = o.packed {
		left -= o.window
		if old := o.limit; old > o.window {
			undos = append(undos, func() { o.limit, o.idle = old, nil })
			o.limit, o.idle = o.window, nil
		}
	}
	undo = func() {
		for _, u := range undos {
			u()
		}
	}
	if l.packed != nil && inner.window > left {
		undo()
		return nil, nil, fmt.Errorf("decompress %s: its window and those of what it is in are larger than %d MiB: decompress the file first", codec, layerWindows>>20)
	}
	switch inner.limit = inner.window; codec {
	case "zstd", "xz":
		inner.limit = min(maxDict, left)
	}
	return inner, undo, nil
}

// room is the largest window that an archive in l may have.
func (l *layer) room() int64 {
	left := int64(maxWindows)
	for o := l; o.packed != nil; o = o.packed {
		left -= o.limit
	}
	return min(maxDict, left)
}

// windowOf tells the window that a stream asks for at its start.
func windowOf(codec string, head []byte) int64 {
	switch codec {
	case "gzip":
		return 32 << 10
	case "bzip2":
		return 9 * 100_000 * 4 // a block of nine times 100,000 symbols
	case "lz4":
		return 2 * 8 << 20 // a block, and what it is compressed to
	case "lzma":
		if len(head) >= 5 {
			return max(lzma.MinDictCap, int64(binary.LittleEndian.Uint32(head[1:])))
		}
	case "zstd":
		var h zstd.Header
		if h.Decode(head) != nil || h.Skippable {
			break
		}
		if h.SingleSegment { // the window is the content
			return int64(max(zstd.MinWindowSize, min(h.FrameContentSize, 1<<62)))
		}
		return int64(max(zstd.MinWindowSize, min(h.WindowSize, 1<<62)))
	case "xz":
		return xzWindow(head)
	}
	return unknownWindow
}

// xzWindow finds the dictionary's size in the header of the first block, as
// the xz file format has it: after the stream's header of 12 bytes the size,
// the flags, maybe two sizes, and the filters, the last of which is LZMA2 with
// one byte for the size.
func xzWindow(head []byte) int64 {
	if len(head) < 14 {
		return unknownWindow
	}
	r := bytes.NewReader(head[14:])
	flags := head[13]
	for bit := byte(0x40); bit >= 0x40; bit <<= 1 { // 0x40 and 0x80
		if flags&bit != 0 {
			if _, err := binary.ReadUvarint(r); err != nil {
				return unknownWindow
			}
		}
	}
	for range flags&3 + 1 {
		id, err := binary.ReadUvarint(r)
		if err != nil {
			return unknownWindow
		}
		n, err := binary.ReadUvarint(r)
		if err != nil || n > uint64(r.Len()) {
			return unknownWindow
		}
		properties := make([]byte, n)
		r.Read(properties)
		if id == 0x21 && n == 1 && properties[0] <= 40 {
			bits := properties[0]
			return min(1<<32-1, int64(2|bits&1)<<(bits/2+11))
		}
	}
	return unknownWindow
}
