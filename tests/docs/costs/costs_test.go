// Package costs compares what archives take with the tables of the docs.
package costs

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

var update = flag.Bool("update", false, "write the tables to "+page)

const (
	page  = "rules/docs/costs.md"
	mend  = "tools/bazel run //tests/docs/costs:update"
	begin = "<!-- Written by: " + mend + " -->\n"
	end   = "<!-- end -->\n"
)

var formats = []string{"tgz", "tar.xz", "tar.zst", "tar.bz2", "tar"}

// form is what an archive is of, and how it is written.
type form struct{ kernel, arch, strip, format string }

func (f form) String() string {
	return strings.Join([]string{f.kernel, f.arch, f.strip, f.format}, " ")
}

// stats is what an archive has, in bytes.
type stats struct {
	Release  string
	Files    int64
	Archive  int64 `json:"archive_bytes"`
	Unpacked int64 `json:"uncompressed_bytes"`
	memory   int64
}

// listed reads a list of forms and files from the environment.
func listed(t *testing.T, name string) (order []form, paths map[form]string) {
	t.Helper()
	paths = map[form]string{}
	for _, l := range strings.Split(os.Getenv(name), "\n") {
		if f := strings.Fields(l); len(f) == 5 {
			x := form{f[0], f[1], f[2], f[3]}
			order = append(order, x)
			paths[x] = runfile.At(t, f[4])
		}
	}
	if len(order) == 0 {
		t.Fatalf("%s names no file: run this by `tools/bazel test`", name)
	}
	return order, paths
}

// measured are the numbers of all archives, with the memory of their modules.
func measured(t *testing.T) ([]form, map[form]stats) {
	t.Helper()
	order, files := listed(t, "STATS")
	all := map[form]stats{}
	for _, f := range order {
		b, err := os.ReadFile(files[f])
		if err != nil {
			t.Fatal(err)
		}
		var s stats
		if err := json.Unmarshal(b, &s); err != nil || s.Archive == 0 || s.Release == "" {
			t.Fatalf("%s: %+v, %v", f, s, err)
		}
		all[f] = s
	}
	built, modules := listed(t, "MODULES")
	first := map[[2]string]form{}
	for _, f := range built {
		kernel := [2]string{f.kernel, f.arch}
		if _, ok := first[kernel]; !ok {
			first[kernel] = f
		}
		// A module that is built is what is worked out from another.
		sections := read(t, modules[f])
		base := first[kernel]
		if is, worked := sections.memory(0), read(t, modules[base]).memory(all[f].Archive-all[base].Archive); is != worked {
			t.Errorf("%s: the module takes %d bytes, and %d are worked out from that of %s", f, is, worked, base)
		}
	}
	for _, f := range order {
		base := first[[2]string{f.kernel, f.arch}]
		s := all[f]
		s.memory = read(t, modules[base]).memory(s.Archive - all[base].Archive)
		all[f] = s
	}
	return order, all
}

// TestReadme compares the bytes in the README's table of figures, which a benchmark
// writes, with those of the archives.
func TestReadme(t *testing.T) {
	if *update {
		t.Skip("the page is being written")
	}
	_, all := measured(t)
	text := string(runfile.Read(t, "README"))
	page, err := said(string(runfile.Read(t, "PAGE")))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"tgz", "tar.zst"} {
		f := form{"6.1", "x86", "comments", format}
		if page[[5]string{"bytes", f.kernel, f.arch, f.strip, "release"}] != all[f].Release {
			continue // the distribution has gone on
		}
		row := regexp.MustCompile("(?m)^\\| (?:`strip = \"comments\"`, `" + regexp.QuoteMeta(format) + "`|" + regexp.QuoteMeta(format) + ", level [49]) \\|.* ([0-9,]+)(?: B)? \\|$").FindStringSubmatch(text)
		if want := number(all[f].Archive); row == nil || row[1] != want {
			t.Errorf("README.md: the row of %s is %q, and the archive has %s B: measure it anew", format, row, want)
		}
	}
}

