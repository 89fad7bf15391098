package tree

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"math/rand"
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
	file := filepath.Join(t.TempDir(), "index.tar.zst")
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

// TestIndexOfPackage has an index take files that nobody wanted when their package
// was read, those that the objtree's hide among them: the package is read once
// more, not once for each.
func TestIndexOfPackage(t *testing.T) {
	const files, size = 60, 20000
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	also := map[string]bool{}
	put := func(name string, text []byte) {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		w.Write(text)
	}
	put("s/include/linux/kconfig.h", nil)
	put("s/arch/Kconfig", nil)
	put("o/include/generated/autoconf.h", nil)
	// No compression makes it less.
	noise := rand.New(rand.NewSource(1))
	for i := range files {
		name := fmt.Sprintf("vendor/%d.mk", i)
		also[name] = true
		for _, half := range []string{"s/", "o/"} {
			text := make([]byte, size)
			noise.Read(text)
			put(half+name, text)
		}
	}
	w.Close()
	file := t.TempDir() + "/k.tar"
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	tr, err := Load(Options{Name: "//k:tree", Inputs: []Input{{Archive, "//k:tar", "", file}}, All: true}, onlyHeaders{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	before := bytesRead(t)
	var out bytes.Buffer
	if err := tr.WriteIndex(&out, also); err != nil {
		t.Fatal(err)
	}
	if out.Len() < 2*files*size {
		t.Errorf("an index of %d bytes has not all of %d files", out.Len(), 2*files)
	}
	// Once from the package, and once from where they are kept.
	if n := bytesRead(t) - before; n > 3*int64(b.Len()) {
		t.Errorf("%d bytes were read for an index of a package of %d", n, b.Len())
	}
}

// bytesRead is how many bytes this process has read of files.
func bytesRead(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skip("the system does not count what is read")
	}
	var n int64
	if _, err := fmt.Sscanf(string(text), "rchar: %d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestUnreadDirectory has a directory that cannot be read: that is told to who
// wants something below it, or to know of every file, and of the index as well.
func TestUnreadDirectory(t *testing.T) {
	// It is removed while it is open, since root may read any other.
	gone := t.TempDir() + "/gone"
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(gone)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	link := fmt.Sprintf("/proc/self/fd/%d", open.Fd())
	if _, err := os.ReadDir(link); err == nil {
		t.Skip("the system reads a directory that is gone")
	}
	const message = `read "drivers/secret" from //k:src: `
	inputs := []Input{{Src, "//k:src", "", write(t, "include/a.h", "drivers/b.c", "drivers/secret->"+link)}}
	if _, err := load(t, inputs...); err == nil || !strings.HasPrefix(err.Error(), message) {
		t.Errorf("who wants all: error %v", err)
	}
	index := write(t, "index.tar.zst") + "/index.tar.zst"
	ofIndex := []Input{{Index, "//k:tree", "", index}}
	for _, o := range []Options{{Inputs: inputs}, {Inputs: inputs, All: true}, {Inputs: ofIndex}, {Inputs: ofIndex, All: true}} {
		o.Name = "//k:tree"
		tr, err := Load(o, onlyHeaders{})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		if o.All && o.Inputs[0].Role == Src {
			var b bytes.Buffer
			if err := errors.Join(tr.WriteIndex(&b, nil), os.WriteFile(index, b.Bytes(), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		view, err := tr.View(0)
		if got := paths(t, view, err); got != "include/a.h" {
			t.Errorf("who wants headers: %s", got)
			continue
		}
		if found, err := view.Find([]string{"drivers/b.c", "drivers/secrets/*"}, every); err != nil || len(found) != 1 {
			t.Errorf("who looks for files beside it: %v, %v", found, err)
		}
		for _, p := range []string{"drivers/secret/c.h", "drivers/*/c.h", "drivers/**"} {
			if _, err := view.Find([]string{p}, every); err == nil || !strings.HasPrefix(err.Error(), message) {
				t.Errorf("who looks for %s: error %v", p, err)
			}
		}
		if _, err := tr.Whole(); o.All && (err == nil || !strings.HasPrefix(err.Error(), message)) {
			t.Errorf("who asks for every file: error %v", err)
		}
	}
}
