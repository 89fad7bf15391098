package gate

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// report makes one of files and directories: path, bytes of the archive.
func report(release string, files ...any) *sizes.Report {
	r := &sizes.Report{Archive: "//:k.archive", Release: release, Format: "tgz", Method: sizes.Exact, FramingBits: 16}
	for i := 0; i < len(files); i += 2 {
		path := files[i].(string)
		e := sizes.Entry{Path: strings.TrimSuffix(path, "/"), Dir: strings.HasSuffix(path, "/"), Bits: int64(files[i+1].(int)) * 8, Bytes: 10}
		r.Entries = append(r.Entries, e)
		r.ArchiveBytes += e.Bits / 8
		r.UncompressedBytes += 10
		if !e.Dir {
			r.Files++
		}
	}
	r.ArchiveBytes += 2
	r.Sort()
	return r
}

func head() *sizes.Report {
	return report("7.2.12", "./", 1, "Makefile", 100, "include/", 1, "include/net/", 10, "include/net/a.h", 40_000, "include/net/b.h", 5_000, "include/linux/", 7, "include/linux/fs.h", 9_000)
}

func base() *sizes.Report {
	return report("7.2.11", "./", 1, "Makefile", 100, "include/", 1, "include/net/", 10, "include/net/a.h", 30_000, "include/net/gone.h", 500, "include/linux/", 7, "include/linux/fs.h", 9_500)
}

// commits is base, built of another commit.
func commits() *sizes.Report {
	r := base()
	r.Release = "7.2.0-rc1-gfedcba987654"
	return r
}

func net(max int64) Budget {
	return Budget{"//net:budget", "budget", []string{"include/net/**"}, Limit{Attr: "max", Max: max}}
}

func TestKept(t *testing.T) {
	s := &Spec{Test: "//:t", Total: Limit{Attr: "max_compressed", Max: 60_000}, Files: Limit{Attr: "max_files", Max: 4}, Uncompressed: Limit{Attr: "max_uncompressed", Max: 80},
		Module: Limit{Attr: "max_module", Max: 4096}, Budgets: []Budget{net(45_010)}, Other: &Limit{Attr: "other", Max: 9_109}}
	r, err := s.Check(head(), Past{}, 4096)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Failures(); f != nil {
		t.Errorf("failures: %q", f)
	}
	if len(r.Lines) != 6 || r.Lines[4].Is != 45_010 || r.Lines[5].Is != 9_109 {
		t.Errorf("lines: %+v", r.Lines)
	}
	const want = `//:k.archive: tgz, release 7.2.12

        size       budget    used     growth
      54,121       60,000   90.2%          -  B of the archive, //:t
          80           80  100.0%          -  B of all files, uncompressed, //:t
           4            4  100.0%          -  files of the archive, //:t
       4,096        4,096  100.0%          -  B of the module's memory, //:t
      45,010       45,010  100.0%          -  B of include/net/**, //net:budget
       9,109        9,109  100.0%          -  B of all other files, //:t

the budgets of paths are 54,119 B together, which max_compressed = 60,000 allows
`
	if got := Text(head(), r); got != want {
		t.Errorf("text:\n%s\nwant\n%s", got, want)
	}
}