// number writes n with commas between thousands.
func number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// line is a row of a table in Markdown.
func line(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// columns are those of both tables: what the row is of, and the formats.
func columns(more ...string) []string {
	return slices.Concat([]string{"kernel", "architecture", "release", "`strip`"}, more, formats)
}

// The rows of the tables, in their order.
var (
	kernels = []string{"5.10", "6.1", "6.12", "newest"}
	arches  = []string{"x86", "arm64"}
	strips  = []string{"none", "comments_keep_license", "comments", "minify"}
)

// cells is what the tables say: of a table (bytes or memory), kernel, architecture, way
// of stripping and column.
type cells map[[5]string]string

// of has the cells of one archive.
func of(f form, s stats) cells {
	at := func(table, column string) [5]string { return [5]string{table, f.kernel, f.arch, f.strip, column} }
	return cells{
		at("bytes", "release"):  s.Release,
		at("memory", "release"): s.Release,
		at("bytes", "files"):    number(s.Files),
		at("bytes", "unpacked"): number(s.Unpacked),
		at("bytes", f.format):   number(s.Archive),
		at("memory", f.format):  number(s.memory >> 10),
	}
}

// tables are those of the page.
func (all cells) tables() string {
	table := func(name string, more ...string) string {
		head := columns(more...)
		text := line(head) + strings.Repeat("| --- ", len(head)) + "|\n"
		for _, kernel := range kernels {
			for _, arch := range arches {
				for _, strip := range strips {
					at := [5]string{name, kernel, arch, strip, "release"}
					if all[at] == "" {
						continue
					}
					row := []string{kernel, arch, all[at], "`" + strip + "`"}
					for _, at[4] = range slices.Concat(more, formats) {
						row = append(row, all[at])
					}
					text += line(row)
				}
			}
		}
		return text
	}
	return "\nBytes of the archive, and of its files unpacked:\n\n" + table("bytes", "files", "unpacked") +
		"\nMemory of `kheaders.ko`, in KiB:\n\n" + table("memory") + "\n"
}

// said reads the tables of the page.
func said(text string) (cells, error) {
	_, rest, ok := strings.Cut(text, begin)
	inside, _, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return nil, fmt.Errorf("%s has no place for tables: a line %q and a line %q", page, begin, end)
	}
	all := cells{}
	var head []string
	for _, l := range strings.Split(inside, "\n") {
		row := strings.Split(strings.TrimSuffix(strings.TrimPrefix(l, "| "), " |"), " | ")
		switch {
		case len(row) < 5 || strings.HasPrefix(row[0], "---"):
		case row[0] == "kernel":
			head = row
		case len(row) == len(head):
			table := "memory"
			if slices.Contains(head, "unpacked") {
				table = "bytes"
			}
			for i := 2; i < len(head); i++ {
				all[[5]string{table, row[0], row[1], strings.Trim(row[3], "`"), head[i]}] = row[i]
			}
		}
	}
	return all, nil
}

// TestCosts compares the tables with the archives. Where the distribution has gone on to
// another release, its numbers may differ until the page is written again.
func TestCosts(t *testing.T) {
	order, all := measured(t)
	said, err := said(string(runfile.Read(t, "PAGE")))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		for _, f := range order {
			maps.Copy(said, of(f, all[f]))
		}
		write(t, said.tables())
		return
	}
	for _, f := range order {
		is := of(f, all[f])
		release := [5]string{"bytes", f.kernel, f.arch, f.strip, "release"}
		if was := said[release]; was != "" && was != is[release] {
			t.Logf("the page is about %s of %s, which is %s here: %s", was, f, is[release], mend)
			continue
		}
		for at, want := range is {
			if said[at] != want {
				t.Errorf("the page says that %s has %s = %q, and it has %s: %s", f, at[4], said[at], want, mend)
			}
		}
	}
}

func write(t *testing.T, text string) {
	t.Helper()
	path := filepath.Join(os.Getenv("BUILD_WORKSPACE_DIRECTORY"), page)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(b), begin)
	_, after, _ := strings.Cut(rest, end)
	if err := os.WriteFile(path, []byte(before+begin+text+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSaid(t *testing.T) {
	all := of(form{"6.1", "x86", "comments", "tgz"}, stats{Release: "6.1.0", Files: 7, Archive: 5000000, Unpacked: 26000000, memory: 5 << 20})
	got, err := said("text\n" + begin + all.tables() + end)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range all {
		if got[at] != want {
			t.Errorf("%v is %q, want %q", at, got[at], want)
		}
	}
	if _, err := said("text"); err == nil {
		t.Error("a page without a place for tables has some")
	}
}
