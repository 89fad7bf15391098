package imagescan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// frame is a zstd frame with a window of 2^(10+exp) bytes, of blocks that are
// not compressed, but too short for a marker to be seen in the frame itself.
func frame(exp int, data []byte) []byte {
	b := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, byte(exp << 3)}
	const most = 5
	for {
		n, last := min(len(data), most), uint32(0)
		if n == len(data) {
			last = 1
		}
		head := binary.LittleEndian.AppendUint32(nil, uint32(n)<<3|last)
		b = append(append(b, head[:3]...), data[:n]...)
		if data = data[n:]; last == 1 {
			return b
		}
	}
}

// zeros is a zstd frame of n blocks of 128 KiB of zeros each, in 4 bytes.
func zeros(n int) []byte {
	b := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3}
	for i := range n {
		head := uint32(128<<10)<<3 | 1<<1
		if i == n-1 {
			head |= 1
		}
		b = append(binary.LittleEndian.AppendUint32(b, head)[:len(b)+3], 0)
	}
	return b
}

func TestBounds(t *testing.T) {
	const max = 1 << 20
	bomb := zeros(1 << 13) // 1 GiB
	tgz := pack(t, "gzip", makeTar(t, "x"))
	// Each is good for a MiB, and the last byte of each is wrong.
	large := pack(t, "zstd", makeTar(t, strings.Repeat("x", 900_000)))
	damaged := join(large[:len(large)-2], []byte("xx"))
	many := bytes.Repeat(marked(damaged), 500)
	// It never ends, so that each of the ends is tried.
	ends := join([]byte("IKHD_ST"), zeros(1 << 13)[:4<<13], bytes.Repeat([]byte("IKHD_ED"), 60))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"zeros":             {bomb, "decompresses to more than 1048576 bytes"},
		"in gzip":           {pack(t, "gzip", bomb), "decompresses to more than 1048576 bytes"},
		"three times":       {pack(t, "gzip", pack(t, "xz", bomb)), "decompresses to more than 1048576 bytes"},
		"module":            {pack(t, "zstd", join(elf(1), make([]byte, max))), "decompresses to more than 1048576 bytes"},
		"bzImage":           {bzImage("zstd", bomb, 1<<30), "decompresses to more than 1048576 bytes"},
		"guessed":           {join(noise(3000), bomb), "decompresses to more than 1048576 bytes"},
		"many guessed":      {join(noise(3000), bytes.Repeat(join(zeros(7), noise(5)), 64)), "more than 4194304 bytes would be read and decompressed"},
		"many archives":     {many, "archive at offset 7 is broken (and 499 more)"},
		"many ends":         {ends, "archive at offset 7 is broken"},
		"many in a stream":  {pack(t, "gzip", many), "broken (and 499 more)"},
		"empty gzip in one": {marked(bytes.Repeat(pack(t, "gzip", nil), 1000)), "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			path := c.data
			m, err := openLimits(t, path, Limits{MaxImage: max})
			if err == nil {
				_, err = m.Choose(0)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error is %v, want %q", err, c.want)
			}
			if m != nil && (m.bounds.left < 0 || m.bounds.left == 0 && m.bounds.hit == nil) {
				t.Errorf("%d bytes are left, %v", m.bounds.left, m.bounds.hit)
			}
		})
	}
	t.Run("all passes", func(t *testing.T) {
		m, err := openLimits(t, many, Limits{MaxImage: max})
		if err != nil {
			t.Fatal(err)
		}
		if last := m.Broken[499].Err.Error(); !strings.Contains(last, "more than 4194304 bytes would be read") {
			t.Errorf("the last of many archives: %s", last)
		}
	})
	// What is before the end is found, and can be read once more.
	m, err := openLimits(t, pack(t, "zstd", join(elf(1), marked(tgz), make([]byte, 4*max))), Limits{MaxImage: max})
	if err != nil {
		t.Fatal(err)
	}
	a, err := m.Choose(0)
	if err != nil {
		t.Fatal(err)
	}
	m.bounds.left = 0
	r, stop, err := a.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var got bytes.Buffer
	if _, err := got.ReadFrom(r); err != nil || !bytes.Equal(got.Bytes(), tgz) {
		t.Errorf("read %d bytes, %v", got.Len(), err)
	}
}

