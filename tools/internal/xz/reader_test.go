package xz

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc64"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	foreign "github.com/therootcompany/xz"
	ulikunitz "github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// lender lends so many bytes, and counts.
type lender struct{ free int64 }

func (l *lender) Try(n int64) bool {
	if n > l.free {
		return false
	}
	l.free -= n
	return true
}

func (l *lender) Give(n int64) { l.free += n }

// read decompresses a file, and sees to it that all memory is given back.
func read(t testing.TB, file []byte, ahead int64) ([]byte, error) {
	t.Helper()
	l := &lender{free: ahead}
	z, err := NewReader(bytes.NewReader(file), ReadOptions{MaxDict: MaxDict, Ahead: l})
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(z)
	z.Close()
	if l.free != ahead {
		t.Errorf("%d of %d bytes were given back", l.free, ahead)
	}
	return got, err
}

// chunksOf returns what is between a file's only block header and its check.
func chunksOf(t testing.TB, file []byte) []byte {
	t.Helper()
	head := 12
	size := (int(file[head]) + 1) * 4
	backward := int(binary.LittleEndian.Uint32(file[len(file)-8:])+1) * 4
	index := file[len(file)-12-backward:]
	unpadded, _ := binary.Uvarint(index[2:])
	return file[head+size : head+int(unpadded)-4]
}

// packAll compresses each text to the chunks of a block.
func packAll(t testing.TB, texts [][]byte) (packed [][]byte) {
	t.Helper()
	for _, text := range texts {
		packed = append(packed, chunksOf(t, compress(t, Options{Nice: 16}, text, 1<<20)))
	}
	return packed
}

// assemble makes a file of blocks, with the check of a number, whose headers say
// the sizes if sized.
func assemble(texts, chunks [][]byte, number byte, sized bool) []byte {
	flags := []byte{0, number}
	file := withCRC(append([]byte(headerMagic), flags...), flags)
	index := binary.AppendUvarint([]byte{0}, uint64(len(texts)))
	for i, text := range texts {
		packed := chunks[i]
		h := []byte{0, 0}
		if sized {
			h[1] = 0xc0
			h = binary.AppendUvarint(binary.AppendUvarint(h, uint64(len(packed))), uint64(len(text)))
		}
		h = pad(append(h, filterLZMA2, 1, dictByte(8<<20)))
		h[0] = byte(len(h) / 4)
		h = withCRC(h, h)
		var sum []byte
		switch number {
		case 1:
			sum = withCRC(nil, text)
		case 4:
			sum = binary.LittleEndian.AppendUint64(nil, crc64.Checksum(text, crc64.MakeTable(crc64.ECMA)))
		case 10:
			s := sha256.Sum256(text)
			sum = s[:]
		}
		file = append(file, h...)
		file = append(file, packed...)
		file = append(file, make([]byte, -len(packed)&3)...)
		file = append(file, sum...)
		index = binary.AppendUvarint(index, uint64(len(h)+len(packed)+len(sum)))
		index = binary.AppendUvarint(index, uint64(len(text)))
	}
	index = pad(index)
	index = withCRC(index, index)
	footer := append(binary.LittleEndian.AppendUint32(nil, uint32(len(index)/4-1)), flags...)
	return append(append(append(append(file, index...), withCRC(nil, footer)...), footer...), footerMagic...)
}

// blocks are some, and all of them together.
func blocks() (texts [][]byte, all []byte) {
	texts = [][]byte{words(1_100_000), make([]byte, 40_000), append(noise(70_000), words(1_000_000)...), words(10), bytes.Repeat([]byte("of a period "), 100_000)}
	return texts, bytes.Join(texts, nil)
}

