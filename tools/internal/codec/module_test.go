package codec

import (
	"bytes"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestModuleWriter writes what a kernel decompresses.
func TestModuleWriter(t *testing.T) {
	text := bytes.Repeat(sample()[:1_000_000], 2)[:1_150_000]
	for _, kind := range ModuleTypes() {
		var b, again bytes.Buffer
		for _, to := range []*bytes.Buffer{&b, &again} {
			w, err := NewModuleWriter(to, kind)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(text); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: other bytes the second time", kind)
		}
		// A reader of 1 MiB is enough.
		r, _, stop, err := NewReaderWindow(bytes.NewReader(b.Bytes()), moduleWindow)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		stop()
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %d bytes come back, %v; want %d", kind, len(got), err, len(text))
		}
		head := b.Bytes()
		switch kind {
		case "xz":
			// CRC32, and in the block's header LZMA2 with 1 MiB.
			if head[7] != 1 || !bytes.Equal(head[14:17], []byte{0x21, 1, 16}) {
				t.Errorf("xz: its head is % x", head[:20])
			}
		case "zst":
			var h zstd.Header
			if err := h.Decode(head); err != nil || h.WindowSize != moduleWindow || h.Skippable || h.DictionaryID != 0 {
				t.Errorf("zst: its head is %+v, %v", h, err)
			}
			if n := bytes.Count(head, head[:4]); n != 1 {
				t.Errorf("zst: %d frames, the kernel reads one", n)
			}
		}
	}
	if _, err := NewModuleWriter(io.Discard, "gz"); err == nil {
		t.Error("gz is written")
	}
}
