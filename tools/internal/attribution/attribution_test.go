package attribution

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// file is one of a tar.
type file struct{ name, text string }

// files are headers of some directories, much alike within one.
func files(n int) []file {
	rnd := rand.New(rand.NewSource(1))
	out := []file{{"./", ""}}
	for _, dir := range []string{"a", "b", "c"} {
		out = append(out, file{"./" + dir + "/", ""})
		for i := range n {
			var b strings.Builder
			for range rnd.Intn(400) {
				fmt.Fprintf(&b, "#define %s_%s_%d 0x%x\n", strings.ToUpper(dir), []string{"MASK", "SHIFT", "BITS"}[rnd.Intn(3)], rnd.Intn(1000), rnd.Intn(1<<16))
			}
			out = append(out, file{fmt.Sprintf("./%s/file%d.h", dir, i), b.String()})
		}
	}
	return append(out, file{"./d/" + strings.Repeat("long/", 60) + "x\t\n\x1b<b>.h", "x"}, file{"./d/ümläut.h", "y"})
}

func tarOf(t testing.TB, files []file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.text)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, f.text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pack(t testing.TB, format codec.Format, level int, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, _, err := codec.NewWriter(&b, format, level)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(data)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// archives are packed in each format at each level.
func archives(t *testing.T, data []byte) map[string][]byte {
	out := map[string][]byte{"tar 0": data}
	for format, levels := range map[codec.Format]int{codec.TarGzip: 9, codec.TarZstd: 4, codec.TarBz2: 9} {
		for level := 1; level <= levels; level++ {
			out[fmt.Sprintf("%s %d", format, level)] = pack(t, format, level, data)
		}
	}
	for level := range 10 {
		out[fmt.Sprintf("tar.xz %d", level)] = walktest.XZ(t, fmt.Sprintf("-%d", level), data)
	}
	return out
}

// byDir adds up what is in each directory of the first level.
func byDir(r *sizes.Report) map[string]int64 {
	out := map[string]int64{}
	for _, e := range r.Entries {
		top, _, _ := strings.Cut(e.Path, "/")
		out[top] += e.Bits
	}
	return out
}

// TestExact has the bits add up in each format at each level, and a directory that
// is dropped save what was attributed to it.
func TestExact(t *testing.T) {
	all := files(25)
	var less []file
	for _, f := range all {
		if !strings.HasPrefix(f.name, "./b/") {
			less = append(less, f)
		}
	}
	smaller := archives(t, tarOf(t, less))
	for name, packed := range archives(t, tarOf(t, all)) {
		r, err := Read(bytes.NewReader(packed), Limits{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sum := r.FramingBits
		for i, e := range r.Entries {
			sum += e.Bits
			if i > 0 && r.Entries[i-1].Path >= e.Path {
				t.Errorf("%s: %q does not come before %q", name, r.Entries[i-1].Path, e.Path)
			}
			if e.Bits == 0 && e.Bytes > 2 {
				t.Errorf("%s: %q costs nothing", name, e.Path)
			}
		}
		if sum != 8*int64(len(packed)) || r.Method != sizes.Exact || len(r.Entries) != len(all) || r.Format != strings.Fields(name)[0] {
			t.Errorf("%s: %d bits of %d, method %s, format %s, %d entries", name, sum, 8*len(packed), r.Method, r.Format, len(r.Entries))
		}
		saved := int64(len(packed) - len(smaller[name]))
		if got := sizes.Bytes(byDir(r)["b"]); got < saved*97/100-100 || got > saved*103/100+100 {
			t.Errorf("%s: b is said to take %d bytes, and without it the archive is %d smaller", name, got, saved)
		}
	}
}

// TestEntries knows what is in the tar that is not compressed: headers and padding
// are their file's.
func TestEntries(t *testing.T) {
	r, err := Read(bytes.NewReader(tarOf(t, []file{{"./", ""}, {"./d/", ""}, {"./d/x", "12345"}, {"./d/" + strings.Repeat("y", 120), strings.Repeat("z", 513)}})), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []sizes.Entry{
		{Path: ".", Dir: true, Bits: 8 * 512}, {Path: "d", Dir: true, Bits: 8 * 512}, {Path: "d/x", Bits: 8 * 1024, Bytes: 5},
		// A header and a block for the long name, one of its own, two of the file.
		{Path: "d/" + strings.Repeat("y", 120), Bits: 8 * 512 * 5, Bytes: 513},
	}
	for i := range want {
		if len(r.Entries) != len(want) || r.Entries[i] != want[i] {
			t.Fatalf("%+v, want %+v", r.Entries, want)
		}
	}
	if r.FramingBits != 8*1024 || r.Files != 2 || r.UncompressedBytes != 518 {
		t.Errorf("%+v", r)
	}
}

// TestByGzip has a stream that cannot be walked.
func TestByGzip(t *testing.T) {
	data := tarOf(t, files(20))
	packed := walktest.XZ(t, "--x86 --lzma2=preset=6", data)
	r, err := Read(bytes.NewReader(packed), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Method != sizes.ByGzip || r.Format != "tar.xz" || r.ArchiveBytes != int64(len(packed)) {
		t.Errorf("method %s, format %s, %d bytes", r.Method, r.Format, r.ArchiveBytes)
	}
	of, err := Read(bytes.NewReader(pack(t, codec.TarGzip, 0, data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for dir, bits := range byDir(of) {
		want := bits * r.ArchiveBytes / of.ArchiveBytes
		if got := byDir(r)[dir]; got < want-64 || got > want+64 {
			t.Errorf("%s has %d bits, want %d", dir, got, want)
		}
	}
	for _, n := range []int{len(packed) / 2, len(packed) - 1} {
		if _, err := Read(bytes.NewReader(packed[:n]), Limits{}); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
}

func TestErrors(t *testing.T) {
	whole := tarOf(t, files(3))
	for name, packed := range archives(t, whole) {
		for _, n := range []int{0, 5, len(packed) / 2, len(packed) - 1} {
			if _, err := Read(bytes.NewReader(packed[:n]), Limits{}); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s cut after %d of %d bytes: %v", name, n, len(packed), err)
			}
		}
		if _, err := Read(bytes.NewReader(packed), Limits{MaxBytes: 1000}); err == nil || !strings.Contains(err.Error(), "unpacks to more than 1000 bytes") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []struct {
		data []byte
		want string
	}{
		{[]byte("no archive"), "read tar: unexpected EOF"},
		{pack(t, codec.TarGzip, 1, append(bytes.Clone(whole), "more"...)), "after the end of the tar"},
		{pack(t, codec.TarGzip, 1, whole[:len(whole)-1024]), "the tar has no end"},
	} {
		if _, err := Read(bytes.NewReader(c.data), Limits{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestLittleIsKept reads one large file: what is written down of it is charged as
// it comes.
func TestLittleIsKept(t *testing.T) {
	packed := pack(t, codec.TarGzip, 1, tarOf(t, []file{{"./zeros", strings.Repeat("\x00", 32<<20)}}))
	w := &watcher{report: &sizes.Report{}}
	w.tally.log = &steps.Log{}
	if _, err := summary.Watch(bytes.NewReader(packed), summary.Limits{}, w); err != nil {
		t.Fatal(err)
	}
	if n := cap(w.tally.log.Steps); n > 64<<10 {
		t.Errorf("up to %d steps were kept", n)
	}
	if n := cap(w.tally.block); n > 64 {
		t.Errorf("%d shares of a block for one file", n)
	}
}

// TestManySmall has far more entries than the decoder has steps at a time: a step is
// charged once, however many entries there are.
func TestManySmall(t *testing.T) {
	var many []file
	for i := range 20_000 {
		many = append(many, file{fmt.Sprintf("./%05d", i), ""})
	}
	for _, format := range []codec.Format{codec.TarGzip, codec.TarZstd, codec.TarBz2} {
		packed := pack(t, format, 1, tarOf(t, many))
		w := &watcher{report: &sizes.Report{}}
		w.tally.log = &steps.Log{}
		if _, err := summary.Watch(bytes.NewReader(packed), summary.Limits{}, w); err != nil {
			t.Fatal(err)
		}
		if n := cap(w.tally.log.Steps); n > 400_000 {
			t.Errorf("%s: up to %d steps were kept", format, n)
		}
	}
	r, err := Read(bytes.NewReader(tarOf(t, many)), Limits{})
	if err != nil || len(r.Entries) != len(many) || r.Entries[7].Bits != 8*512 {
		t.Error(err)
	}
}
