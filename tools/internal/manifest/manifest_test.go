package manifest

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestRows(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Write(Row{Path: "include/a b.h", Size: 10, Stored: 7, Rule: "profiles/x.table:3", Reason: "include \"x\"", Origin: "//k:src!include/a b.h", Note: "as it was"})
	w.Write(Row{Path: "scripts/x", Exec: true, Size: 3, Stored: -1})
	w.Write(Row{Path: "tab\there\n\"\xff"})
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "#kheaders manifest 2\n#path\tmode\tsize\tstored\trule\treason\torigin\tnote\n" +
		"include/a b.h\t0644\t10\t7\tprofiles/x.table:3\t" + `"include \"x\""` + "\t//k:src!include/a b.h\tas it was\n" +
		"scripts/x\t0755\t3\t-\t\t\t\t\n" +
		`"tab\there\n\"\xff"` + "\t0644\t0\t0\t\t\t\t\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	var again bytes.Buffer
	w = NewWriter(&again)
	if err := ReadRows(strings.NewReader(want), w.Write); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	if again.String() != want {
		t.Errorf("read and written again\n%s", again.String())
	}
}

// TestLongRow has a row as long as one may be.
func TestLongRow(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	want := Row{Path: "a.h", Stored: 1, Note: strings.Repeat("x", maxRow-100)}
	w.Write(want)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var got []Row
	if err := ReadRows(&b, func(r Row) { got = append(got, r) }); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestWriteErrors(t *testing.T) {
	w := NewWriter(full{})
	w.Write(Row{Path: "a.h"})
	if err := w.Flush(); err == nil || err.Error() != "write manifest: no room" {
		t.Errorf("a manifest: %v", err)
	}
	if err := (&Stats{}).Write(full{}); err == nil || err.Error() != "no room" {
		t.Errorf("stats: %v", err)
	}
}

// TestStatsParts lacks one of what all stats have.
func TestStatsParts(t *testing.T) {
	good := Stats{Schema: SchemaVersion, Files: 1, ArchiveBytes: 1, SHA256: strings.Repeat("0", 64)}
	for name, c := range map[string]struct {
		change func(*Stats)
		ok     bool
	}{
		"all":             {func(*Stats) {}, true},
		"no files":        {func(s *Stats) { s.Files = 0 }, false},
		"no bytes":        {func(s *Stats) { s.ArchiveBytes = 0 }, false},
		"below zero":      {func(s *Stats) { s.ArchiveBytes = -1 }, false},
		"a short sum":     {func(s *Stats) { s.SHA256 = s.SHA256[:63] }, false},
		"a sum too long":  {func(s *Stats) { s.SHA256 += "0" }, false},
		"another version": {func(s *Stats) { s.Schema++ }, false},
	} {
		s := good
		c.change(&s)
		var b bytes.Buffer
		if err := s.Write(&b); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadStats(&b); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadRowsErrors(t *testing.T) {
	head := "#kheaders manifest 2\n" + header + "\n"
	for text, want := range map[string]string{
		"#path\tmode\n":                             "not a manifest",
		"#kheaders manifest 1\n":                    "layout version 1",
		"#kheaders manifest 2\n#path\n":             "line 2",
		head + "a\tb\n":                             "line 3 of the manifest: 2 columns",
		head + "a\t0644\tx\t1\t\t\t\t\n":            `size "x"`,
		head + "a\t0644\t1\tx\t\t\t\t\n":            `stored size "x"`,
		head + "\"a\t0644\t1\t1\t\t\t\t\n":          "not a string",
		head + "a\t0644\t1\t1\tr\tw\to\tn":          "line 3 of the manifest is cut short",
		head[:len(head)-1]:                          "line 2 of the manifest is cut short",
		head + strings.Repeat("x", maxRow+1) + "\n": "read manifest",
	} {
		if err := ReadRows(strings.NewReader(text), func(Row) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q", text, err, want)
		}
	}
}

func TestDirTotals(t *testing.T) {
	d := DirTotals{}
	d.Add("Makefile", 100)
	d.Add("include/a.h", 1)
	d.Add("include/linux/b.h", 2)
	d.Add("include/linux/x/y/z/c.h", 4)
	want := []Dir{{"include", 3, 7}, {"include/linux", 2, 6}, {"include/linux/x", 1, 4}}
	if got := d.Sorted(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestStatsRoundTrip(t *testing.T) {
	s := &Stats{Schema: SchemaVersion, Name: "//a:b", Codec: Codec{"c", "v1", 9}, Files: 3, ArchiveBytes: 9, SHA256: strings.Repeat("0", 64), Dirs: []Dir{{"include", 3, 7}}}
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadStats(&b)
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("got %+v, %v", got, err)
	}
	for text, want := range map[string]string{
		`{"schema": 99}`:   "layout version 99 of the stats file, this tool reads 1",
		`{"schema": 1}`:    "sha256 is missing",
		`{"schema": 1} {}`: "more after its end",
		`{"schema"`:        "not a stats file",
		"":                 "not a stats file",
	} {
		if _, err := ReadStats(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}
