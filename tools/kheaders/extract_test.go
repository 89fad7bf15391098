package main

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/imagescan"
)

// plainTar returns a tar of one file.
func plainTar(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "file", Mode: 0o644, Size: int64(len(text))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestChanged writes to the image between the check and the reading: another
// archive that is whole, too.
func TestChanged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "image")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, plainTar(t, text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("good")
	m, err := openImage(path, imagescan.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	a, err := m.Choose(0)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	for name, get := range map[string]func() error{
		"unpack": func() error {
			r, stop, err := a.Open()
			if err != nil {
				return err
			}
			defer stop()
			return unpack(r, out, a, imagescan.Limits{})
		},
		"save": func() error {
			r, stop, err := a.Open()
			if err != nil {
				return err
			}
			defer stop()
			return save(r, out, a)
		},
	} {
		write("evil")
		if err := get(); err == nil || !strings.Contains(err.Error(), "the image changed") {
			t.Errorf("%s: error is %v", name, err)
		}
		if found, _ := os.ReadDir(dir); len(found) != 1 {
			t.Errorf("%s: it left %v", name, found)
		}
		write("good")
		if err := get(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.RemoveAll(out); err != nil {
			t.Fatal(err)
		}
	}
}
