// Package size holds what is said of a real kernel's sizes to what dropping its
// directories saves.
package size

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dsnet/compress/bzip2"
	"github.com/klauspost/compress/zstd"
	"github.com/klauspost/pgzip"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/tgz"
)

// dirs are the directories that are dropped, one at a time: each takes more than
// 64 KiB in every format.
var dirs = []string{
	"arch/x86", "include/drm", "include/dt-bindings", "include/linux/mfd",
	"include/net", "include/sound", "include/trace", "include/uapi",
}

// resorted is by how many thousandths of the archive what others take may change
// where a directory is dropped: bzip2 sorts blocks of 900 kB, and behind it each has
// another text.
var resorted = map[string]int64{"tar.bz2": 4}

// entry is an entry of a tar.
type entry struct {
	h    *tar.Header
	body []byte
}

// kernel reads the archive of a kernel.
func kernel(t *testing.T, path string) []entry {
	t.Helper()
	var all []entry
	tgz.Each(t, path, func(h *tar.Header, body io.Reader) {
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{h, b})
	})
	return all
}

func below(name, dir string) bool {
	return strings.HasPrefix(strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")+"/", dir+"/")
}

// write writes a tar of the entries that keep keeps.
func write(t *testing.T, w io.Writer, all []entry, keep func(name string) bool) {
	t.Helper()
	out := tar.NewWriter(w)
	for _, e := range all {
		if !keep(e.h.Name) {
			continue
		}
		if err := out.WriteHeader(e.h); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// formats are the compressions, each as the archive action or Debian's program has it.
var formats = map[string]func(w io.Writer) (io.WriteCloser, error){
	"tgz": func(w io.Writer) (io.WriteCloser, error) {
		z, err := pgzip.NewWriterLevel(w, 9)
		if err != nil {
			return nil, err
		}
		return z, z.SetConcurrency(1<<20, 2)
	},
	"tar.zst": func(w io.Writer) (io.WriteCloser, error) {
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20), zstd.WithEncoderConcurrency(1))
	},
	"tar.bz2": func(w io.Writer) (io.WriteCloser, error) { return bzip2.NewWriter(w, &bzip2.WriterConfig{Level: 9}) },
	"tar.xz": func(w io.Writer) (io.WriteCloser, error) {
		cmd := exec.Command("xz", "-T1", "-2", "-c")
		in, err := cmd.StdinPipe()
		if err != nil {
			return nil, err
		}
		cmd.Stdout = w
		return &program{in, cmd}, cmd.Start()
	},
}

// program is a compressor that runs.
type program struct {
	io.WriteCloser
	cmd *exec.Cmd
}

func (p *program) Close() error {
	p.WriteCloser.Close()
	return p.cmd.Wait()
}

// sizesOf runs kheaders size and returns the report, after it was held against the
// file.
func sizesOf(t *testing.T, path string) map[string]int64 {
	t.Helper()
	out := path + ".json"
	if said, err := exec.Command(runfile.Path(t, "KHEADERS"), "size", path, "--json="+out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return attributed(t, out, path)
}

// attributed adds up, by directories, what a report says, and fails unless all of it
// is the archive, to the bit.
func attributed(t *testing.T, report, archive string) map[string]int64 {
	t.Helper()
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Schema      int
		Method      string
		FramingBits int64 `json:"framing_bits"`
		Entries     []struct {
			Path string
			Bits int64
		}
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(archive)
	if err != nil {
		t.Fatal(err)
	}
	sum := r.FramingBits
	by := map[string]int64{}
	for _, e := range r.Entries {
		sum += e.Bits
		for _, d := range dirs {
			if below(e.Path, d) {
				by[d] += e.Bits
			}
		}
	}
	if sum != 8*st.Size() || r.Schema != 1 || r.Method != "exact" || len(r.Entries) < 1000 {
		t.Errorf("%s: %d bits of %d in %d entries, schema %d, method %s", filepath.Base(archive), sum, 8*st.Size(), len(r.Entries), r.Schema, r.Method)
	}
	return by
}

// TestReport has the report that Bazel makes add up.
func TestReport(t *testing.T) {
	attributed(t, runfile.Path(t, "SIZES"), runfile.Path(t, "ARCHIVE"))
}

// TestDropped drops each directory from the archive and compares what that saves with
// what was attributed to it. All but tgz have half of the kernel: they take long.
func TestDropped(t *testing.T) {
	all := kernel(t, runfile.Path(t, "ARCHIVE"))
	for format, open := range formats {
		t.Run(format, func(t *testing.T) {
			keep := func(name string) bool {
				if format == "tgz" {
					return true
				}
				for _, d := range dirs {
					if below(name, d) {
						return true
					}
				}
				return false
			}
			pack := func(without string) (path string, size int64) {
				path = filepath.Join(t.TempDir(), "k."+format)
				f, err := os.Create(path)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				z, err := open(f)
				if err != nil {
					t.Fatal(err)
				}
				var b bytes.Buffer
				write(t, &b, all, func(name string) bool { return keep(name) && (without == "" || !below(name, without)) })
				if _, err := z.Write(b.Bytes()); err != nil {
					t.Fatal(err)
				}
				if err := z.Close(); err != nil {
					t.Fatal(err)
				}
				st, err := f.Stat()
				if err != nil {
					t.Fatal(err)
				}
				return path, st.Size()
			}
			path, whole := pack("")
			by := sizesOf(t, path)
			table := fmt.Sprintf("%s, %d bytes:", format, whole)
			for _, d := range dirs {
				_, size := pack(d)
				said, saved := (by[d]+7)/8, whole-size
				table += fmt.Sprintf("\n%-22s %8d attributed, %8d saved, %+.2f %%", d, said, saved, 100*float64(said-saved)/float64(saved))
				if said < 64<<10 {
					t.Errorf("%s takes %d bytes: that is too little to compare", d, said)
				}
				if off := max(said-saved, saved-said); 100*off > 3*saved && 1000*off > resorted[format]*whole {
					t.Errorf("%s is said to take %d bytes, and without it the archive is %d smaller", d, said, saved)
				}
			}
			t.Log(table)
		})
	}
}
