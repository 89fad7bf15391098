package tree

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sameOfIndex reads the inputs' index as load has read the inputs, and compares.
func sameOfIndex(t *testing.T, inputs []Input, loaded *Tree, failed error) {
	t.Helper()
	tr, err := Load(Options{Name: "//k:tree", Inputs: inputs, All: true, AllowMismatch: true}, all{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var b bytes.Buffer
	if err := tr.WriteIndex(&b, nil); err != nil {
		if failed == nil || !strings.Contains(err.Error(), "is empty") {
			t.Errorf("no index: %v", err)
		}
		return
	}
	if !WrittenIndex(bytes.NewReader(b.Bytes())) || WrittenIndex(strings.NewReader("x"+b.String())) {
		t.Error("an index is not known, or what is none is taken for one")
	}
	file := filepath.Join(t.TempDir(), "index.tar")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := Load(Options{Name: "//k:tree", Inputs: []Input{{Role: Index, Label: "//k:index", Path: file}}}, all{})
	if err == nil {
		defer again.Close()
		again, err = again.View(0)
	}
	if failed != nil || err != nil {
		if failed == nil || err == nil || failed.Error() != err.Error() {
			t.Errorf("of the index: error %v; of the inputs: %v", err, failed)
		}
		return
	}
	if got, want := list(t, again), list(t, loaded); got != want {
		t.Errorf("of the index:\n%q\nof the inputs:\n%q", got, want)
	}
	for i, e := range again.Entries {
		if o := loaded.Entries[i]; e.Origin() != o.Origin() || e.Hides != o.Hides || e.Size != o.Size {
			t.Errorf("%s of the index is from %q and hides %q, of the inputs %q and %q", e.Path, e.Origin(), e.Hides, o.Origin(), o.Hides)
		}
	}
	if again.Facts != loaded.Facts {
		t.Errorf("facts %+v and %+v", again.Facts, loaded.Facts)
	}
}

// TestHalvesOfIndex has a srctree whose directory's name says that it is another
// one than the objtree was built from: that is told of the index as well.
func TestHalvesOfIndex(t *testing.T) {
	src := filepath.Join(write(t, "linux-6.1-rt/include/a.h=x"), "linux-6.1-rt")
	obj := write(t, "Makefile=include /usr/src/linux-6.1/Makefile\n", "include/generated/autoconf.h=")
	inputs := []Input{{Src, "//k:src", "", src}, {Gen, "//k:obj", "", obj}}
	_, err := Load(Options{Name: "//k:tree", Inputs: inputs}, all{})
	if err == nil || !strings.Contains(err.Error(), `was built from a srctree "linux-6.1", and this one is "linux-6.1-rt"`) {
		t.Fatalf("error %v", err)
	}
	sameOfIndex(t, inputs, nil, err)
}
