package manifest

import (
	"bytes"
	"strings"
	"testing"
)

// TestWritten has each kind of file taken for its own, of any layout.
func TestWritten(t *testing.T) {
	var b bytes.Buffer
	s := Stats{Schema: SchemaVersion, Files: 1, ArchiveBytes: 2, SHA256: strings.Repeat("0", 64)}
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	stats := b.String()
	for _, c := range []struct {
		name, text      string
		manifest, stats bool
	}{
		{"stats", stats, false, true},
		{"stats of another layout", strings.Replace(stats, `"schema": 1`, `"schema": 99`, 1), false, true},
		{"stats and more", stats + "{}", false, false},
		{"stats without a digest", strings.Replace(stats, "sha256", "sha1", 1), false, false},
		{"another project's", `{"schema": "draft-07", "files": 1, "archive_bytes": 2, "sha256": ""}`, false, false},
		{"a list", "[1]", false, false},
		{"null", "null", false, false},
		{"a manifest", magic + "1\n" + header + "\n", true, false},
		{"a manifest of another layout", magic + "99\n", true, false},
		{"text", "notes", false, false},
		{"nothing", "", false, false},
	} {
		if got := Written(strings.NewReader(c.text)); got != c.manifest {
			t.Errorf("%s: a manifest: %v, want %v", c.name, got, c.manifest)
		}
		if got := WrittenStats(strings.NewReader(c.text)); got != c.stats {
			t.Errorf("%s: stats: %v, want %v", c.name, got, c.stats)
		}
	}
}
