// Package tgz reads the archives that tests have.
package tgz

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
	"testing"
)

// Each calls do for each entry of a tgz, in their order. The test fails where the
// archive cannot be read to its end.
func Each(t testing.TB, path string, do func(h *tar.Header, body io.Reader)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("read %s: %v", path, err)
		}
		do(h, r)
	}
}