func TestExceeded(t *testing.T) {
	for name, c := range map[string]struct {
		spec   Spec
		base   *sizes.Report
		module int64
		want   []string
	}{
		"total": {Spec{Total: Limit{Attr: "max_compressed", Max: 54_120}}, nil, 0,
			[]string{"//:t: the archive has 54,121 B, 1 B more than max_compressed = 54,120; largest: include/net/a.h 40,000 B, include/linux/fs.h 9,000 B, include/net/b.h 5,000 B; make it smaller, or let the owners of //:t set max_compressed = \"54121B\" there"}},
		"headroom": {Spec{Gate: "pr", Total: Limit{Attr: "max_compressed", Max: 54_221, Headroom: 101}}, nil, 0,
			[]string{"1 B more than max_compressed = 54,221 less the headroom of 101 that a change must leave"}},
		"files":        {Spec{Files: Limit{Attr: "max_files", Max: 3}}, nil, 0, []string{"the archive has 4 files, 1 files more than max_files = 3; make it smaller, or let the owners of //:t set max_files = 4 there"}},
		"uncompressed": {Spec{Uncompressed: Limit{Attr: "max_uncompressed", Max: 79}}, nil, 0, []string{"uncompressed, has 80 B, 1 B more than max_uncompressed"}},
		"module":       {Spec{Module: Limit{Attr: "max_module", Max: 4096}}, nil, 8192, []string{"the module's memory has 8,192 B, 4,096 B more than max_module = 4,096; largest: include/net/a.h 40,000 B"}},
		"paths": {Spec{Budgets: []Budget{net(45_009)}, Other: &Limit{Attr: "other", Max: 1}}, base(), 0, []string{
			"//:t: include/net/** has 45,010 B, 1 B more than max = 45,009; grew most: include/net/a.h +10,000 B, include/net/b.h +5,000 B; make it smaller, or let the owners of //net:budget set max = \"45010B\" there",
			"//:t: all other files has 9,109 B, 9,108 B more than other = 1; make it"}},
		"creep": {Spec{Total: Limit{Attr: "max_compressed", Creep: 13_999}}, base(), 0, []string{"the archive has 54,121 B, 14,000 B more than before, and creep is 13,999; grew most: include/net/a.h"}},
		"creep of a release": {Spec{Total: Limit{Attr: "max_compressed", Creep: 20_000, CreepRelease: 13_000}}, base(), 0,
			[]string{"14,000 B more than before, and creep_release is 13,000"}},
		"creep of paths": {Spec{Budgets: []Budget{{"//n", "budget", []string{"include/{net,none}/**"}, Limit{Creep: 1}}}, Other: &Limit{}}, base(), 0,
			[]string{"//:t: include/{net,none}/** has 45,010 B, 14,500 B more than before, and creep is 1, and 512 is always allowed; grew most: include/net/a.h +10,000 B, include/net/b.h +5,000 B; make it smaller, or let the owners of //n set creep = \"14500B\" there"}},
		"an expired waiver": {Spec{Total: Limit{Attr: "max_compressed", Max: 54_000, Waivers: []Waiver{{1000, "7.2", "why\x1b"}}}}, nil, 0,
			[]string{`121 B more than max_compressed = 54,000; the waiver of 1,000 B until 7.2 has expired with 7.2.12: take it out (why\x1b)`}},
	} {
		c.spec.Test = "//:t"
		r, err := c.spec.Check(head(), Past{Report: c.base}, c.module)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := r.Failures()
		if len(got) != len(c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) || strings.Contains(got[i], "\n") {
				t.Errorf("%s: %q, want %q", name, got[i], c.want[i])
			}
		}
	}
}

