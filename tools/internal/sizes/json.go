package sizes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// head is the JSON without the entries.
type head struct {
	Schema            int    `json:"schema"`
	Kind              string `json:"kind"`
	Archive           string `json:"archive"`
	Release           string `json:"release"`
	Arch              string `json:"arch"`
	Profile           string `json:"profile"`
	Strip             string `json:"strip"`
	Format            string `json:"format"`
	Codec             string `json:"codec"`
	Level             int    `json:"level"`
	Method            Method `json:"method"`
	SHA256            string `json:"sha256"`
	ArchiveBytes      int64  `json:"archive_bytes"`
	TarBytes          int64  `json:"tar_bytes"`
	UncompressedBytes int64  `json:"uncompressed_bytes"`
	Files             int64  `json:"files"`
	FramingBits       int64  `json:"framing_bits"`
	// Labels are what the entries' labels count through, from 0.
	Labels []string `json:"labels"`
}

// entry is an entry as JSON: a line of its own.
type entry struct {
	Path  string `json:"path"`
	Dir   bool   `json:"dir,omitempty"`
	Label *int   `json:"label,omitempty"`
	Bits  int64  `json:"bits"`
	Bytes int64  `json:"bytes"`
}

// Write writes the report as JSON, an entry a line.
func (r *Report) Write(w io.Writer) error {
	h := head{
		Schema, Kind, r.Archive, r.Release, r.Arch, r.Profile, r.Strip, r.Format, r.Codec, r.Level, r.Method, r.SHA256,
		r.ArchiveBytes, r.TarBytes, r.UncompressedBytes, r.Files, r.FramingBits, []string{},
	}
	number := map[string]int{}
	for _, e := range r.Entries {
		if _, ok := number[e.Label]; !ok && e.Label != "" {
			number[e.Label] = len(h.Labels)
			h.Labels = append(h.Labels, e.Label)
		}
	}
	return quote.EncodeList(w, h, "entries", len(r.Entries), func(i int) any {
		e := &r.Entries[i]
		j := entry{Path: quote.Field(e.Path), Dir: e.Dir, Bits: e.Bits, Bytes: e.Bytes}
		if n, ok := number[e.Label]; ok {
			j.Label = &n
		}
		return j
	})
}

// Read reads a report that Write wrote. JSON of another kind or layout, and one
// that contradicts itself, is an error.
func Read(r io.Reader) (*Report, error) {
	var j struct {
		head
		Entries []entry `json:"entries"`
	}
	d := json.NewDecoder(r)
	if err := d.Decode(&j); err != nil {
		return nil, fmt.Errorf("not a report of sizes in JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("not a report of sizes in JSON: there is more after its end")
	}
	if j.Kind != Kind {
		return nil, fmt.Errorf("not a report of sizes in JSON: its kind is %q, not %q", j.Kind, Kind)
	}
	if j.Schema != Schema {
		return nil, fmt.Errorf("the report of sizes has schema %d, this program reads %d: write it anew by this program", j.Schema, Schema)
	}
	h := j.head
	out := &Report{
		h.Archive, h.Release, h.Arch, h.Profile, h.Strip, h.Format, h.Codec, h.Level, h.Method, h.SHA256,
		h.ArchiveBytes, h.TarBytes, h.UncompressedBytes, h.Files, h.FramingBits, make([]Entry, len(j.Entries)),
	}
	for i, e := range j.Entries {
		o := Entry{Path: e.Path, Dir: e.Dir, Bits: e.Bits, Bytes: e.Bytes}
		if strings.HasPrefix(e.Path, `"`) {
			var err error
			if o.Path, err = strconv.Unquote(e.Path); err != nil {
				return nil, fmt.Errorf("not a report of sizes: the path %q cannot be read", e.Path)
			}
		}
		if e.Label != nil {
			if *e.Label < 0 || *e.Label >= len(h.Labels) {
				return nil, fmt.Errorf("not a report of sizes: %q has label %d of %d", o.Path, *e.Label, len(h.Labels))
			}
			o.Label = h.Labels[*e.Label]
		}
		out.Entries[i] = o
	}
	if err := out.Check(); err != nil {
		return nil, fmt.Errorf("not a report of sizes: %w", err)
	}
	return out, nil
}
