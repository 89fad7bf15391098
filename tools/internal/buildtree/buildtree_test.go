package buildtree

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
)

func TestMissing(t *testing.T) {
	var b bytes.Buffer
	if err := WriteMissing(&b, errors.New("tree //k:tree: no\nModule.symvers")); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != "no-build-tree: tree //k:tree: no Module.symvers\n" {
		t.Errorf("%q", got)
	}
	if _, err := Open(&b); fmt.Sprint(err) != "tree //k:tree: no Module.symvers" {
		t.Errorf("error %v", err)
	}
	if _, err := Open(io.MultiReader(bytes.NewReader([]byte(Missing)), iotest.ErrReader(errors.New("broken disk")))); fmt.Sprint(err) != "broken disk" {
		t.Errorf("error %v", err)
	}
}

func TestTree(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "./", Mode: 0o755}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for _, text := range []string{b.String(), "", "no"} {
		r, err := Open(bytes.NewReader([]byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != text {
			t.Errorf("%d bytes of %d, %v", len(got), len(text), err)
		}
	}
}
