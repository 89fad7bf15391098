package archive

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

type all struct{}

func (all) Excludes(string) bool   { return false }
func (all) MayContain(string) bool { return true }
func (all) MayMatch(string) bool   { return true }

// selected loads a tree of the named files, each holding its own name in a
// comment. Names that end in .sh are scripts, which the file system says of the
// others instead.
func selected(t *testing.T, names ...string) []headerset.Selected {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		p := filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		mode, text := os.FileMode(0o750), "int x; /* "+n+" */\n"
		if strings.HasSuffix(n, ".sh") {
			mode, text = 0o640, "#!/bin/sh\n# /* "+n+" */\n"
		}
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	tr, err := tree.Load(tree.Options{Name: "t", Inputs: []tree.Input{{Role: tree.Src, Label: "//k", Path: dir}}}, all{})
	if err != nil {
		t.Fatal(err)
	}
	var out []headerset.Selected
	for _, e := range tr.Entries {
		out = append(out, headerset.Selected{Entry: e, Rule: "rule", Reason: "why"})
	}
	return out
}

func write(t *testing.T, files []headerset.Selected, o Options) ([]byte, *manifest.Stats, string) {
	t.Helper()
	var out, rows bytes.Buffer
	m := manifest.NewWriter(&rows)
	st, err := Write(&out, m, files, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), st, rows.String()
}

func TestContract(t *testing.T) {
	long := strings.Repeat("n", 120) + ".h"
	names := []string{"include/b.h", "include/a.h", "include/a/x.h", "include-x/a.h", "scripts/run.sh", "include/\xff.h", "include/" + long}
	data, st, rows := write(t, selected(t, names...), Options{Format: codec.Tar, Strip: cstrip.None, ModTime: 7})
	tr := tar.NewReader(bytes.NewReader(data))
	var got []string
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" || h.ModTime.Unix() != 7 {
			t.Errorf("%s: owner %d:%d %q:%q, time %v", h.Name, h.Uid, h.Gid, h.Uname, h.Gname, h.ModTime)
		}
		got = append(got, fmt.Sprintf("%o %s %v", h.Mode, h.Name, h.Format))
	}
	want := []string{
		"755 ./ USTAR",
		"755 ./include/ USTAR",
		"755 ./include-x/ USTAR",
		"644 ./include-x/a.h USTAR",
		"755 ./include/a/ USTAR",
		"644 ./include/a.h USTAR",
		"644 ./include/a/x.h USTAR",
		"644 ./include/b.h USTAR",
		"644 ./include/" + long + " PAX",
		"644 ./include/\xff.h GNU",
		"755 ./scripts/ USTAR",
		"755 ./scripts/run.sh USTAR",
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
	if st.Files != 7 || st.TarBytes != int64(len(data)) || st.ArchiveBytes != st.TarBytes || len(st.SHA256) != 64 {
		t.Errorf("stats %+v", st)
	}
	if !strings.Contains(rows, "\nscripts/run.sh\t0755\t33\t33\trule\twhy\t//k!scripts/run.sh\t\n") {
		t.Errorf("manifest\n%s", rows)
	}
}

func TestStatsAfterStripping(t *testing.T) {
	_, st, rows := write(t, selected(t, "include/a.h", "include/sub/b.h"), Options{Format: codec.TarGzip, Strip: cstrip.Comments})
	if st.SourceBytes <= st.UncompressedBytes || st.UncompressedBytes == 0 {
		t.Errorf("source %d, stored %d", st.SourceBytes, st.UncompressedBytes)
	}
	if st.Dirs[0].Path != "include" || st.Dirs[0].Files != 2 || st.Dirs[0].Bytes != st.UncompressedBytes || st.Dirs[1].Path != "include/sub" || st.Dirs[1].Files != 1 {
		t.Errorf("dirs %+v", st.Dirs)
	}
	var sum, stored int64
	for _, line := range strings.Split(strings.TrimSpace(rows), "\n")[2:] {
		var name, mode, reason string
		var a, b int64
		fmt.Sscanf(strings.ReplaceAll(line, "\t", " "), "%s %s %d %d %s", &name, &mode, &a, &b, &reason)
		sum, stored = sum+a, stored+b
	}
	if sum != st.SourceBytes || stored != st.UncompressedBytes {
		t.Errorf("manifest adds up to %d and %d, stats say %d and %d", sum, stored, st.SourceBytes, st.UncompressedBytes)
	}
}

