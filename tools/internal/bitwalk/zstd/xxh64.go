package zstd

import (
	"encoding/binary"
	"math/bits"
)

// The primes of XXH64.
const (
	prime1 uint64 = 0x9E3779B185EBCA87
	prime2 uint64 = 0xC2B2AE3D27D4EB4F
	prime3 uint64 = 0x165667B19E3779F9
	prime4 uint64 = 0x85EBCA77C2B2AE63
	prime5 uint64 = 0x27D4EB2F165667C5
)

// xxh64 is the checksum of a frame, with seed 0.
type xxh64 struct {
	acc  [4]uint64
	rest [32]byte
	n    int // bytes of rest
	all  uint64
}

func newHash() xxh64 {
	p := prime1
	return xxh64{acc: [4]uint64{p + prime2, prime2, 0, -p}}
}

func round(acc, v uint64) uint64 { return bits.RotateLeft64(acc+v*prime2, 31) * prime1 }

func (h *xxh64) stripe(b []byte) {
	for i := range h.acc {
		h.acc[i] = round(h.acc[i], binary.LittleEndian.Uint64(b[8*i:]))
	}
}

func (h *xxh64) add(b []byte) {
	h.all += uint64(len(b))
	if h.n > 0 {
		k := copy(h.rest[h.n:], b)
		h.n += k
		b = b[k:]
		if h.n < len(h.rest) {
			return
		}
		h.stripe(h.rest[:])
		h.n = 0
	}
	for ; len(b) >= 32; b = b[32:] {
		h.stripe(b)
	}
	h.n = copy(h.rest[:], b)
}

func (h *xxh64) sum() uint64 {
	v := h.acc[2] + prime5
	if h.all >= 32 {
		v = bits.RotateLeft64(h.acc[0], 1) + bits.RotateLeft64(h.acc[1], 7) + bits.RotateLeft64(h.acc[2], 12) + bits.RotateLeft64(h.acc[3], 18)
		for _, a := range h.acc {
			v = (v^round(0, a))*prime1 + prime4
		}
	}
	v += h.all
	b := h.rest[:h.n]
	for ; len(b) >= 8; b = b[8:] {
		v = bits.RotateLeft64(v^round(0, binary.LittleEndian.Uint64(b)), 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		v = bits.RotateLeft64(v^uint64(binary.LittleEndian.Uint32(b))*prime1, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, c := range b {
		v = bits.RotateLeft64(v^uint64(c)*prime5, 11) * prime1
	}
	v = (v ^ v>>33) * prime2
	v = (v ^ v>>29) * prime3
	return v ^ v>>32
}