// TestBlocks reads files of several blocks, whatever their headers say, and
// however much memory there is.
func TestBlocks(t *testing.T) {
	texts, all := blocks()
	packed := packAll(t, texts)
	for _, number := range []byte{0, 1, 4, 10} {
		for _, sized := range []bool{false, true} {
			file := assemble(texts, packed, number, sized)
			z, err := foreign.NewReader(bytes.NewReader(file), 0)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, all) {
				t.Fatalf("another decoder does not read what the test made: %v", err)
			}
			for _, ahead := range []int64{0, 400_000, 1_700_000, 1 << 30} {
				got, err := read(t, file, ahead)
				if err != nil || !bytes.Equal(got, all) {
					t.Errorf("check %d, sizes %v, %d bytes ahead: %v, and differs from %d on", number, sized, ahead, err, differ(got, all))
				}
			}
		}
	}
}

func lcLpPb(lc, lp, pb int) *lzma.Properties { return &lzma.Properties{LC: lc, LP: lp, PB: pb} }

// TestOthers reads what another compressor writes, with the properties that ours
// does not use, and files of several streams.
func TestOthers(t *testing.T) {
	text := bytes.Join([][]byte{words(200_000), noise(3000), words(100_000)}, nil)
	var all, alone []byte
	for _, p := range []ulikunitz.WriterConfig{
		{},
		{Properties: lcLpPb(3, 0, 2)}, {Properties: lcLpPb(0, 4, 4)}, {Properties: lcLpPb(4, 0, 0)}, {Properties: lcLpPb(1, 3, 1)}, {Properties: lcLpPb(0, 0, 0)},
		{BlockSize: 70_000}, {DictCap: 1 << 16}, {CheckSum: ulikunitz.SHA256}, {NoCheckSum: true},
	} {
		var b bytes.Buffer
		w, err := p.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := read(t, b.Bytes(), 1<<30)
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%+v: %v, and differs from %d on", p, err, differ(got, text))
		}
		all, alone = append(append(all, b.Bytes()...), make([]byte, 4*len(alone)%12)...), append(alone, text...)
	}
	got, err := read(t, all, 1<<20)
	if err != nil || !bytes.Equal(got, alone) {
		t.Errorf("several streams: %v, and differs from %d on", err, differ(got, alone))
	}
}

// TestDamage changes each byte of a file and cuts it at each: that is an error, or
// at least no other text.
func TestDamage(t *testing.T) {
	texts := [][]byte{words(600), noise(20), words(300)}
	all := bytes.Join(texts, nil)
	for _, sized := range []bool{false, true} {
		file := assemble(texts, packAll(t, texts), 4, sized)
		for i := range file {
			for _, bit := range []byte{1, 0x10, 0x80} {
				broken := bytes.Clone(file)
				broken[i] ^= bit
				if got, err := read(t, broken, 1<<20); err == nil && !bytes.Equal(got, all) {
					t.Errorf("bit %#x of byte %d is another one: it reads as %d other bytes", bit, i, len(got))
				} else if err == nil {
					t.Errorf("bit %#x of byte %d is another one, and that is no error", bit, i)
				}
			}
			if got, err := read(t, file[:i], 1<<20); !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(all, got) {
				t.Errorf("cut at %d: %v", i, err)
			}
		}
		for _, behind := range []string{"x", "\x00", "\x00\x00\x00\x00\x00", "\x00\x00\x00\x00xxxxxxxxxxxxxxxx"} {
			if _, err := read(t, append(bytes.Clone(file), behind...), 0); err == nil {
				t.Errorf("%q behind the file is no error", behind)
			}
		}
	}
}

