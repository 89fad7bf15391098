package manifest

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// FuzzRow writes any row and reads it back.
func FuzzRow(f *testing.F) {
	f.Add("include/a.h", false, int64(1), int64(2), "headers.table:1", "why", "//k!a", "note")
	f.Add("new\nline", true, int64(0), int64(-1), "tab\there", `"quoted"`, "\xff", "\u202e\x1b")
	f.Fuzz(func(t *testing.T, path string, exec bool, size, stored int64, rule, reason, origin, note string) {
		want := Row{path, exec, size, max(stored, -1), rule, reason, origin, note}
		var b bytes.Buffer
		w := NewWriter(&b)
		w.Write(want)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b.Bytes(), []byte{'\n'}); n != 3 || bytes.ContainsAny(b.Bytes(), "\x1b\r\x00\x7f") {
			t.Errorf("%q in %d lines", b.Bytes(), n)
		}
		if got, err := rowsOf(b.String()); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%+v is read back as %+v, %v", want, got, err)
		}
	})
}

// FuzzReadRows reads any text: what is taken for a manifest can be written and
// read once more, and is the same.
func FuzzReadRows(f *testing.F) {
	head := "#kheaders manifest 2\n#path\tmode\tsize\tstored\trule\treason\torigin\tnote\n"
	for _, seed := range []string{"", head, head + "a\t0644\t1\t-\tr\tw\to\t\n", head + "\"a\\n\"\t0755\t1\t2\tr\tw\to\tn\n", head + "a\t0644\n", head + "\"a\t0644\t1\t-\tr\tw\to\t\n", "#kheaders manifest 3\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := rowsOf(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		var b bytes.Buffer
		w := NewWriter(&b)
		for i := range rows {
			rows[i].Stored = max(rows[i].Stored, -1)
			w.Write(rows[i])
		}
		w.Flush()
		if again, err := rowsOf(b.String()); err != nil || !slices.Equal(again, rows) {
			t.Errorf("%q: %+v is read back as %+v, %v", text, rows, again, err)
		}
	})
}

func rowsOf(text string) (rows []Row, err error) {
	err = ReadRows(strings.NewReader(text), func(r Row) { rows = append(rows, r) })
	return rows, err
}
