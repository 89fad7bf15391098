package xz

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hugepage"
)

var (
	errHeader = errors.New("a header of xz that cannot be")
	errSum    = errors.New("the checksum does not hold")
	errIndex  = errors.New("the index does not fit the blocks")
)

// A checker is what follows a block, so that one knows that it is whole.
type checker struct {
	size int
	make func() hash.Hash // nil: there is none
}

var ecma = crc64.MakeTable(crc64.ECMA)

// checks are by the number that the header has.
var checks = map[byte]checker{
	0:          {0, nil},
	checkCRC32: {4, func() hash.Hash { return crc32.NewIEEE() }},
	4:          {8, func() hash.Hash { return crc64.New(ecma) }},
	10:         {sha256.Size, sha256.New},
}

// sum returns the check of a block as it is written: numbers have the lowest byte
// first, which Go's hashes do not.
func (c checker) sum(h hash.Hash) []byte {
	b := h.Sum(nil)
	if c.size <= 8 {
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
	return b
}

// readFlags reads what follows a stream's magic bytes.
func readFlags(r io.Reader) (flags [2]byte, c checker, err error) {
	var b [6]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return flags, c, err
	}
	flags = [2]byte(b[:2])
	if crc32.ChecksumIEEE(b[:2]) != binary.LittleEndian.Uint32(b[2:]) {
		return flags, c, errSum
	}
	c, ok := checks[flags[1]]
	if flags[0] != 0 || !ok {
		return flags, c, fmt.Errorf("a check of number %d, which is not known", flags[1])
	}
	return flags, c, nil
}

// blockHead is a block's header.
type blockHead struct {
	size             int   // of itself
	packed, unpacked int64 // -1: not said
	dict             int64
}

// read reads the block's chunks, its padding and its check into memory. What a
// header says is believed up to 8 MiB.
func (h blockHead) read(in io.Reader, c checker) ([]byte, error) {
	size := h.packed + -h.packed&3 + int64(c.size)
	b := bytes.NewBuffer(hugepage.Make(int(min(size, 8<<20)) + bytes.MinRead)[:0])
	_, err := io.CopyN(b, in, size)
	return b.Bytes(), err
}

// ErrFilter is that a block is not of LZMA2 alone.
var ErrFilter = errors.New("a filter other than LZMA2 in a part of the file: pack it anew by xz without filters")

// parseBlockHead takes a header, the first byte of which is its size.
func parseBlockHead(b []byte) (blockHead, error) {
	h := blockHead{size: len(b), packed: -1, unpacked: -1}
	body := b[:len(b)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(b[len(body):]) {
		return h, errSum
	}
	flags, rest := body[1], body[2:]
	if flags&0x3c != 0 {
		return h, errHeader
	}
	for _, size := range []struct {
		flag byte
		into *int64
	}{{0x40, &h.packed}, {0x80, &h.unpacked}} {
		if flags&size.flag != 0 {
			v, n := uvarint(rest)
			if n <= 0 || size.flag == 0x40 && v == 0 {
				return h, errHeader
			}
			*size.into, rest = v, rest[n:]
		}
	}
	if flags&3 != 0 || len(rest) < 3 || rest[0] != filterLZMA2 {
		return h, ErrFilter
	}
	if rest[1] != 1 || rest[2] > 40 || len(bytes.Trim(rest[3:], "\x00")) > 0 {
		return h, errHeader
	}
	h.dict = 1<<32 - 1
	if d := rest[2]; d < 40 {
		h.dict = int64(2|d&1) << (d/2 + 11)
	}
	return h, nil
}

// uvarint reads a number as the format writes it, of at most 63 bits and in the
// fewest bytes; n is how many these are, 0 for none.
func uvarint(b []byte) (v int64, n int) {
	u, n := binary.Uvarint(b)
	if n <= 0 || u > 1<<63-1 || n > 1 && b[n-1] == 0 {
		return 0, 0
	}
	return int64(u), n
}

// Plain tells by the first bytes of a file whether its first block is of LZMA2
// alone, as NewReader reads it. A file that is too short for that, or that is no
// xz, is plain.
func Plain(head []byte) bool {
	const at = len(headerMagic) + 6
	if len(head) <= at || head[at] == 0 {
		return true
	}
	size := (int(head[at]) + 1) * 4
	if len(head) < at+size {
		return true
	}
	_, err := parseBlockHead(head[at : at+size])
	return err != ErrFilter
}

// PlainHead is how many bytes Plain looks at, at most.
const PlainHead = 12 + 1024
