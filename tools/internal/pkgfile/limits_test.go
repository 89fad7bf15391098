package pkgfile

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// TestLimits has trees of just what is allowed, and of one more.
func TestLimits(t *testing.T) {
	zipped := func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		z.Write(b)
		z.Close()
		return out.Bytes()
	}
	many := func(n int) []tar.Header {
		var all []tar.Header
		for i := range n {
			all = append(all, reg(fmt.Sprintf("d/%d.h", i), ""))
		}
		return all
	}
	// Each directory has two links to the next: 2^n ways to the last.
	farm := func(n int) []tar.Header {
		var all []tar.Header
		for i := range n {
			to := fmt.Sprintf("../%d", i+1)
			all = append(all, symlink(fmt.Sprintf("%d/a", i), to), symlink(fmt.Sprintf("%d/b", i), to))
		}
		return append(all, reg(fmt.Sprintf("%d/x.h", n), ""))
	}
	long := func(n int) string { return strings.Repeat("n", n) }
	deep := func(n int) string { return strings.Repeat("d/", n-1) + "f.h" }
	// What is a link further down leads a path on: the levels add up.
	joined := func(n int) []tar.Header {
		return []tar.Header{reg("a/"+deep(200), ""), symlink("b/"+strings.Repeat("e/", n)+"l", strings.Repeat("../", n+1)+"a")}
	}
	for name, c := range map[string]struct {
		headers []tar.Header
		limits  Limits
		want    string // "" for a tree that can be read
	}{
		"a name":                {[]tar.Header{reg(long(tarread.MaxName), "")}, Limits{}, ""},
		"a name of a byte more": {[]tar.Header{reg(long(tarread.MaxName+1), "")}, Limits{}, "a name of 4097 bytes"},
		"a long link":           {[]tar.Header{symlink("l", long(tarread.MaxName+1))}, Limits{}, "the limit for a path is 4096 bytes"},
		"levels":                {[]tar.Header{reg(deep(tarread.MaxLevels), "")}, Limits{}, ""},
		"a level more":          {[]tar.Header{reg(deep(tarread.MaxLevels+1), "")}, Limits{}, "the limit for a path is 256 levels"},
		"levels by a link":      {joined(54), Limits{}, ""},
		"a level more by one":   {joined(55), Limits{}, "the limit for a path is 256 levels"},
		"files":                 {many(9), Limits{MaxFiles: 10}, ""}, // and their directory
		"a directory's entry":   {append([]tar.Header{{Typeflag: tar.TypeDir, Name: "d/", Mode: 0o755}}, many(9)...), Limits{MaxFiles: 10}, ""},
		"the same behind":       {append(many(9), tar.Header{Typeflag: tar.TypeDir, Name: "d/", Mode: 0o755}), Limits{MaxFiles: 10}, ""},
		"a file more":           {many(10), Limits{MaxFiles: 10}, "more than 10 files, directories and links: if the tree is to be trusted, raise max_tree_files (--max-tree-files)"},
		"directories":           {[]tar.Header{reg(deep(10), "")}, Limits{MaxFiles: 10}, ""},
		"a directory more":      {[]tar.Header{reg(deep(11), "")}, Limits{MaxFiles: 10}, "raise max_tree_files"},
		"a farm":                {farm(5), Limits{MaxFiles: 500}, ""},
		"a farm of 2^40":        {farm(40), Limits{MaxFiles: 500}, "raise max_tree_files"},
		"bytes":                 {many(9), Limits{MaxBytes: 11 * 512}, ""},
		"a byte more":           {many(9), Limits{MaxBytes: 11*512 - 1}, "the packages decompress to more than 5631 bytes: if they are to be trusted, raise max_tree_bytes (--max-tree-bytes)"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, data := range [][]byte{tarOf(t, c.headers...), zipped(tarOf(t, c.headers...))} {
				f, err := Open([]Package{pack(t, "//k:one", data)}, everything, c.limits)
				if err == nil {
					defer f.Close()
					_, err = walk(f, "", everything)
				}
				if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %.300v, want %q", err, c.want)
				}
			}
		})
	}
}

