package pkgfile

import (
	"bytes"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// FuzzPackage reads any bytes as a package: what is found has a path of the tree
// within the limits, and as many bytes as it says.
func FuzzPackage(f *testing.F) {
	plain := tarOf(f, reg("a/include/linux/kconfig.h", "text"), symlink("a/l", "../b"), symlink("b", "a"), symlink("up", ".."), reg("a/x", ""))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(plain)
	z.Close()
	for _, seed := range [][]byte{nil, plain, plain[:600], packed.Bytes(), deb("data.tar.gz", packed.Bytes()), deb("data.tar", plain), []byte("BZh91AY&SY"), []byte("\xfd7zXZ\x00"), []byte("\x28\xb5\x2f\xfd")} {
		f.Add(seed)
	}
	file := filepath.Join(f.TempDir(), "pkg")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		fs, err := Open([]Package{{Path: file, Label: "//k:one"}}, headersOnly, Limits{MaxFiles: 500, MaxBytes: 1 << 20})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		defer fs.Close()
		fs.Roots("", "")
		files, _, err := fs.Walk("", filter(everything))
		if err != nil || fs.Keep(files) != nil {
			return
		}
		for _, e := range files {
			if path.Clean(e.Path) != e.Path || path.IsAbs(e.Path) || strings.HasPrefix(e.Path, "../") || tarread.CheckName(e.Path) != nil {
				t.Errorf("path %q", e.Path)
			}
			r, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, r); n != e.Size || err != nil {
				t.Errorf("%q has %d bytes, %v, and says %d", e.Path, n, err, e.Size)
			}
			r.Close()
		}
	})
}
