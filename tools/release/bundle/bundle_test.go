package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// write makes an archive of files with these contents in a directory of its own.
func write(t *testing.T, mode os.FileMode, contents map[string]string) []byte {
	t.Helper()
	dir, files := t.TempDir(), map[string]string{}
	for name, content := range contents {
		file := filepath.Join(dir, fmt.Sprintf("%x", name))
		if err := os.WriteFile(file, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	var out bytes.Buffer
	if err := Write(&out, "m-1", files); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWrite(t *testing.T) {
	contents := map[string]string{
		"b/script": "#!/bin/sh\n", "b/c/elf": "\x7fELF", "macho": "\xcf\xfa\xed\xfe", "a.txt": "text", "b.txt": "",
	}
	data := write(t, 0o600, contents)
	if !bytes.Equal(data, write(t, 0o755, contents)) {
		t.Error("the bytes depend on the files' modes, paths or times")
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(z)
	var got []string
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.ModTime.Unix() != 0 || h.Format != tar.FormatUSTAR {
			t.Errorf("%s: %+v", h.Name, h)
		}
		got = append(got, fmt.Sprintf("%o %s %q", h.Mode, h.Name, content))
	}
	want := []string{
		`755 m-1/ ""`, `644 m-1/a.txt "text"`, `755 m-1/b/ ""`, `644 m-1/b.txt ""`, `755 m-1/b/c/ ""`,
		`755 m-1/b/c/elf "\x7fELF"`, `755 m-1/b/script "#!/bin/sh\n"`, `755 m-1/macho "\xcf\xfa\xed\xfe"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestWriteMissing(t *testing.T) {
	if err := Write(io.Discard, "m-1", map[string]string{"a": filepath.Join(t.TempDir(), "a")}); err == nil {
		t.Error("no error for a file that is not there")
	}
}