// TestBoundsExactly has images of just the size that is allowed, and of a byte
// more.
func TestBoundsExactly(t *testing.T) {
	ko := join(elf(1), marked(pack(t, "gzip", makeTar(t, "x"))), make([]byte, 500_000))
	for _, c := range []string{"gzip", "xz", "zstd", "bzip2", "lz4", "lzma"} {
		for more, want := range map[int64]string{0: "", -1: fmt.Sprintf("it decompresses to more than %d bytes", len(ko)-1)} {
			m, err := openLimits(t, pack(t, c, ko), Limits{MaxImage: int64(len(ko)) + more})
			if err == nil && want != "" { // what is before the end is found
				err = m.bounds.hit
			}
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", c, err, want)
			}
			if want == "" && (m == nil || len(m.Archives) != 1) {
				t.Errorf("%s: no archive in an image of just the size", c)
			}
		}
	}
	b := newBounds(10)
	if err := b.spend(4 * 10); err != nil {
		t.Errorf("four times as much: %v", err)
	}
	for range 3 { // and it stays so
		if err := b.spend(1); err == nil || !strings.Contains(err.Error(), "more than 40 bytes would be read and decompressed: if it is to be trusted, raise --max-image-bytes") {
			t.Errorf("a byte more: %v", err)
		}
	}
	for _, none := range []*bounds{nil, newBounds(0), newBounds(1 << 62)} {
		for range 3 {
			if err := none.spend(1 << 60); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestWindows has one budget for all windows: 2^(10+17) is 128 MiB.
func TestWindows(t *testing.T) {
	plain := makeTar(t, "x")
	ko := join(elf(1), marked(pack(t, "gzip", plain)))
	for name, c := range map[string]struct {
		data []byte
		want string // "" if the archive is found
	}{
		"128":             {frame(17, ko), ""},
		"256":             {frame(18, ko), "window size exceeded"},
		"32 in 128":       {frame(17, frame(15, ko)), ""},
		"128 in 32":       {frame(15, frame(17, ko)), ""},
		"128 in 128":      {frame(17, frame(17, ko)), "larger than 160 MiB"},
		"16 in 16 in 128": {frame(17, frame(14, frame(14, ko))), ""},
		"32 in 16 in 128": {frame(17, frame(14, frame(15, ko))), "larger than 160 MiB"},
		"lzma in 128":     {frame(17, join([]byte("\x5d\x00\x00\x00\x04"), bytes.Repeat([]byte{255}, 100))), "larger than 160 MiB"},
		// A second frame may not take more than the first has said.
		"128 after 16, with 32 in them":          {join(frame(14, frame(15, ko)[:100]), frame(17, frame(15, ko)[100:])), "window size exceeded"},
		"128 after 16":                           {join(frame(14, ko[:100]), frame(17, ko[100:])), ""},
		"an archive of 128":                      {join(elf(1), marked(frame(17, plain))), ""},
		"an archive of 128 alone":                {frame(17, plain), ""},
		"an archive of 256":                      {join(elf(1), marked(frame(18, plain))), "window size exceeded"},
		"an archive of 64 in 128":                {frame(17, join(elf(1), marked(frame(16, plain)))), ""},
		"an archive of 128 in 128":               {frame(17, join(elf(1), marked(frame(17, plain)))), "window size exceeded"},
		"an archive of 64 in 32 in 128":          {frame(17, frame(15, join(elf(1), marked(frame(16, plain))))), "window size exceeded"},
		"what is plain is found with any window": {join(frame(17, frame(17, noise(100))), ko), ""},
	} {
		m, err := open(t, c.data, summary.Limits{})
		if err == nil {
			_, err = m.Choose(0)
		}
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
	// A layer gets back what another that had nothing took from it.
	first := join(frame(14, join(pack(t, "gzip", []byte("hello")))), frame(17, ko))
	if m, err := open(t, first, summary.Limits{}); err != nil || len(m.Archives) != 1 || m.Kind != "raw image in zstd" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestWindowOf(t *testing.T) {
	for name, c := range map[string]struct {
		codec string
		head  []byte
		want  int64
	}{
		"zstd":           {"zstd", frame(11, nil), 2 << 20},
		"zstd skippable": {"zstd", []byte("\x50\x2a\x4d\x18\x04\x00\x00\x00xxxx"), unknownWindow},
		"xz":             {"xz", pack(t, "xz", []byte("x")), 8 << 20},
		// What `xz --x86 --lzma2=dict=32MiB` of the kernel's scripts/xz_wrap.sh writes.
		"xz with a filter": {"xz", []byte("\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36\x02\x01\x04\x00\x21\x01\x1a\x00\x00\x00"), 32 << 20},
		"xz of 12 MiB":     {"xz", []byte("\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x17\x00\x00\x00\x00\x00\x00"), 12 << 20},
		"xz with sizes":    {"xz", []byte("\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36\x03\xc0\x80\x01\x80\x02\x21\x01\x16\x00\x00"), 8 << 20},
		"xz cut":           {"xz", []byte("\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36\x02\x01\x04"), unknownWindow},
		"lzma":             {"lzma", pack(t, "lzma", []byte("x")), 8 << 20},
	} {
		if got := windowOf(c.codec, c.head); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestSpendTogether has a decompressor read ahead in a goroutine of its own: what
// it reads and what it gives are both spent, all of it, each time.
func TestSpendTogether(t *testing.T) {
	const max = 1 << 30
	plain := makeTar(t, string(noise(2<<20)))
	packed := pack(t, "zstd", plain)
	image := join(elf(1), marked(packed), marked(pack(t, "zstd", makeTar(t, "y"))))
	first := int64(0)
	for range 5 {
		m, err := openLimits(t, image, Limits{MaxImage: max})
		if err != nil || len(m.Archives) != 2 {
			t.Fatal(m, err)
		}
		spent := passes*max - m.bounds.left
		if least := int64(len(packed) + len(plain)); spent < least || spent > 2*least {
			t.Errorf("%d bytes are spent, of %d at least", spent, least)
		}
		if first == 0 {
			first = spent
		} else if spent != first {
			t.Errorf("%d bytes are spent, %d before", spent, first)
		}
	}
}