// TestLimitsTogether has two packages share what is allowed.
func TestLimitsTogether(t *testing.T) {
	data := tarOf(t, reg("a", ""), reg("b", ""), reg("c", ""))
	for limits, want := range map[Limits]string{
		{MaxFiles: 6}:                          "",
		{MaxFiles: 5}:                          "raise max_tree_files",
		{MaxBytes: int64(2 * len(data))}:       "",
		{MaxBytes: int64(2*len(data) - 1)}:     "raise max_tree_bytes",
		{MaxBytes: 4 << 30, Default: true}:     "",
		{MaxFiles: 1 << 40, MaxBytes: 1 << 40}: "",
	} {
		f, err := Open([]Package{pack(t, "//k:one", data), pack(t, "//k:two", data)}, everything, limits)
		if err == nil {
			f.Close()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", limits, err, want)
		}
	}
}

// TestDefaultLimit has a few bytes stand for more than anybody expects.
func TestDefaultLimit(t *testing.T) {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "zeros", Size: 100 << 20, Mode: 0o644})
	w.Write(make([]byte, 100<<20))
	w.Close()
	z.Close()
	for limits, want := range map[Limits]string{
		{MaxBytes: 4 << 30, Default: true}: "decompress to more than 67108864 bytes: if they are to be trusted, raise max_tree_bytes",
		{MaxBytes: 4 << 30}:                "",
	} {
		f, err := Open([]Package{pack(t, "//k:one", b.Bytes())}, nothing, limits)
		if err == nil {
			f.Close()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes, %+v: error %v, want %q", b.Len(), limits, err, want)
		}
	}
}

// TestManyLinks has links that each can be followed only when the one before is in
// its place, in the order that is worst.
func TestManyLinks(t *testing.T) {
	const n = 3000
	var all []tar.Header
	for k := n; k > 0; k-- {
		all = append(all, symlink(fmt.Sprintf("m%d/b", k), fmt.Sprintf("../d%d", k)))
	}
	for k := 1; k <= n; k++ {
		all = append(all, symlink(fmt.Sprintf("m%d", k), fmt.Sprintf("d%d/b", k-1)))
	}
	f, err := Open([]Package{pack(t, "//k:one", tarOf(t, all...))}, everything, Limits{MaxFiles: 4 * n})
	if err == nil {
		defer f.Close()
		if _, _, err = f.Walk("", filter(everything)); f.steps > steps*(4*n+1) {
			t.Errorf("%d look-ups", f.steps)
		}
	}
	if err != nil && !strings.Contains(err.Error(), "lead through one another") {
		t.Errorf("error %v", err)
	}
}

// TestSparse has holes, which no package has and a few bytes can make endless.
func TestSparse(t *testing.T) {
	for _, typ := range []byte{tar.TypeGNUSparse, tar.TypeReg} {
		var data []byte
		h := &tar.Header{Typeflag: tar.TypeReg, Name: "s", Mode: 0o644}
		if typ == tar.TypeReg {
			h.Format, h.PAXRecords = tar.FormatPAX, map[string]string{"X.sparse.size": "9"}
		}
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		w.WriteHeader(h)
		w.Close()
		if typ == tar.TypeReg {
			data = bytes.Replace(b.Bytes(), []byte("19 X.sparse.size=9"), []byte("19 GNU.sparse.si=9"), 1)
		} else {
			data = gnuSparse(b.Bytes())
		}
		_, err := Open([]Package{pack(t, "//k:one", data)}, everything, Limits{})
		if err == nil || !strings.Contains(err.Error(), `member "s" is a sparse file`) {
			t.Errorf("type %q: error %v", typ, err)
		}
	}
}

// gnuSparse makes a tar's first member one of GNU's sparse files.
func gnuSparse(data []byte) []byte {
	h := data[:512]
	h[156] = 'S'
	copy(h[257:], "ustar  \x00")
	for i := 386; i < 512; i++ {
		h[i] = 0
	}
	copy(h[483:], "00001000000\x00") // its size with the hole
	sum := 8 * int(' ')
	for i, c := range h {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return data
}