// What is not too much.
func TestAllowed(t *testing.T) {
	for name, c := range map[string]struct {
		spec Spec
		base *sizes.Report
	}{
		"creep":                   {Spec{Total: Limit{Creep: 14_000}}, base()},
		"creep without a base":    {Spec{Total: Limit{Creep: 1}, Files: Limit{Max: 9}}, nil},
		"what does not grow":      {Spec{Gate: "pr", Total: Limit{Max: 54_121, Headroom: 5000}}, report("7.2.12", "Makefile", 54_119)},
		"another commit":          {Spec{Total: Limit{Creep: 14_000, CreepRelease: 1}}, commits()},
		"an overlap of before":    {Spec{Budgets: []Budget{net(50_000), {"//o", "budget", []string{"**/{gone,fs}.h"}, Limit{Max: 10_000}}}, Other: &Limit{Max: 500}}, base()},
		"creep, but little of it": {Spec{Total: Limit{Creep: 1000, CreepPercent: 3500}}, base()},
		"another release":         {Spec{Total: Limit{Creep: 1000, CreepRelease: 15_000}}, base()},
		"a waiver":                {Spec{Total: Limit{Max: 54_000, Waivers: []Waiver{{121, "7.3", "why"}}}}, nil},
		"the floor of all":        {Spec{Total: Limit{Creep: 1}}, report("7.2.12", "Makefile", 54_119-2048)},
	} {
		now := head()
		if name == "another commit" {
			now.Release = "7.2.0-rc1-00012-g0123456789ab-dirty"
		}
		r, err := c.spec.Check(now, Past{Report: c.base}, 0)
		if err != nil || r.Failures() != nil {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	s := Spec{Total: Limit{Creep: 1}}
	if r, _ := s.Check(head(), Past{Report: report("7.2.12", "Makefile", 54_118-2048)}, 0); r.Failures() == nil {
		t.Error("one byte more than the floor is allowed")
	}
}

func TestNotes(t *testing.T) {
	s := &Spec{Test: "//:t", Total: Limit{Attr: "max_compressed", Max: 60_000}, Budgets: []Budget{net(50_000)}, Other: &Limit{Max: 10_001}}
	r, err := s.Check(head(), Past{}, 0)
	if err != nil || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "60,001 B together, which is 1 B above max_compressed = 60,000") {
		t.Errorf("%v, %v", r, err)
	}
	s.Other.Max--
	if r, _ := s.Check(head(), Past{}, 0); len(r.Notes) != 1 || r.Notes[0] != "the budgets of paths are 60,000 B together, which max_compressed = 60,000 allows" {
		t.Errorf("notes: %q", r.Notes)
	}
}

func TestCannotBeHeld(t *testing.T) {
	other := report("7.2", "x", 1)
	other.Format = "tar.xz"
	for want, c := range map[string]struct {
		spec Spec
		base *sizes.Report
	}{
		"//:t: include/net/a.h is in two budgets, include/net/** of //net:budget and **/a.h of //other:": {
			Spec{Budgets: []Budget{net(1), {"//other", "budget", []string{"**/a.h"}, Limit{Max: 1}}}}, nil},
		"//:t: files are in no budget, such as Makefile: name them": {Spec{Budgets: []Budget{net(1)}}, nil},
		"//:t: the budget of //n has gone/**, which is of nothing in the archive": {
			Spec{Budgets: []Budget{{"//n", "budget", []string{"include/**", "gone/**"}, Limit{Max: 1}}}, Other: &Limit{Max: 1}}, nil},
		"the base has architecture x86 and this has an unknown one": {Spec{Total: Limit{Max: 1}}, arch("x86")},
		"//:t: there is no report of what the archive was before":   {Spec{Gate: "pr", Total: Limit{Max: 1, Creep: 1}}, nil},
		"so growth cannot be told: give the merge base's":           {Spec{Budgets: []Budget{{"//n", "budget", []string{"**"}, Limit{Creep: 1}}}}, nil},
		"the base is a tar.xz and this is a tgz":                    {Spec{Total: Limit{Max: 1}}, other},
		`the waiver until "x"`:                                      {Spec{Total: Limit{Max: 1, Waivers: []Waiver{{1, "x", "y"}}}}, nil},
	} {
		c.spec.Test = "//:t"
		if _, err := c.spec.Check(head(), Past{Report: c.base}, 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func arch(name string) *sizes.Report {
	r := base()
	r.Arch = name
	return r
}

func TestReadSpec(t *testing.T) {
	for in, want := range map[string]string{
		`{"test": "//:t", "total": {"max": 5}}`:                                       "",
		`{"budgets": [{"label": "//n", "paths": ["a/**"], "attr": "max", "max": 5}]}`: "",
		`{"test": "//:t"}`: "no budget is given",
		`{"budgets": [{"label": "//n", "paths": []}]}`:      "//n has no paths",
		`{"budgets": [{"label": "//n", "paths": ["a/["]}]}`: `//n: "a/[" is not a valid glob`,
		`{"totals": 1}`: "not the budgets of a test",
		`x`:             "not the budgets of a test",
	} {
		if _, err := ReadSpec(strings.NewReader(in)); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

func TestXML(t *testing.T) {
	s := &Spec{Test: "//:t<", Total: Limit{Attr: "max_compressed", Max: 1, Creep: 1}, Files: Limit{Max: 9}}
	r, err := s.Check(head(), Past{Report: base()}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := XML(&b, s.Test, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<testsuite name="//:t&lt;" tests="2" failures="1">`, `<testcase name="B of the archive" classname="//:t&lt;">`, `<property name="actual" value="54121"></property>`,
		`<property name="budget" value="1"></property>`, `<property name="base" value="40121"></property>`, `<failure message="//:t&lt;: the archive has`, `<testcase name="files of the archive"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, &b)
		}
	}
}

func TestModuleMemory(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no ELF"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{program: "no kernel module", text: "give a .ko that is not compressed", text + "x": "no such file"} {
		if _, err := ModuleMemory(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	// 100 bytes, up to 4 KiB for the alignment, then one more than a page; what is not
	// allocated does not count.
	module := filepath.Join(t.TempDir(), "kheaders.ko")
	object(t, module, elf.Section64{Type: uint32(elf.SHT_NOBITS), Flags: uint64(elf.SHF_ALLOC), Size: 100},
		elf.Section64{Type: uint32(elf.SHT_NOBITS), Flags: uint64(elf.SHF_ALLOC), Size: page + 1, Addralign: page},
		elf.Section64{Type: uint32(elf.SHT_NOBITS), Size: 1 << 30})
	if n, err := ModuleMemory(module); err != nil || n != 3*page {
		t.Errorf("%d bytes, %v; want three pages", n, err)
	}
	object(t, module, elf.Section64{Type: uint32(elf.SHT_NOBITS), Flags: uint64(elf.SHF_ALLOC), Size: 1 << 62})
	if _, err := ModuleMemory(module); err == nil || !strings.Contains(err.Error(), "cannot be") {
		t.Error(err)
	}
}

// object writes an ELF object of sections without content.
func object(t *testing.T, name string, sections ...elf.Section64) {
	t.Helper()
	const head = 64
	h := elf.Header64{Type: uint16(elf.ET_REL), Machine: uint16(elf.EM_X86_64), Version: 1, Ehsize: head, Shoff: head, Shentsize: 64, Shnum: uint16(len(sections) + 2), Shstrndx: 1}
	copy(h.Ident[:], elf.ELFMAG+"\x02\x01\x01")
	names := elf.Section64{Type: uint32(elf.SHT_STRTAB), Off: head + 64*uint64(h.Shnum), Size: 1}
	var b bytes.Buffer
	for _, v := range append([]any{h, elf.Section64{}, names}, any(sections), byte(0)) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
