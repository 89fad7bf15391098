package xz

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

const (
	headerMagic = "\xfd7zXZ\x00"
	footerMagic = "YZ"
	checkCRC32  = 1
	filterLZMA2 = 0x21
)

var streamFlags = []byte{0, checkCRC32}

func withCRC(b, of []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(of))
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func streamHeader() []byte {
	return withCRC(append([]byte(headerMagic), streamFlags...), streamFlags)
}

// blockHeader is that of a block of LZMA2 whose sizes are not known yet.
func blockHeader(dict uint32) []byte {
	b := pad([]byte{0, 0 /* one filter, no sizes */, filterLZMA2, 1, dictByte(dict)})
	b[0] = byte(len(b) / 4) // in words, the sum not counted
	return withCRC(b, b)
}

// dictByte is the format's name of the smallest dictionary that has dict bytes:
// 2 or 3 times a power of two.
func dictByte(dict uint32) byte {
	n := bits.Len32(dict - 1) // dict is at most 1<<n
	if n >= 2 && dict <= 3<<(n-2) {
		return byte(2*(n-12) - 1)
	}
	return byte(2 * (n - 12))
}

// blockSums is what is known of a block when it ends.
type blockSums struct {
	packed, unpacked int64 // packed without the check and the padding
	crc              uint32
}

func (s *blockSums) add(text []byte) {
	s.unpacked += int64(len(text))
	s.crc = crc32.Update(s.crc, crc32.IEEETable, text)
}

// end is what follows the chunks: the block's padding and check, the index and
// the footer. An empty file has no block.
func (s *blockSums) end() []byte {
	var b []byte
	index := []byte{0, 0}
	if s.unpacked > 0 {
		b = append(b, make([]byte, -s.packed&3)...)
		b = binary.LittleEndian.AppendUint32(b, s.crc)
		index[1] = 1
		index = binary.AppendUvarint(index, uint64(s.packed)+4)
		index = binary.AppendUvarint(index, uint64(s.unpacked))
	}
	index = pad(index)
	index = withCRC(index, index)
	b = append(b, index...)
	footer := binary.LittleEndian.AppendUint32(nil, uint32(len(index)/4-1))
	footer = append(footer, streamFlags...)
	b = withCRC(b, footer)
	return append(append(b, footer...), footerMagic...)
}
