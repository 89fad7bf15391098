package summary

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func makeTar(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		name, text, _ := strings.Cut(name, "=")
		h := &tar.Header{Typeflag: tar.TypeReg, Name: "./" + name, Mode: 0o644, Size: int64(len(text))}
		if strings.HasSuffix(name, "/") {
			h.Typeflag = tar.TypeDir
		} else if to, ok := strings.CutPrefix(text, "->"); ok {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, to, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFacts(t *testing.T) {
	const uts = "include/generated/utsrelease.h=#define UTS_RELEASE \"6.1.0-50-amd64\"\n"
	const auto = "include/generated/autoconf.h="
	build := []string{auto, "Makefile", "scripts/Makefile.build", "scripts/mod/modpost", "include/config/auto.conf"}
	var options []string
	for i := range 150 {
		options = append(options, fmt.Sprintf("include/config/OPTION_%d", i))
	}
	var many, drivers []string
	for i := range 2001 {
		many = append(many, fmt.Sprintf("include/linux/%d.h", i))
	}
	for i := range 50 {
		drivers = append(drivers, fmt.Sprintf("include/dt-bindings/%d.h", i))
	}
	for name, c := range map[string]struct {
		files                        []string
		release, from, arch, profile string
	}{
		"headers":        {[]string{uts, auto, "include/linux/a.h", "arch/x86/include/asm/a.h"}, "6.1.0-50-amd64", "include/generated/utsrelease.h", "x86", "headers"},
		"no drivers":     {append(many, auto), "", "", "", "tracing"},
		"drivers":        {append(slices.Clone(drivers), append(many, auto)...), "", "", "", "headers"},
		"two releases":   {[]string{"include/config/kernel.release=6.1.0\n", uts}, "6.1.0-50-amd64", "include/generated/utsrelease.h", "", ""},
		"kernel.release": {[]string{"include/config/kernel.release=5.10.0\n"}, "5.10.0", "include/config/kernel.release", "", ""},
		"no release":     {[]string{"include/generated/utsrelease.h=#define UTS_RELEASE \"\x1b[2J\"\n"}, "", "", "", ""},
		"two arches":     {[]string{"arch/arm/include/asm/a.h", "arch/arm64/include/generated/asm/a.h"}, "", "", "arm64", ""},
		"which arch":     {[]string{"arch/arm/include/asm/a.h", "arch/arm64/include/asm/a.h"}, "", "", "", ""},
		"modules":        {build, "", "", "", "modules"},
		"rfc":            {append(options, build...), "", "", "", "rfc"},
		"some options":   {append(options[:50:50], build...), "", "", "", ""},
		"no headers":     {[]string{"a.txt"}, "", "", "", ""},
		"odd names":      {[]string{"include//generated/./utsrelease.h=#define UTS_RELEASE \"6.1.0-50-amd64\"\n", ".//arch//x86/include/asm/a.h"}, "6.1.0-50-amd64", "include/generated/utsrelease.h", "x86", ""},
		"a file in arch": {[]string{"arch/Kconfig", "arch/x86/Makefile"}, "", "", "x86", ""},
		"headers and c":  {[]string{auto, "include/linux/a.h", "kernel/a.c"}, "", "", "", ""},
	} {
		s, err := Read(bytes.NewReader(makeTar(t, c.files...)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Release != c.release || s.ReleaseFrom != c.from || s.Arch != c.arch || s.Profile != c.profile {
			t.Errorf("%s: release %q from %q, arch %q, profile %q", name, s.Release, s.ReleaseFrom, s.Arch, s.Profile)
		}
	}
}

func TestCounts(t *testing.T) {
	b := append(makeTar(t, "d/", "d/one=1234", "d/two=56", "link=->d/one"), make([]byte, 5120)...)
	s, err := Read(bytes.NewReader(b), Limits{MaxBytes: int64(len(b)), MaxFiles: 4})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	want := Summary{Format: "tar", Files: 2, Dirs: 1, Links: 1, ArchiveBytes: int64(len(b)), TarBytes: int64(len(b)), UncompressedBytes: 6, SHA256: hex.EncodeToString(sum[:])}
	if *s != want {
		t.Errorf("summary %+v, want %+v", *s, want)
	}
}

// TestEmpty has a tar of nothing but its end: that is all there is to tell.
func TestEmpty(t *testing.T) {
	b := makeTar(t)
	s, err := Read(bytes.NewReader(b), Limits{MaxBytes: 1024, MaxFiles: 1})
	sum := sha256.Sum256(b)
	if want := (Summary{Format: "tar", ArchiveBytes: 1024, TarBytes: 1024, SHA256: hex.EncodeToString(sum[:])}); err != nil || *s != want {
		t.Errorf("summary %+v, %v, want %+v", s, err, want)
	}
}

// TestLimits has archives at a limit and just over it.
func TestLimits(t *testing.T) {
	b := makeTar(t, "d/", "d/a=1234") // three blocks, and two at the end
	for name, c := range map[string]struct {
		l    Limits
		want string
	}{
		"as large as may be":    {Limits{MaxBytes: 2560, MaxFiles: 2}, ""},
		"a byte too large":      {Limits{MaxBytes: 2559}, "unpacks to more than 2559 bytes"},
		"an entry too many":     {Limits{MaxFiles: 1}, "more than 1 entries"},
		"a file of the limit":   {Limits{MaxBytes: 4}, "unpacks to more than 4 bytes"},
		"without a limit":       {Limits{}, ""},
		"an error of the spend": {Limits{Spend: func(int) error { return errors.New("spent") }}, "spent"},
	} {
		_, err := Read(bytes.NewReader(b), c.l)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// All bytes are told of: those that are read, and what they are unpacked to.
	spent := 0
	if _, err := Read(bytes.NewReader(b), Limits{Spend: func(n int) error { spent += n; return nil }}); err != nil || spent != 2*len(b) {
		t.Errorf("%d bytes are spent, %v", spent, err)
	}
}

// sparse returns a tar with one entry of GNU's kind that is all hole: 2^50 bytes
// when it is read.
func sparse(t *testing.T) []byte {
	t.Helper()
	b := makeTar(t, "hole")[512:] // without the header: the end alone
	h := make([]byte, 512)
	copy(h, "hole")
	copy(h[100:], "0000644\x000000000\x000000000\x0000000000000\x0000000000000\x00")
	h[156] = 'S'
	copy(h[257:], "ustar  \x00")
	// One piece of no bytes at the end, which is the size as base 256.
	for _, at := range []int{386, 483} {
		h[at] = 0x80
		binary.BigEndian.PutUint64(h[at+4:], 1<<50)
	}
	copy(h[398:], "00000000000\x00")
	sum := 8 * int(' ')
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return append(h, b...)
}

// pax returns a tar with a file of no bytes and a size that PAX records tell.
func pax(t *testing.T, records ...string) []byte {
	t.Helper()
	var text string
	for _, r := range records {
		n := len(r) + 3
		if n >= 10 {
			n++
		}
		text += fmt.Sprintf("%d %s\n", n, r)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	h := &tar.Header{Typeflag: tar.TypeReg, Name: "records", Size: int64(len(text))}
	if err := w.WriteHeader(h); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	out := b.Bytes()
	out[156] = 'x' // was '0'
	copy(out[148:], fmt.Sprintf("%06o", sumOf(out[:512])))
	return append(out, makeTar(t, "file")...)
}

func sumOf(h []byte) int {
	sum := 8 * int(' ')
	for i, c := range h {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	return sum
}

// endless counts how much is read of zeros without end after b.
type endless struct {
	b []byte
	n int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.b)
	e.b = e.b[n:]
	clear(p[n:])
	e.n += int64(len(p))
	return len(p), nil
}

// TestTooLarge has the limits hold before what is too large is read: all of
// these would be read for hours.
func TestTooLarge(t *testing.T) {
	large := makeTar(t, "a=x", "b=y")
	// The second header says 2^33-1 bytes.
	second := large[1024:1536]
	copy(second[124:], "77777777777\x00")
	copy(second[148:], fmt.Sprintf("%06o", sumOf(second)))
	for name, c := range map[string]struct {
		data []byte
		l    Limits
		want string
	}{
		"sparse":             {sparse(t), Limits{MaxBytes: 1000}, "sparse"},
		"sparse, no limit":   {sparse(t), Limits{}, "sparse"},
		"PAX sparse":         {pax(t, "GNU.sparse.major=0", "GNU.sparse.minor=1", "GNU.sparse.size=1125899906842624", "GNU.sparse.numblocks=0", "GNU.sparse.map="), Limits{}, "sparse"},
		"a large file":       {large, Limits{MaxBytes: 1 << 20}, "more than 1048576 bytes"},
		"all files together": {makeTar(t, "a="+strings.Repeat("x", 600), "b="+strings.Repeat("x", 600)), Limits{MaxBytes: 1100}, "more than 1100 bytes"},
	} {
		in := &endless{b: c.data}
		_, err := Read(in, c.l)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
		if in.n > 1<<20 {
			t.Errorf("%s: %d bytes were read", name, in.n)
		}
	}
}

// TestEnd cuts a tar anywhere: no part of one is whole.
func TestEnd(t *testing.T) {
	whole := makeTar(t, "one="+strings.Repeat("\x00", 1024), "two=x")
	for n := range len(whole) {
		if _, err := Read(bytes.NewReader(whole[:n]), Limits{}); err == nil {
			t.Errorf("%d of %d bytes are taken for a whole tar", n, len(whole))
		}
	}
}
