package codec

import (
	"bytes"
	"io"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"testing"
)

// sample is text that compresses, larger than several gzip blocks.
func sample() []byte {
	rnd := rand.New(rand.NewSource(1))
	words := strings.Fields("struct static inline int unsigned long void #define #ifdef return if else { } ( ) ; *")
	var b bytes.Buffer
	for b.Len() < 3*gzipBlock+12345 {
		b.WriteString(words[rnd.Intn(len(words))])
		b.WriteByte(" \n\t"[rnd.Intn(3)])
	}
	return b.Bytes()
}

func compress(t *testing.T, f Format, level int, data []byte, chunk int) []byte {
	t.Helper()
	var b bytes.Buffer
	z, _, err := NewWriter(&b, f, level)
	if err != nil {
		t.Fatal(err)
	}
	for len(data) > 0 {
		n := min(chunk, len(data))
		if _, err := z.Write(data[:n]); err != nil {
			t.Fatal(err)
		}
		data = data[n:]
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTripAndDeterminism(t *testing.T) {
	data := sample()
	for _, f := range Formats() {
		t.Run(string(f), func(t *testing.T) {
			one := compress(t, f, 0, data, len(data))
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			if two := compress(t, f, 0, data, 4096+17); !bytes.Equal(one, two) {
				t.Errorf("the bytes depend on the write size or GOMAXPROCS (%d and %d bytes)", len(one), len(two))
			}
			r, _, stop, err := NewReader(bytes.NewReader(one))
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("read back %d bytes, %v; want %d", len(got), err, len(data))
			}
			if f == Tar {
				return
			}
			cut, _, stop, err := NewReader(bytes.NewReader(one[:len(one)/2]))
			if err == nil {
				defer stop()
				_, err = io.ReadAll(cut)
			}
			if err == nil {
				t.Error("a stream cut in half was read without an error")
			}
		})
	}
}

func TestGzipHeader(t *testing.T) {
	got := compress(t, TarGzip, 0, []byte("x"), 1)[:10]
	// Magic, deflate, no flags (so no name), mtime 0, best compression, OS 255.
	if want := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}; !bytes.Equal(got, want) {
		t.Errorf("header % x, want % x", got, want)
	}
}

func TestLevelChangesSize(t *testing.T) {
	data := sample()
	if fast, best := len(compress(t, TarGzip, 1, data, 1<<20)), len(compress(t, TarGzip, 9, data, 1<<20)); best >= fast {
		t.Errorf("level 9 gives %d bytes, level 1 %d", best, fast)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		format Format
		level  int
		want   string
	}{
		{TarXZ, 10, "level 10 is out of range for format tar.xz: use 1 to 9"},
		{"zip", 0, `unknown format "zip": use one of tgz, tar`},
		{TarGzip, 10, "level 10 is out of range for format tgz: use 1 to 9"},
		{TarGzip, -1, "out of range"},
	} {
		_, _, err := NewWriter(io.Discard, c.format, c.level)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s level %d: %v, want %q", c.format, c.level, err, c.want)
		}
	}
}

func TestVersionsAreThoseOfGoMod(t *testing.T) {
	mod, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if _, c, _ := NewWriter(io.Discard, TarGzip, 0); c.Version != gzipVersion+" with "+zstdModule+" "+zstdVersion {
		t.Errorf("gzip's version is %q; pgzip compresses by the other module's flate", c.Version)
	}
	for m, v := range map[string]string{gzipModule: gzipVersion, zstdModule: zstdVersion, bz2Module: bz2Version} {
		if !strings.Contains(string(mod), m+" "+v) {
			t.Errorf("the stats would name %s %s, go.mod has another version", m, v)
		}
	}
}