// TestBombs has headers that say other sizes than are there: not much memory is
// taken for it. Those behind a sound block are decoded ahead where there is memory.
func TestBombs(t *testing.T) {
	text := words(10_000)
	packed := chunksOf(t, compress(t, Options{}, text, 1<<20))
	long := words(1_500_000)
	longPacked := chunksOf(t, compress(t, Options{Nice: 16}, long, 1<<20))
	zeros := chunksOf(t, compress(t, Options{}, make([]byte, 2*maxUnpacked), 1<<20))
	first := func() []byte {
		sound := assemble([][]byte{long}, [][]byte{longPacked}, checkCRC32, true)
		return sound[:bytes.LastIndex(sound, longPacked)+len(longPacked)+-len(longPacked)&3+4]
	}()
	for name, c := range map[string]struct {
		body             []byte
		packed, unpacked uint64
		behind           bool   // a sound block
		most             uint64 // bytes of memory, with what io.ReadAll takes for the text
		err              error  // nil: any
	}{
		"more text":                   {packed, uint64(len(packed)), 1 << 20, false, 12 << 20, errIndex},
		"much more text":              {packed, uint64(len(packed)), 1 << 50, false, 12 << 20, errIndex},
		"much more text, after some":  {zeros, uint64(len(zeros)), 1 << 50, false, 56 << 20, errIndex},
		"much more":                   {packed, 1 << 50, 1 << 50, false, 12 << 20, nil},
		"less text":                   {packed, uint64(len(packed)), 100, false, 12 << 20, errIndex},
		"less":                        {packed, uint64(len(packed)) - 1, uint64(len(text)), false, 12 << 20, nil},
		"no number":                   {packed, 1<<63 + 5, 5, false, 12 << 20, nil},
		"behind, more text":           {longPacked, uint64(len(longPacked)), uint64(len(long)) + 1, true, 20 << 20, errIndex},
		"behind, much more text":      {longPacked, uint64(len(longPacked)), uint64(len(longPacked)) * maxRatio * 10, true, 40 << 20, errIndex},
		"behind, less text":           {longPacked, uint64(len(longPacked)), leastAhead, true, 20 << 20, errIndex},
		"behind, less text by a byte": {longPacked, uint64(len(longPacked)), uint64(len(long)) - 1, true, 20 << 20, errIndex},
		"behind, more":                {longPacked, uint64(len(longPacked)) + 4, uint64(len(long)), true, 20 << 20, errIndex},
		"behind, less":                {longPacked, uint64(len(longPacked)) - 1, uint64(len(long)), true, 20 << 20, nil},
	} {
		h := binary.AppendUvarint(binary.AppendUvarint([]byte{0, 0xc0}, c.packed), c.unpacked)
		h = pad(append(h, filterLZMA2, 1, dictByte(8<<20)))
		h[0] = byte(len(h) / 4)
		file := streamHeader()
		if c.behind {
			file = slices.Clone(first)
		}
		file = append(append(file, withCRC(h, h)...), c.body...)
		file = append(file, make([]byte, 100)...)
		for _, ahead := range []int64{0, 1 << 62} {
			before := allocated()
			got, err := read(t, file, ahead)
			if err == nil || c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("%s, %d bytes lent: %v", name, ahead, err)
			}
			if c.behind && !bytes.HasPrefix(got, long) {
				t.Errorf("%s, %d bytes lent: %d bytes before the error", name, ahead, len(got))
			}
			if took := allocated() - before; took > c.most {
				t.Errorf("%s, %d bytes lent: %d bytes of memory for a file of %d", name, ahead, took, len(file))
			}
		}
	}
	if _, err := NewReader(bytes.NewReader(compress(t, Options{}, text, 100)), ReadOptions{}); err != nil {
		t.Error(err)
	} else if z, _ := NewReader(bytes.NewReader(compress(t, Options{Dict: 1 << 20}, text, 100)), ReadOptions{MaxDict: 1<<20 - 1}); true {
		if _, err := io.ReadAll(z); err == nil || !strings.Contains(err.Error(), "a dictionary of 1048576 bytes, 1048575 are the most") {
			t.Errorf("a large dictionary: %v", err)
		}
	}
}

