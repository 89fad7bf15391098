package imagescan

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math/rand"
	"testing"

	"github.com/dsnet/compress/bzip2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// makeTar returns a tar of a kernel's header, and a file with the given text.
func makeTar(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range [][2]string{
		{"./include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0-test\"\n"},
		{"./include/linux/text.h", text},
	} {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f[0], Mode: 0o644, Size: int64(len(f[1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pack compresses by any compression that images come in.
func pack(t testing.TB, codec string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch codec {
	case "":
		return data
	case "gzip":
		w = gzip.NewWriter(&b)
	case "xz":
		w, err = xz.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	case "bzip2":
		w, err = bzip2.NewWriter(&b, nil)
	case "bzip2 -1", "bzip2 -9":
		w, err = bzip2.NewWriter(&b, &bzip2.WriterConfig{Level: int(codec[len(codec)-1] - '0')})
	case "lzma":
		w, err = lzma.NewWriter(&b)
	case "lz4":
		z := lz4.NewWriter(&b)
		err = z.Apply(lz4.LegacyOption(true))
		w = z
	default:
		t.Fatalf("no compressor %q", codec)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mark puts the markers around an archive, as kheaders.c does.
func marked(archive []byte) []byte { return join([]byte("IKHD_ST"), archive, []byte("IKHD_ED\x00")) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// noise is what code looks like to a search: any bytes.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(int64(n))).Read(b)
	return b
}

// elf is the start of an ELF file of a type: 1 for a module, 2 for vmlinux, 4
// for a dump.
func elf(typ byte) []byte {
	b := make([]byte, 64)
	copy(b, "\x7fELF\x02\x01\x01")
	b[16] = typ
	return b
}

// bzImage is an x86 kernel with a payload, which but for gzip has its
// decompressed size after it.
func bzImage(codec string, payload []byte, size int) []byte {
	if codec != "gzip" {
		payload = binary.LittleEndian.AppendUint32(bytes.Clone(payload), uint32(size))
	}
	b := make([]byte, 3*512+100)
	copy(b, "MZ")
	b[bzSetupSects] = 2
	copy(b[bzMagic:], "HdrS")
	binary.LittleEndian.PutUint16(b[bzVersion:], 0x20f)
	binary.LittleEndian.PutUint32(b[bzPayloadOffset:], 100)
	binary.LittleEndian.PutUint32(b[bzPayloadLength:], uint32(len(payload)))
	return join(b, payload, noise(1000))
}

// zboot is an EFI kernel with a payload.
func zboot(payload []byte) []byte {
	b := make([]byte, 4096)
	copy(b, "MZ\x00\x00zimg")
	binary.LittleEndian.PutUint32(b[zbootOffset:], 4096)
	binary.LittleEndian.PutUint32(b[zbootSize:], uint32(len(payload)))
	return join(b, payload, noise(1000))
}

// arm64 is a kernel that is not compressed.
func arm64(rest []byte) []byte {
	b := make([]byte, 64)
	copy(b[0x38:], "ARM\x64")
	return join(b, rest)
}
