package strip

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// kernel is one tree to strip, for one architecture.
type kernel struct {
	// name is how the table calls it, arch the directory below arch/.
	name, arch string
	packages   []string
	// sources is a tar of files to add, "" for none; then no others count.
	sources string
}

// modes are the values of strip that take something away.
var modes = [...]string{"comments", "comments_keep_license", "minify"}

// file is one file as it was and as each mode left it.
type file struct {
	path     string
	was      []byte
	stripped [len(modes)][]byte
	// note says why a mode left it as it was.
	note [len(modes)]string
}

// archive runs "kheaders archive" over all that strip touches, to a tar.
func archive(t *testing.T, arch, mode, out, manifest string, from ...string) {
	t.Helper()
	args := []string{"archive", "--arch=" + arch, "--profile=headers", "--include=**/*.{h,c,S}", "--format=tar", "--strip=" + mode, "--output=" + out}
	if manifest != "" {
		args = append(args, "--manifest="+manifest, "--stats="+manifest+".json")
	}
	for _, f := range from {
		args = append(args, "--tree-archive="+f)
	}
	if msg, err := exec.Command(runfile.Path(t, "KHEADERS"), args...).CombinedOutput(); err != nil {
		t.Fatalf("kheaders %s: %v\n%s", strings.Join(args, " "), err, msg)
	}
}

// strip makes an archive of the kernel in each mode, strips each of them again,
// and calls each for every file. It returns the kernel's release.
func (k *kernel) strip(t *testing.T, each func(*file)) (release string) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	archive(t, k.arch, "none", path("none.tar"), path("none"), k.packages...)
	counts := func(string) bool { return true }
	if k.sources != "" {
		added := addSources(t, path("none.tar"), k.sources, path("sources.tar"))
		archive(t, k.arch, "none", path("none.tar"), "", path("sources.tar"))
		counts = func(name string) bool { return added[name] }
	}
	readers := []*tar.Reader{openTar(t, path("none.tar"))}
	var notes [len(modes)]map[string]string
	for m, mode := range modes {
		once, twice := path(mode+".tar"), path("again.tar")
		archive(t, k.arch, mode, once, path(mode), path("none.tar"))
		archive(t, k.arch, mode, twice, "", once)
		if !sameFiles(t, once, twice) {
			t.Errorf("%s, strip %s: stripping it again changes it", k.title(), mode)
		}
		notes[m] = readNotes(t, path(mode))
		readers = append(readers, openTar(t, once))
	}
	for {
		f := &file{}
		for i, r := range readers {
			h, err := r.Next()
			if err == io.EOF {
				if f.path != "" {
					t.Fatalf("%s: strip %s lost %q", k.title(), modes[i-1], f.path)
				}
				if i == len(modes) {
					return k.release(t, path("none.json"))
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && h.Name != f.path {
				t.Fatalf("%s: strip %s has %q in the place of %q", k.title(), modes[i-1], h.Name, f.path)
			}
			f.path = h.Name
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				f.was = b
				continue
			}
			f.stripped[i-1] = b
			f.note[i-1] = notes[i-1][strings.TrimPrefix(h.Name, "./")]
		}
		if f.path = strings.TrimPrefix(f.path, "./"); !strings.HasSuffix(f.path, "/") && f.path != "" && counts(f.path) {
			each(f)
		}
	}
}

func (k *kernel) title() string { return k.name + " " + k.arch }

func (k *kernel) release(t *testing.T, stats string) string {
	t.Helper()
	b, err := os.ReadFile(stats)
	if err != nil {
		t.Fatal(err)
	}
	var s struct{ Release string }
	if err := json.Unmarshal(b, &s); err != nil || s.Release == "" {
		t.Fatalf("%s: the stats %q have no release: %v", k.title(), b, err)
	}
	return s.Release
}

func openTar(t *testing.T, path string) *tar.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return tar.NewReader(f)
}

func sameFiles(t *testing.T, a, b string) bool {
	t.Helper()
	var sums [2][]byte
	for i, name := range []string{a, b} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if _, err = io.Copy(h, f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		sums[i] = h.Sum(nil)
	}
	return bytes.Equal(sums[0], sums[1])
}

// readNotes returns the notes of a manifest by path.
func readNotes(t *testing.T, path string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if len(lines) < 2 {
		t.Fatalf("the manifest has not even a head: %q", b)
	}
	lines = lines[1:] // the first names the layout
	column := -1
	for i, name := range strings.Split(strings.TrimPrefix(lines[0], "#"), "\t") {
		if name == "note" {
			column = i
		}
	}
	if column < 0 {
		t.Fatalf("the manifest has no column of notes: %q", lines[0])
	}
	notes := map[string]string{}
	for _, line := range lines[1:] {
		if row := strings.Split(line, "\t"); row[column] != "" {
			notes[row[0]] = row[column]
		}
	}
	return notes
}

// addSources copies a tar and adds the files of another that it does not have,
// without the first directory of their names.
func addSources(t *testing.T, tree, sources, out string) map[string]bool {
	t.Helper()
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	has, added := map[string]bool{}, map[string]bool{}
	for _, from := range []string{tree, sources} {
		for r := openTar(t, from); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", from, err)
			}
			if h.Typeflag != tar.TypeReg {
				continue
			}
			name := strings.TrimPrefix(h.Name, "./")
			if from == sources {
				_, name, _ = strings.Cut(name, "/")
				if has[name] {
					continue
				}
				added[name] = true
			}
			has[name] = true
			err = w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: h.Size})
			if err == nil {
				_, err = io.Copy(w, r)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(added) == 0 {
		t.Fatal(fmt.Errorf("%s adds no files", sources))
	}
	return added
}
