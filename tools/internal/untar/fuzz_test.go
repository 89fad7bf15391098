package untar

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzTar unpacks any bytes: nothing gets outside of the directory, no link
// leads out of it, and there is no more than the limits allow.
func FuzzTar(f *testing.F) {
	for _, entries := range [][]tar.Header{
		nil,
		{{Typeflag: tar.TypeDir, Name: "d/"}, {Typeflag: tar.TypeReg, Name: "d/f", Mode: 0o755}},
		{{Typeflag: tar.TypeSymlink, Name: "l", Linkname: "d/../.."}, {Typeflag: tar.TypeReg, Name: "l/f"}},
		{{Typeflag: tar.TypeSymlink, Name: "d/l", Linkname: "../x"}, {Typeflag: tar.TypeLink, Name: "h", Linkname: "d/l"}},
		{{Typeflag: tar.TypeReg, Name: "../f"}},
		{{Typeflag: tar.TypeReg, Name: "/etc/f"}},
		{{Typeflag: tar.TypeFifo, Name: "p"}},
	} {
		f.Add(makeTar(f, entries...).Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		above := t.TempDir()
		dir := filepath.Join(above, "dir")
		err := Tar(bytes.NewReader(data), dir, Options{MaxBytes: 1 << 16, MaxFiles: 50})
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q", err)
		}
		if found, err := os.ReadDir(above); err != nil || len(found) != 1 {
			t.Fatalf("beside the directory are %v, %v", found, err)
		}
		files, size := 0, int64(0)
		filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				t.Fatal(err)
			}
			st, err := d.Info()
			if err != nil {
				t.Fatal(err)
			}
			if name == dir {
				return nil
			}
			files++
			switch {
			case st.Mode().IsRegular():
				size += st.Size()
			case st.Mode()&fs.ModeSymlink != 0:
				to, err := os.Readlink(name)
				if rel, rerr := filepath.Rel(dir, filepath.Join(filepath.Dir(name), to)); err != nil || rerr != nil || filepath.IsAbs(to) || rel == ".." || strings.HasPrefix(rel, "../") {
					t.Errorf("%q leads to %q, %v", name, to, err)
				}
			case !st.IsDir():
				t.Errorf("%q is %v", name, st.Mode())
			}
			return nil
		})
		if files > 50 || size > 1<<16 {
			t.Errorf("%d files of %d bytes", files, size)
		}
	})
}
