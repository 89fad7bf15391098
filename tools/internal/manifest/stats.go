// Package manifest holds what is written down about an archive: one row a
// file (the manifest) and the totals (the stats).
package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// SchemaVersion is the version of the stats file's layout. It goes up when a
// field changes its meaning; new fields alone do not raise it.
const SchemaVersion = 1

// dirDepth is how deep Stats.Dirs goes: include/linux/sched is depth 3.
const dirDepth = 3

// Codec names the compressor that made the archive. Its version is recorded
// because a new version may compress the same input to other bytes.
type Codec struct {
	// Name is the Go import path of the compressor, or "none".
	Name string `json:"name"`
	// Version is its module version, such as "v1.20.3"; "" if unknown.
	Version string `json:"version"`
	// Level is the compression level that was used, 0 where there is none.
	Level int `json:"level"`
}

// Dir is the total of one directory with everything below it.
type Dir struct {
	Path  string `json:"path"`
	Files int64  `json:"files"`
	// Bytes is the sum of the file sizes in the archive, after stripping.
	Bytes int64 `json:"bytes"`
}

// Stats are the totals of an archive, as written to its stats file.
// All sizes are in bytes.
type Stats struct {
	Schema  int    `json:"schema"`
	Name    string `json:"name"`
	Release string `json:"release"`
	Arch    string `json:"arch"`
	Profile string `json:"profile"`
	Format  string `json:"format"`
	Strip   string `json:"strip"`
	// HostTools is keep, stripped or none; "" where the profile has no host
	// tools. HostMachines are the machines that they run on, as uname -m says
	// it there.
	HostTools    string   `json:"host_tools,omitempty"`
	HostMachines []string `json:"host_machines,omitempty"`
	Codec        Codec    `json:"codec"`
	Files        int64    `json:"files"`
	// SourceBytes is the sum of the file sizes as they were in the tree.
	SourceBytes int64 `json:"source_bytes"`
	// UncompressedBytes is the sum of the file sizes in the archive, after
	// stripping and without the tar's own headers and padding.
	UncompressedBytes int64 `json:"uncompressed_bytes"`
	// TarBytes is the size of the tar before compression.
	TarBytes int64 `json:"tar_bytes"`
	// ArchiveBytes is the size of the archive file.
	ArchiveBytes int64 `json:"archive_bytes"`
	// SHA256 is the archive file's, in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
	// Dirs are the directories down to three levels, sorted by path.
	Dirs []Dir `json:"dirs"`
}

// Write writes the stats as indented JSON with a final newline.
func (s *Stats) Write(w io.Writer) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode stats: %w", err)
	}
	_, err = w.Write(append(quote.JSON(b), '\n'))
	return err
}

// ReadStats reads a stats file. A file of another layout is an error.
func ReadStats(r io.Reader) (*Stats, error) {
	var s Stats
	d := json.NewDecoder(r)
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("not a stats file of the archive subcommand: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("not a stats file of the archive subcommand: there is more after its end")
	}
	if s.Schema != SchemaVersion {
		return nil, fmt.Errorf("layout version %d of the stats file, this tool reads %d: rebuild the archive with the same tool", s.Schema, SchemaVersion)
	}
	if s.Files <= 0 || s.ArchiveBytes <= 0 || len(s.SHA256) != 64 {
		return nil, errors.New("not a stats file of the archive subcommand: files, archive_bytes or sha256 is missing")
	}
	return &s, nil
}

// DirTotals adds up files directory by directory.
type DirTotals map[string]*Dir

// Add counts one file of so many bytes in each of its directories.
func (t DirTotals) Add(path string, bytes int64) {
	for i, depth := 0, 0; depth < dirDepth; depth++ {
		j := strings.IndexByte(path[i:], '/')
		if j < 0 {
			return
		}
		i += j
		dir := path[:i]
		d := t[dir]
		if d == nil {
			d = &Dir{Path: dir}
			t[dir] = d
		}
		d.Files++
		d.Bytes += bytes
		i++
	}
}

// Sorted returns the totals in bytewise order of their paths.
func (t DirTotals) Sorted() []Dir {
	out := make([]Dir, 0, len(t))
	for _, d := range t {
		out = append(out, *d)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}
