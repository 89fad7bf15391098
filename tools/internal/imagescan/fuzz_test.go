package imagescan

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// FuzzOpen searches any bytes: each archive that is found can be cut out, and is
// the one that was checked.
func FuzzOpen(f *testing.F) {
	plain := makeTar(f, "x")
	tgz := pack(f, "gzip", plain)
	ko := join(elf(1), marked(tgz))
	for _, seed := range [][]byte{nil, plain, tgz, ko, pack(f, "zstd", ko), pack(f, "xz", ko), pack(f, "bzip2", plain), pack(f, "lz4", ko), bzImage("gzip", ko, len(ko)), zboot(pack(f, "gzip", ko)), join(marked(tgz), marked(plain)), marked(tgz[:len(tgz)-3]), []byte("IKHD_STIKHD_ED")} {
		f.Add(seed)
	}
	file := filepath.Join(f.TempDir(), "image")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := Open(file, Limits{Limits: summary.Limits{MaxBytes: 1 << 20, MaxFiles: 100}, MaxImage: 1 << 20})
		if err != nil {
			return
		}
		defer m.Close()
		for _, a := range m.Archives {
			r, stop, err := a.Open()
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.New()
			n, err := io.Copy(sum, r)
			stop()
			if err != nil || n != a.ArchiveBytes || hex.EncodeToString(sum.Sum(nil)) != a.SHA256 {
				t.Errorf("the archive at %d is another one: %d bytes, %v, want %d", a.Offset, n, err, a.ArchiveBytes)
			}
		}
		if _, err := m.Choose(0); (err == nil) != (len(m.Archives) == 1) || err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%d archives, error %v", len(m.Archives), err)
		}
		m.ReadInfo()
	})
}
