package manifest

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestRows(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Write(Row{Path: "include/a b.h", Size: 10, Stored: 7, Reason: "header", Origin: "//k:src!include/a b.h", Note: "as it was"})
	w.Write(Row{Path: "scripts/x", Exec: true, Size: 3, Stored: -1})
	w.Write(Row{Path: "tab\there\n\"\xff"})
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "#path\tmode\tsize\tstored\treason\torigin\tnote\n" +
		"include/a b.h\t0644\t10\t7\theader\t//k:src!include/a b.h\tas it was\n" +
		"scripts/x\t0755\t3\t-\t\t\t\n" +
		`"tab\there\n\"\xff"` + "\t0644\t0\t0\t\t\t\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
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
