package diff

import (
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// Schema is the version of the JSON's layout; it goes up when a field goes or
// changes its meaning. JSONKind is what the JSON says it is.
const (
	Schema   = 1
	JSONKind = "kheaders-diff"
)

type jsonHead struct {
	Schema   int              `json:"schema"`
	Kind     string           `json:"kind"`
	Base     About            `json:"base"`
	Head     About            `json:"head"`
	Contents bool             `json:"contents"`
	API      bool             `json:"api"`
	Same     int64            `json:"unchanged"`
	Files    map[Status]int64 `json:"files"`
}

type jsonFile struct {
	Path   string `json:"path"`
	From   string `json:"from,omitempty"`
	Status Status `json:"status"`
	Was    int64  `json:"base_bytes"`
	Is     int64  `json:"head_bytes"`
	Header bool   `json:"header,omitempty"`
	Mode   bool   `json:"mode,omitempty"`
	Read   bool   `json:"read,omitempty"`
	Layout bool   `json:"layout,omitempty"`
	Count  int    `json:"declarations,omitempty"`
	// The changes follow.
}

type jsonChange struct {
	Class  Class  `json:"class"`
	Name   string `json:"name"`
	Status Status `json:"status"`
	What   string `json:"what,omitempty"`
	Plus   int    `json:"plus,omitempty"`
	Minus  int    `json:"minus,omitempty"`
}

// fields is what is written of a side: texts that come from it are as paths are.
func (a About) fields() About {
	for _, s := range []*string{&a.Name, &a.Release, &a.Arch, &a.Profile} {
		*s = quote.Field(*s)
	}
	return a
}

// Write writes the report as JSON, a file that differs a line.
func (r *Report) Write(w io.Writer) error {
	h := jsonHead{Schema, JSONKind, r.Base.fields(), r.Head.fields(), r.Contents, r.API, r.Same, r.Sum().Files}
	files := func(i int) any {
		f := &r.Files[i]
		return jsonFile{quote.Field(f.Path), quote.Field(f.From), f.Status, f.Was, f.Is, f.Header, f.Program, f.Read, f.Layout, f.Count}
	}
	return quote.EncodeLists(w, h, "differs", len(r.Files), files, "changes", func(i int) int { return len(r.Files[i].Changes) }, func(i, k int) any {
		c := &r.Files[i].Changes[k]
		return jsonChange{c.Class, quote.Field(c.Name), c.Status, c.What(), c.Plus, c.Minus}
	})
}