// allocated is how many bytes of memory were taken, given back or not.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestMany reads very many small chunks and blocks: each costs little, of memory
// as of time.
func TestMany(t *testing.T) {
	const n = 200_000
	chunks := []byte{1, 0, 0, 'x'} // as they are, the first with a new dictionary
	for range n - 1 {
		chunks = append(chunks, 2, 0, 0, 'x')
	}
	one := []byte{1, 0, 0, 'x', 0}
	some := make([][]byte, n/10)
	packed := make([][]byte, len(some))
	for i := range some {
		some[i], packed[i] = []byte("x"), one
	}
	for name, file := range map[string][]byte{
		"chunks":                  assemble([][]byte{bytes.Repeat([]byte("x"), n)}, [][]byte{append(chunks, 0)}, 1, false),
		"chunks of a sized block": assemble([][]byte{bytes.Repeat([]byte("x"), n)}, [][]byte{append(chunks, 0)}, 1, true),
		"blocks":                  assemble(some, packed, 1, false),
		"sized blocks":            assemble(some, packed, 1, true),
	} {
		before := allocated()
		got, err := read(t, file, 1<<26)
		if err != nil || len(got) < len(some) || len(bytes.Trim(got, "x")) > 0 {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if taken := allocated() - before; taken > 40*uint64(len(file)) {
			t.Errorf("%s: %d bytes of memory for a file of %d", name, taken, len(file))
		}
	}
}

// TestLater has something wrong behind blocks that are sound: these are read, with
// memory to look ahead as without.
func TestLater(t *testing.T) {
	texts := [][]byte{words(1_200_000), words(1_100_000), words(1_300_000)}
	file := assemble(texts, packAll(t, texts), 4, true)
	cut := file[:len(file)-1000]
	for _, ahead := range []int64{0, 1 << 30} {
		got, err := read(t, cut, ahead)
		if want := bytes.Join(texts[:2], nil); !errors.Is(err, io.ErrUnexpectedEOF) || len(got) < len(want) || !bytes.Equal(got[:len(want)], want) {
			t.Errorf("%d bytes ahead: %d bytes are read, %v", ahead, len(got), err)
		}
	}
	l := &lender{free: 1 << 30}
	z, err := NewReader(bytes.NewReader(file), ReadOptions{MaxDict: MaxDict, Ahead: l})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(z, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	z.Close()
	if _, err := z.Read(make([]byte, 1)); err == nil || l.free != 1<<30 {
		t.Errorf("closed: %v, %d bytes were not given back", err, 1<<30-l.free)
	}
}

// TestPlain tells a file with another filter by its beginning.
func TestPlain(t *testing.T) {
	plain := compress(t, Options{}, words(100), 100)
	h := pad([]byte{0, 1, 4, 0, filterLZMA2, 1, dictByte(1 << 20)}) // x86's jumps, then LZMA2
	h[0] = byte(len(h) / 4)
	filtered := append(streamHeader(), withCRC(h, h)...)
	for name, c := range map[string]struct {
		head []byte
		want bool
	}{
		"plain": {plain, true}, "cut": {plain[:20], true}, "empty": {nil, true}, "no block": {compress(t, Options{}, nil, 1), true},
		"filtered": {filtered, false}, "filtered and cut": {filtered[:20], true},
	} {
		if Plain(c.head) != c.want {
			t.Errorf("%s: plain is %v", name, !c.want)
		}
	}
	z, err := NewReader(bytes.NewReader(filtered), ReadOptions{MaxDict: MaxDict})
	if err == nil {
		_, err = io.ReadAll(z)
	}
	if !errors.Is(err, ErrFilter) {
		t.Errorf("another filter: %v", err)
	}
}

// FuzzReader holds ours against another decoder: what that reads, ours reads.
func FuzzReader(f *testing.F) {
	texts, _ := blocks()
	for i := range texts {
		texts[i] = texts[i][:min(len(texts[i]), 600)]
	}
	for _, number := range []byte{0, 1, 4} {
		f.Add(assemble(texts, packAll(f, texts), number, number > 0))
	}
	f.Add(compress(f, Options{}, words(5000), 5000))
	f.Fuzz(func(t *testing.T, file []byte) {
		const most = 1 << 22
		var want []byte
		z, wantErr := foreign.NewReader(bytes.NewReader(file), 1<<24)
		if wantErr == nil {
			want, wantErr = io.ReadAll(io.LimitReader(z, most+1))
		}
		if len(want) > most {
			return
		}
		got, err := read(t, file, 1<<22)
		if errors.Is(err, ErrFilter) {
			return
		}
		if wantErr == nil && (err != nil || !bytes.Equal(got, want)) {
			t.Errorf("%v, %d bytes; another decoder reads %d", err, len(got), len(want))
		}
	})
}
