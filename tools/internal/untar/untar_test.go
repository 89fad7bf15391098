package untar

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func makeTar(t testing.TB, entries ...tar.Header) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range entries {
		body := ""
		if h.Typeflag == tar.TypeReg {
			body = "content of " + h.Name
			h.Size = int64(len(body))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestTar(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)

	long := strings.Repeat("d/", 90) + strings.Repeat("n", 200)
	in := makeTar(t,
		tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o700},
		tar.Header{Name: "./scripts/", Typeflag: tar.TypeDir, Mode: 0o700},
		tar.Header{Name: "./scripts/tool", Typeflag: tar.TypeReg, Mode: 0o700},
		tar.Header{Name: ".//doubled//x", Typeflag: tar.TypeReg, Mode: 0o644},
		tar.Header{Name: "no/parent entry\n.h", Typeflag: tar.TypeReg, Mode: 0o600},
		tar.Header{Name: long, Typeflag: tar.TypeReg, Mode: 0o644},
		tar.Header{Name: "include/link.h", Typeflag: tar.TypeSymlink, Linkname: "../scripts/tool"},
		tar.Header{Name: "hard", Typeflag: tar.TypeLink, Linkname: "./scripts/tool"},
	)
	dir := filepath.Join(t.TempDir(), "new")
	if err := Tar(in, dir, Options{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		mode os.FileMode
		text string
	}{
		"scripts/tool":        {0o755, "content of ./scripts/tool"},
		"no/parent entry\n.h": {0o644, "content of no/parent entry\n.h"},
		long:                  {0o644, "content of " + long},
		"include/link.h":      {0o755, "content of ./scripts/tool"},
		"doubled/x":           {0o644, "content of .//doubled//x"},
		"hard":                {0o755, "content of ./scripts/tool"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		st, _ := os.Stat(filepath.Join(dir, name))
		if string(text) != want.text || st.Mode().Perm() != want.mode {
			t.Errorf("%q is %q, mode %o; want %q, %o", name, text, st.Mode().Perm(), want.text, want.mode)
		}
	}
	for _, name := range []string{"scripts", "no"} {
		if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Mode().Perm() != 0o755 {
			t.Errorf("directory %q: %v %v, want mode 0755", name, st.Mode(), err)
		}
	}
}

func TestTarRefuses(t *testing.T) {
	file := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644} }
	for name, c := range map[string]struct {
		entries []tar.Header
		want    string
	}{
		"dotdot":             {[]tar.Header{file("a/../../x")}, `path with ".."`},
		"dotdot after a dot": {[]tar.Header{file("./../x")}, `path with ".."`},
		"dotdot inside":      {[]tar.Header{file("a/../x")}, `path with ".."`},
		"absolute":           {[]tar.Header{file("/x")}, "absolute path"},
		"absolute link":      {[]tar.Header{{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "/etc"}}, "leads out"},
		"escaping link":      {[]tar.Header{{Name: "a/l", Typeflag: tar.TypeSymlink, Linkname: "../../x"}}, "leads out"},
		"below a link":       {[]tar.Header{{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "d"}, file("l/x")}, "is a symbolic link"},
		"below a dir link": {[]tar.Header{
			{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755},
			{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "d"}, file("l/x")}, "is a symbolic link"},
		"over a link": {[]tar.Header{
			file("f"), {Name: "l", Typeflag: tar.TypeSymlink, Linkname: "f"}, file("l")}, "file exists"},
		"below a link to a link": {[]tar.Header{
			{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "d"},
			{Name: "h", Typeflag: tar.TypeLink, Linkname: "l"}, file("h/x")}, "is a symbolic link"},
		"escaping hard link": {[]tar.Header{{Name: "h", Typeflag: tar.TypeLink, Linkname: "../x"}}, `path with ".."`},
		"twice":              {[]tar.Header{file("x"), file("./x")}, "file exists"},
		"file as directory":  {[]tar.Header{file("x"), file("x/y")}, "file exists"},
		"fifo":               {[]tar.Header{{Name: "p", Typeflag: tar.TypeFifo}}, "neither a file"},
		"device":             {[]tar.Header{{Name: "c", Typeflag: tar.TypeChar}}, "neither a file"},
		"root as a file":     {[]tar.Header{file(".")}, "root"},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			err := Tar(makeTar(t, c.entries...), filepath.Join(parent, "dir"), Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
			if found, _ := os.ReadDir(parent); len(found) != 1 {
				t.Errorf("files outside of the directory: %v", found)
			}
		})
	}
}

