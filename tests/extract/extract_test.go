// Package extract cuts the archive out of a real kheaders.ko, as it is and as
// distributions compress modules.
package extract

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

func kheaders(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(runfile.Path(t, "KHEADERS"), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("kheaders %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

func TestModule(t *testing.T) {
	ko, archive := runfile.Read(t, "MODULE"), runfile.Read(t, "ARCHIVE")
	work := t.TempDir()
	for name, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		"kheaders.ko":    nil,
		"kheaders.ko.gz": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		"kheaders.ko.xz": func(w io.Writer) (io.WriteCloser, error) {
			// As the kernel's scripts/Makefile.modinst does.
			return xz.WriterConfig{CheckSum: xz.CRC32, DictCap: 1 << 20}.NewWriter(w)
		},
		"kheaders.ko.zst": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(work, name)
			var b bytes.Buffer
			if open == nil {
				b.Write(ko)
			} else {
				z, err := open(&b)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := z.Write(ko); err != nil {
					t.Fatal(err)
				}
				if err := z.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			out := path + ".tgz"
			kheaders(t, "extract", path, "--output="+out)
			if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, archive) {
				t.Errorf("what was cut out is not the archive (%v)", err)
			}
		})
	}
}

// TestUnpack compares with the system's tar.
func TestUnpack(t *testing.T) {
	work := t.TempDir()
	ours, tars := filepath.Join(work, "ours"), filepath.Join(work, "tar")
	kheaders(t, "extract", runfile.Path(t, "MODULE"), "--unpack="+ours)
	if err := os.Mkdir(tars, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("tar", "-xzf", runfile.Path(t, "ARCHIVE"), "-C", tars).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	if out, err := exec.Command("diff", "-r", ours, tars).CombinedOutput(); err != nil {
		t.Errorf("diff: %v\n%.2000s", err, out)
	}
}

// TestInspect compares with the stats that the archive was built with, but for
// the strip mode, which only the module's modinfo tells.
func TestInspect(t *testing.T) {
	var got struct {
		Kind     string
		Archives []struct {
			Release, Arch, Profile, Format, Strip, SHA256 string
			Files                                         int64
			ArchiveBytes                                  int64 `json:"archive_bytes"`
			TarBytes                                      int64 `json:"tar_bytes"`
			UncompressedBytes                             int64 `json:"uncompressed_bytes"`
		}
	}
	if err := json.Unmarshal(kheaders(t, "inspect", "--json", runfile.Path(t, "MODULE")), &got); err != nil {
		t.Fatal(err)
	}
	want := got
	want.Archives = append(want.Archives[:0:0], got.Archives...)
	if len(got.Archives) != 1 || got.Kind != "kernel module" {
		t.Fatalf("inspect tells %+v", got)
	}
	if err := json.Unmarshal(runfile.Read(t, "STATS"), &want.Archives[0]); err != nil {
		t.Fatal(err)
	}
	if got.Archives[0] != want.Archives[0] {
		t.Errorf("inspect tells %+v, the stats %+v", got.Archives[0], want.Archives[0])
	}
}

// TestProfiles has the profile known by the files alone.
func TestProfiles(t *testing.T) {
	archives := strings.Fields(os.Getenv("PROFILES"))
	if len(archives) == 0 {
		t.Fatal("PROFILES is not set")
	}
	for _, v := range archives {
		want, _, _ := strings.Cut(filepath.Base(v), "_")
		if want == "quickstart" {
			want = "headers"
		}
		var got struct {
			Archives []struct {
				Profile, Arch string
				From          string `json:"profile_from"`
			}
		}
		if err := json.Unmarshal(kheaders(t, "inspect", "--json", runfile.At(t, v)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Archives) != 1 || got.Archives[0].Profile != want || got.Archives[0].From != "files" || got.Archives[0].Arch != "x86" {
			t.Errorf("%s: inspect tells %+v, want %s", v, got.Archives, want)
		}
	}
}