// TestSameBytes shows that neither the order of the files nor the number of
// cores matters.
func TestSameBytes(t *testing.T) {
	var names []string
	for i := range 300 {
		names = append(names, fmt.Sprintf("include/d%d/f%d.h", i%17, i))
	}
	files := selected(t, names...)
	for _, f := range codec.Formats() {
		one, _, _ := write(t, files, Options{Format: f, Strip: cstrip.Comments})
		back := make([]headerset.Selected, 0, len(files))
		for i := range files {
			back = append(back, files[len(files)-1-i])
		}
		old := runtime.GOMAXPROCS(1)
		two, _, _ := write(t, back, Options{Format: f, Strip: cstrip.Comments})
		runtime.GOMAXPROCS(old)
		if !bytes.Equal(one, two) {
			t.Errorf("%s: the bytes differ", f)
		}
	}
}

// TestLargeFiles copies what is too large to be held, as it is.
func TestLargeFiles(t *testing.T) {
	defer func(old int64) { maxHeld = old }(maxHeld)
	maxHeld = 26
	files := selected(t, "include/small.h", "include/larger.h")
	data, st, rows := write(t, files, Options{Format: codec.Tar, Strip: cstrip.Comments})
	if !bytes.Contains(data, []byte("/* include/larger.h */")) || !bytes.Contains(data, []byte("/* include/small.h */")) {
		t.Error("a file is not in the archive as it was")
	}
	if !strings.Contains(rows, "not stripped: larger than 26 bytes") {
		t.Errorf("manifest\n%s", rows)
	}
	if st.SourceBytes != st.UncompressedBytes || st.Files != 2 {
		t.Errorf("stats %+v", st)
	}
	for by, want := range map[int64]string{-1: `"include/larger.h" from //k: it grew`, 1: `"include/larger.h" from //k: it shrank while it was read, to 30 of 31 bytes`} {
		files[0].Size += by
		if _, err := Write(io.Discard, manifest.NewWriter(io.Discard), files, Options{Format: codec.Tar}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
		files[0].Size -= by
	}
	// One of just the size that is held is stripped.
	maxHeld = 29
	_, _, rows = write(t, files, Options{Format: codec.Tar, Strip: cstrip.Comments})
	for _, want := range []string{"\ninclude/larger.h\t0644\t30\t30\trule\twhy\t//k!include/larger.h\tnot stripped: larger than 29 bytes\n", "\ninclude/small.h\t0644\t29\t7\trule\twhy\t//k!include/small.h\t\n"} {
		if !strings.Contains(rows, want) {
			t.Errorf("manifest\n%shas no %s", rows, want)
		}
	}
	// Of what is not stripped there is nothing to remark on.
	if _, _, rows := write(t, files, Options{Format: codec.Tar, Strip: cstrip.None}); strings.Contains(rows, "not stripped") {
		t.Errorf("manifest\n%s", rows)
	}
}

// TestModTime has the first and the last second that there is.
func TestModTime(t *testing.T) {
	for _, want := range []int64{0, 1<<33 - 1} {
		data, _, _ := write(t, selected(t, "a.h"), Options{Format: codec.Tar, Strip: cstrip.None, ModTime: want})
		if h, err := tar.NewReader(bytes.NewReader(data)).Next(); err != nil || h.ModTime.Unix() != want || h.Format != tar.FormatUSTAR {
			t.Errorf("%+v, %v, want time %d", h, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	files := selected(t, "include/a.h", "include/b.h")
	clash := append(selected(t, "include"), files...)
	grown := selected(t, "include/a.h")
	grown[0].Size--
	shrunk := selected(t, "include/a.h")
	shrunk[0].Size++
	for name, c := range map[string]struct {
		files []headerset.Selected
		o     Options
		want  string
	}{
		"mtime":                   {files, Options{Format: codec.Tar, ModTime: -1}, "mtime -1 is out of range"},
		"late mtime":              {files, Options{Format: codec.Tar, ModTime: 1 << 33}, "out of range"},
		"file and dir":            {clash, Options{Format: codec.Tar}, `"include" from //k is a file`},
		"unreadable":              {unreadable(t, 0), Options{Format: codec.Tar}, `read "include/mem.h" from //k: input/output error`},
		"unreadable, with a size": {unreadable(t, 1), Options{Format: codec.Tar}, `read "include/mem.h" from //k: input/output error`},
		"gone":                    {gone(t), Options{Format: codec.Tar}, `read "include/a.h" from //k: no such file or directory`},
		"grown":                   {grown, Options{Format: codec.Tar}, `"include/a.h" from //k: it grew`},
		"shrunk":                  {shrunk, Options{Format: codec.Tar}, `read "include/a.h" from //k: it shrank while it was read, to 25 of 26 bytes`},
		"broken output":           {files, Options{Format: codec.TarGzip}, "disk full"},
	} {
		t.Run(name, func(t *testing.T) {
			var w io.Writer = io.Discard
			if name == "broken output" {
				w = full{}
			}
			c.o.Strip = cstrip.None
			_, err := Write(w, manifest.NewWriter(io.Discard), c.files, c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// unreadable returns a file that can be opened, but not read, by root either.
func unreadable(t *testing.T, size int64) []headerset.Selected {
	t.Helper()
	tr, err := tree.Load(tree.Options{Name: "t", Inputs: []tree.Input{{Role: tree.Src, Label: "//k", Dest: "include/mem.h", Path: "/proc/self/mem"}}}, all{})
	if err != nil {
		t.Fatal(err)
	}
	tr.Entries[0].Size = size
	return []headerset.Selected{{Entry: tr.Entries[0], Rule: "rule", Reason: "why"}}
}

// gone returns a file that is not there any more.
func gone(t *testing.T) []headerset.Selected {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "a.h")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tr, err := tree.Load(tree.Options{Name: "t", Inputs: []tree.Input{{Role: tree.Src, Label: "//k", Dest: "include/a.h", Path: name}}}, all{})
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(name)
	return []headerset.Selected{{Entry: tr.Entries[0], Rule: "rule", Reason: "why"}}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full") }

// TestInWork has many cores work on files of a MiB: of these there are never more
// in memory than the budget allows, and the archive is the same.
func TestInWork(t *testing.T) {
	const size, files = 1 << 20, 64
	dir := t.TempDir()
	for i := range files {
		text := strings.Repeat("x", size-10) + fmt.Sprintf("/* %d */\n", i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.h", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tr, err := tree.Load(tree.Options{Name: "t", Inputs: []tree.Input{{Role: tree.Src, Label: "//k", Path: dir}}}, all{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var set []headerset.Selected
	for _, e := range tr.Entries {
		set = append(set, headerset.Selected{Entry: e})
	}
	defer func(old int64) { maxInWork = old }(maxInWork)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16))
	var first []byte
	for _, budget := range []int64{1 << 40, 2*size + 1, 1} {
		maxInWork = budget
		work := make([]*headerset.Selected, len(set))
		for i := range set {
			work[i] = &set[i]
		}
		l := startLoader(work, cstrip.None)
		for range work {
			item := l.next()
			if budget < 1<<40 {
				// What waits in the queue has been taken in, and so has this one.
				if ahead := int64(len(l.queue)) + 1; ahead*size > max(budget, size) {
					t.Errorf("budget %d: %d files of %d bytes are in memory", budget, ahead, size)
				}
			}
			l.free(item)
		}
		l.stop()
		data, _, _ := write(t, set, Options{Format: codec.Tar, Strip: cstrip.Comments})
		if first == nil {
			first = data
		} else if !bytes.Equal(data, first) {
			t.Errorf("budget %d: other bytes", budget)
		}
	}
}

// TestLargest leaves out what is copied and not held.
func TestLargest(t *testing.T) {
	defer func(old int64) { maxHeld = old }(maxHeld)
	maxHeld = 7
	var files []headerset.Selected
	if n := Largest(files); n != 0 {
		t.Errorf("none: %d", n)
	}
	for _, size := range []int64{3, 7, 8, 5} {
		files = append(files, headerset.Selected{Entry: &tree.Entry{Size: size}})
	}
	if n := Largest(files); n != 7 {
		t.Errorf("got %d, want 7", n)
	}
}