// TestErrorsAreOneLine has names that a terminal would obey.
func TestErrorsAreOneLine(t *testing.T) {
	const evil = "a\x1b[2J\nb"
	file := tar.Header{Name: evil, Typeflag: tar.TypeReg, Mode: 0o644}
	below := tar.Header{Name: evil + "/x", Typeflag: tar.TypeReg, Mode: 0o644}
	for name, c := range map[string]struct {
		entries []tar.Header
		want    string
	}{
		"file":          {[]tar.Header{file, file}, "file exists"},
		"directory":     {[]tar.Header{file, below}, "file exists"},
		"symbolic link": {[]tar.Header{file, {Name: evil, Typeflag: tar.TypeSymlink, Linkname: evil}}, "file exists"},
		"hard link":     {[]tar.Header{{Name: "h", Typeflag: tar.TypeLink, Linkname: evil}}, "no such file"},
		"below a link":  {[]tar.Header{{Name: evil, Typeflag: tar.TypeSymlink, Linkname: "d"}, below}, "is a symbolic link"},
		"long name":     {[]tar.Header{{Name: evil + strings.Repeat("n", 300), Typeflag: tar.TypeReg}}, "file name too long"},
	} {
		err := Tar(makeTar(t, c.entries...), filepath.Join(t.TempDir(), "dir"), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
			continue
		}
		if strings.ContainsAny(err.Error(), "\x1b\n") || strings.Count(err.Error(), `a\x1b[2J\nb`) > 2 {
			t.Errorf("%s: %q", name, err)
		}
	}
	dir := filepath.Join(t.TempDir(), evil)
	for _, bad := range []string{dir + "/x/\x00", dir + "/y/" + strings.Repeat("n", 300)} {
		if err := Into(makeTar(t), bad, Options{}); err == nil || strings.ContainsAny(err.Error(), "\x1b\n\x00") {
			t.Errorf("%q", err)
		}
	}
}

func TestTarSparse(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	h := &tar.Header{Name: "pax", Typeflag: tar.TypeReg, Format: tar.FormatPAX, PAXRecords: map[string]string{"X.sparse.size": "9"}}
	if err := w.WriteHeader(h); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	// The writer refuses these names, so it is given another of the same length.
	in := bytes.Replace(b.Bytes(), []byte("19 X.sparse.size=9"), []byte("19 GNU.sparse.si=9"), 1)
	err := Tar(bytes.NewReader(in), filepath.Join(t.TempDir(), "d"), Options{})
	if err == nil || !strings.Contains(err.Error(), "sparse") {
		t.Errorf("error is %v", err)
	}
}

func TestTarOtherErrors(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Tar(makeTar(t), dir, Options{}); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a full directory: %v", err)
	}
	whole := makeTar(t, tar.Header{Name: "x", Typeflag: tar.TypeReg, Mode: 0o644}).Bytes()
	if err := Tar(bytes.NewReader(whole[:515]), filepath.Join(t.TempDir(), "d"), Options{}); err == nil {
		t.Error("a truncated tar is no error")
	}
}

// TestLevels has a path of just as many levels as are allowed, one more, and as
// many as would take for ever.
func TestLevels(t *testing.T) {
	for n, want := range map[int]string{256: "", 257: "the limit for a path is 256 levels", 150_000: "the limit for a path is 4096 bytes"} {
		dir := t.TempDir()
		err := Tar(makeTar(t, tar.Header{Typeflag: tar.TypeReg, Name: strings.Repeat("d/", n-1) + "f", Mode: 0o644}), dir, Options{})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d levels: error %v, want %q", n, err, want)
		}
	}
}

// TestHardLinkOfLink has a symbolic link that leads out only from where a hard
// link puts it.
func TestHardLinkOfLink(t *testing.T) {
	for name, want := range map[string]string{
		"h":     `unpack "h": hard link to "d/l", a symbolic link to "../x", leads out of the directory`,
		"d/h":   "",
		"d/e/h": "",
	} {
		err := Tar(makeTar(t, tar.Header{Typeflag: tar.TypeSymlink, Name: "d/l", Linkname: "../x"}, tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: "d/l"}), t.TempDir(), Options{})
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}
