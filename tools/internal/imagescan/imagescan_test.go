package imagescan

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

func open(t *testing.T, data []byte, l summary.Limits) (*Image, error) {
	t.Helper()
	return openLimits(t, data, Limits{Limits: l})
}

func openLimits(t *testing.T, data []byte, l Limits) (*Image, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := Open(path, l)
	if err == nil {
		t.Cleanup(func() { m.Close() })
	}
	return m, err
}

func TestFinds(t *testing.T) {
	text := strings.Repeat("a header\n", 1000)
	plain := makeTar(t, text)
	tgz := pack(t, "gzip", plain)
	// A compressor stores what does not compress, and the marker with it.
	inside := join([]byte(hex.EncodeToString(noise(50_000))), []byte("IKHD_ST %s IKHD_ED IKHD_"), marked(tgz), noise(5000))
	module, vmlinux := join(elf(1), inside), join(elf(2), inside)

	type image struct {
		data, archive []byte
		kind          string
	}
	images := map[string]image{
		"dump":           {join(elf(4), inside), tgz, "memory dump (ELF)"},
		"flat dump":      {inside, tgz, "raw image"},
		"dump like gzip": {join([]byte("\x1f\x8b\x08\x00"), noise(30), inside), tgz, "raw image"},
		"arm64 Image":    {arm64(inside), tgz, "arm64 Image"},
		"Image.gz":       {pack(t, "gzip", arm64(inside)), tgz, "arm64 Image in gzip"},
		"Image.gz-dtb":   {join(pack(t, "gzip", arm64(inside)), noise(999)), tgz, "arm64 Image in gzip"},
		"zboot gzip":     {zboot(pack(t, "gzip", arm64(inside))), tgz, "arm64 Image in gzip in EFI zboot image"},
		"zboot zstd":     {zboot(pack(t, "zstd", arm64(inside))), tgz, "arm64 Image in zstd in EFI zboot image"},
		"no header":      {join(noise(3000), pack(t, "gzip", vmlinux), noise(100)), tgz, "vmlinux (ELF) in gzip in raw image"},
		"no header lzma": {join(noise(3000), pack(t, "lzma", vmlinux), noise(100)), tgz, "vmlinux (ELF) in lzma in raw image"},
		"archive":        {tgz, tgz, "archive"},
		"tar":            {plain, plain, "archive"},
	}
	for _, c := range []string{"", "gzip", "xz", "zstd", "bzip2", "lzma", "lz4"} {
		in := ""
		if c != "" {
			in = " in " + c
			images["bzImage "+c] = image{bzImage(c, pack(t, c, vmlinux), len(vmlinux)), tgz, "vmlinux (ELF)" + in + " in x86 bzImage"}
		}
		images["module "+c] = image{pack(t, c, module), tgz, "kernel module" + in}
	}
	for _, c := range []string{"", "xz", "zstd", "bzip2", "bzip2 -1", "bzip2 -9"} {
		a := pack(t, c, plain)
		images["archive format "+c] = image{join(elf(1), marked(a)), a, "kernel module"}
	}
	// Texts of the markers in an archive that is not compressed.
	tricky := makeTar(t, "IKHD_ST IKHD_ED\n"+string(marked(tgz)))
	images["markers in the archive"] = image{join(elf(1), marked(tricky), noise(10)), tricky, "kernel module"}

	for name, c := range images {
		t.Run(name, func(t *testing.T) {
			m, err := open(t, c.data, summary.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			a, err := m.Choose(0)
			if err != nil {
				t.Fatal(err)
			}
			if m.Kind != c.kind {
				t.Errorf("kind is %q, want %q", m.Kind, c.kind)
			}
			for range 2 { // it can be read again
				r, stop, err := a.Open()
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(r)
				stop()
				if err != nil || !bytes.Equal(got, c.archive) {
					t.Errorf("cut out %d bytes, %v; want the %d of the archive", len(got), err, len(c.archive))
				}
			}
			if a.Release != "6.1.0-test" || a.Files != 2 {
				t.Errorf("summary %+v", a.Summary)
			}
		})
	}
}

// TestKindStays has an image with a stream in it that has no archive: what the
// image is does not become what the stream is.
func TestKindStays(t *testing.T) {
	stream := pack(t, "gzip", arm64(noise(100_000)))
	m, err := open(t, join(noise(3000), stream, noise(100)), summary.Limits{})
	if err != nil || m.Kind != "raw image" || len(m.Archives) > 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

// TestKindOfShort has what ends within the mark of a format.
func TestKindOfShort(t *testing.T) {
	whole := arm64(nil)
	for n := range 0x3c {
		if kind := kindOf(whole[:n]); kind != "raw image" {
			t.Errorf("%d bytes of an arm64 Image are a %s", n, kind)
		}
	}
	if kind := kindOf(whole[:0x3c]); kind != "arm64 Image" {
		t.Errorf("0x3c bytes of an arm64 Image are a %s", kind)
	}
}

// TestPlainSight has an archive after a stream without one, which the file
// begins with: as a dump may.
func TestPlainSight(t *testing.T) {
	tgz := pack(t, "gzip", makeTar(t, "x"))
	damaged := bytes.Clone(tgz)
	damaged[len(damaged)-6] ^= 1
	ko := join(elf(1), marked(tgz))
	none := join(elf(2), noise(100_000))
	for name, c := range map[string]struct {
		first []byte
		kind  string
	}{
		"gzip":          {pack(t, "gzip", []byte("hello")), "raw image"},
		"xz":            {pack(t, "xz", none), "raw image"},
		"zstd":          {pack(t, "zstd", none), "raw image"},
		"lz4":           {pack(t, "lz4", none), "raw image"},
		"twice":         {pack(t, "zstd", pack(t, "gzip", none)), "raw image"},
		"kdump in gzip": {pack(t, "gzip", []byte("KDUMP   xxxxxxxxx")), "raw image"},
		"broken in it":  {pack(t, "gzip", marked(damaged)), "raw image"},
		"a tar in it":   {pack(t, "gzip", makeTar(t, "y")), "raw image"},
		"bzImage":       {bzImage("gzip", pack(t, "gzip", none), len(none)), "x86 bzImage"},
	} {
		m, err := open(t, join(c.first, ko), summary.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a, err := m.Choose(0)
		if err != nil || a.Offset != int64(len(c.first)+64)+markerLen || m.Kind != c.kind || m.Whole {
			t.Errorf("%s: %s, %+v, %v", name, m.Kind, a, err)
		}
	}
	// In a stream in a stream, too.
	inner := join(pack(t, "gzip", none), ko)
	m, err := open(t, pack(t, "zstd", inner), summary.Limits{})
	if err != nil || len(m.Archives) != 1 || m.Kind != "raw image in zstd" {
		t.Errorf("in zstd: %v, %+v", err, m)
	}
}

// TestWindow moves the archive over the seam between two windows.
func TestWindow(t *testing.T) {
	tgz := pack(t, "gzip", makeTar(t, "x"))
	end := len(tgz) + int(markerLen)
	for _, at := range []int{0, window - 600, window - 520, window - 519, window - 512, window - 8, window - 7, window - 1, window, 2*window - 1, window - end - 3, window - end} {
		m, err := open(t, join(make([]byte, at), marked(tgz)), summary.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Archives) != 1 || m.Archives[0].Offset != int64(at)+markerLen {
			t.Errorf("archive at %d not found: %v", at, m.nothing())
		}
	}
}

func TestAnswers(t *testing.T) {
	tgz, other := pack(t, "gzip", makeTar(t, "one")), pack(t, "zstd", makeTar(t, "two"))
	damaged := bytes.Clone(tgz)
	damaged[len(damaged)-6] ^= 1 // in the check sum
	plain := makeTar(t, "x")
	ko := join(elf(1), marked(tgz))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":       {nil, "no archive: there is no marker"},
		"no marker":   {noise(100_000), "no archive: there is no marker"},
		"marker only": {join(noise(10), []byte("IKHD_ST\x00IKHD_ED\x00")), "no archive: the marker IKHD_ST at offset 10 has none after it"},
		"short magic": {[]byte("IKHD_ST\x1f\x8bIKHD_ED"), "no archive: the marker"},
		"no end":      {join(elf(1), []byte("IKHD_ST"), tgz), "archive at offset 71 is broken: there is no IKHD_ED"},
		"check sum":   {marked(damaged), "archive at offset 7 is broken: "},
		"cut":         {marked(tgz[:len(tgz)/2]), "archive at offset 7 is broken: "},
		"longer":      {marked(join(tgz, []byte("more"))), "archive at offset 7 is broken: "},
		"two broken":  {join(marked(damaged), marked(damaged)), "archive at offset 7 is broken (and 1 more): "},
		"tar no end":  {marked(plain[:len(plain)-1024]), "the tar has no end"},
		"tar half end": {
			marked(plain[:len(plain)-512]), "the tar has no end"},
		"tar and more": {marked(join(plain, []byte("more"))), "bytes after the end of the tar"},
		"no tar":       {marked(pack(t, "gzip", noise(5000))), "read tar"},
		"cut ko.gz":    {pack(t, "gzip", ko)[:200], "cut short"},
		"cut tgz":      {pack(t, "gzip", makeTar(t, string(noise(5000))))[:4000], "the archive is broken: "},
		// A header of a tar takes a block.
		"a short block": {join([]byte("IKHD_ST"), plain[:511]), "no archive: the marker IKHD_ST at offset 0 has none after it"},
		"a block":       {join([]byte("IKHD_ST"), plain[:512]), "archive at offset 7 is broken: there is no IKHD_ED"},
		"tar check sum": {
			marked(bytes.Replace(plain, []byte("./include"), []byte("./exclude"), 1)), "no archive: the marker"},
		"cut noise.gz": {pack(t, "gzip", noise(5000))[:3000], "cut short or damaged"},
		// What follows a stream that was guessed is no fault of the file's.
		"guessed":      {join(noise(3000), pack(t, "gzip", join(elf(2), []byte(hex.EncodeToString(noise(50_000))))), noise(100)), "(raw image): no archive: there is no marker"},
		"bzImage xz":   {bzImage("xz", pack(t, "xz", elf(2)), 64), "(vmlinux (ELF) in xz in x86 bzImage): no archive: there is no marker"},
		"bzImage zstd": {bzImage("zstd", pack(t, "zstd", elf(2)), 64), "in x86 bzImage): no archive: there is no marker"},
		"broken in no header": {join(noise(3000), pack(t, "gzip", join(elf(2), []byte(hex.EncodeToString(noise(50_000))), marked(damaged))), noise(100)),
			"(vmlinux (ELF) in gzip in raw image): the archive at offset 100071 is broken: "},
		"kdump":     {[]byte("KDUMP   xxxxxxxxx"), "makedumpfile"},
		"lzo":       {[]byte("\x89LZO\x00\r\n\x1a\nxxxxxx"), "extract-vmlinux"},
		"different": {join(marked(tgz), marked(other)), "2 different archives; 1: at offset 7, tgz, "},
		"window":    {append([]byte("\x5d\x00\x00\x00\x7f"), bytes.Repeat([]byte{255}, 100)...), "window is larger"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := open(t, c.data, summary.Limits{})
			if err == nil {
				_, err = m.Choose(0)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %v, want one line with %q", err, c.want)
			}
		})
	}
}

func TestChoose(t *testing.T) {
	tgz, other := pack(t, "gzip", makeTar(t, "one")), pack(t, "zstd", makeTar(t, "two"))
	// A dump has the module, a part of its file in the page cache, and the
	// file once more.
	m, err := open(t, join(marked(tgz), []byte("IKHD_ST"), tgz[:100], noise(50), marked(other), marked(tgz)), summary.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Archives) != 2 || len(m.Broken) != 1 || len(m.Archives[0].Copies) != 1 {
		t.Fatalf("found %d archives, %d broken", len(m.Archives), len(m.Broken))
	}
	for index, want := range map[int]string{1: "tgz", 2: "tar.zst"} {
		if a, err := m.Choose(index); err != nil || a.Format != want {
			t.Errorf("archive %d: %v, want %s", index, err, want)
		}
	}
	for _, index := range []int{3, -1} {
		if _, err := m.Choose(index); err == nil || !strings.Contains(err.Error(), "use 1 to 2") {
			t.Errorf("archive %d: %v", index, err)
		}
	}
	same, err := open(t, join(marked(tgz), marked(tgz)), summary.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := same.Choose(0); err != nil || !slices.Equal(a.Copies, []int64{int64(len(tgz)) + 8 + 14}) {
		t.Errorf("two copies: %v", err)
	}
}

func TestLimits(t *testing.T) {
	data := marked(pack(t, "gzip", makeTar(t, strings.Repeat("x", 100_000))))
	for want, l := range map[string]summary.Limits{
		"more than 50000 bytes": {MaxBytes: 50_000},
		"more than 1 entries":   {MaxFiles: 1},
	} {
		m, err := open(t, data, l)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Choose(0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", l, err, want)
		}
	}
}

func TestTooManyMarkers(t *testing.T) {
	if _, err := open(t, bytes.Repeat([]byte("IKHD_ED"), maxMarks+10), summary.Limits{}); err == nil || !strings.Contains(err.Error(), "no kernel image") {
		t.Errorf("error is %v", err)
	}
}

func TestNotAFile(t *testing.T) {
	for _, path := range []string{t.TempDir(), os.DevNull} {
		if _, err := Open(path, Limits{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestReadInfo(t *testing.T) {
	info := []byte("\x00kheaders_strip=none\x00kheaders_profile=headers\x00kheaders_arch=x86\x00kheaders_arch=arm64\x00kheaders_else=1\x00kheaders_release=\x01\x00")
	tar := makeTar(t, "\x00kheaders_strip=minify\x00")
	m, err := open(t, join(elf(1), marked(tar), info), summary.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := m.ReadInfo()
	if got["strip"] != "none" || got["profile"] != "headers" || got["arch"] != "" || got["release"] != "" || got["else"] != "" {
		t.Errorf("modinfo %v", got)
	}
}
