package sizes

import (
	"fmt"
	"strings"
	"testing"
)

func show(rows []Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %d/%d/%d %+d", r.Name, r.Is.Files, r.Is.Bits, r.Is.Bytes, r.Growth()))
	}
	return strings.Join(out, "\n")
}

func tree() (head, base *Report) {
	head = &Report{Format: "tgz", Method: Exact, Entries: []Entry{
		{Path: ".", Dir: true, Bits: 1}, {Path: "Makefile", Label: "//a", Bits: 10, Bytes: 5},
		{Path: "arch", Dir: true, Bits: 2}, {Path: "arch/x86", Dir: true, Bits: 3},
		{Path: "arch/x86/a.h", Label: "//b", Bits: 100, Bytes: 50}, {Path: "arch/x86/asm", Dir: true, Bits: 4}, {Path: "arch/x86/asm/b.h", Label: "//b", Bits: 200, Bytes: 60},
		{Path: "arch/top.h", Label: "//a", Bits: 7, Bytes: 1},
	}}
	base = &Report{Format: "tgz", Method: Exact, Entries: []Entry{{Path: "Makefile", Bits: 10}, {Path: "arch/x86/a.h", Bits: 150, Bytes: 50}, {Path: "gone/x.h", Bits: 70}}}
	return head, base
}

func TestByDir(t *testing.T) {
	head, base := tree()
	for levels, want := range map[int]string{
		1: "arch 3/316/111 +316\n* 1/11/5 +11",
		2: "arch/x86 2/307/110 +307\n* 1/11/5 +11\narch/* 1/9/1 +9",
		3: "arch/x86/asm 1/204/60 +204\narch/x86/* 1/103/50 +103\n* 1/11/5 +11\narch/* 1/9/1 +9",
	} {
		if got := show(ByDir(head, nil, levels)); got != want {
			t.Errorf("%d levels:\n%s\nwant\n%s", levels, got, want)
		}
	}
	if got, want := show(ByDir(head, base, 1)), "arch 3/316/111 +166\ngone 0/0/0 -70\n* 1/11/5 +1"; got != want {
		t.Errorf("with a base:\n%s\nwant\n%s", got, want)
	}
}

func TestByFileAndLabel(t *testing.T) {
	head, base := tree()
	if got, want := show(ByFile(head, base)), "arch/x86/asm/b.h 1/200/60 +200\ngone/x.h 0/0/0 -70\narch/x86/a.h 1/100/50 -50\narch/top.h 1/7/1 +7\nMakefile 1/10/5 +0"; got != want {
		t.Errorf("files:\n%s\nwant\n%s", got, want)
	}
	if got, want := show(ByLabel(head, nil)), "//b 2/300/110 +300\n//a 2/17/6 +17"; got != want {
		t.Errorf("labels:\n%s\nwant\n%s", got, want)
	}
}

func TestComparable(t *testing.T) {
	head, base := tree()
	if err := Comparable(base, head); err != nil {
		t.Error(err)
	}
	base.Format = "tar.xz"
	if err := Comparable(base, head); err == nil || !strings.Contains(err.Error(), "the base is a tar.xz and this is a tgz") {
		t.Error(err)
	}
	base.Format, base.Method = "tgz", ByGzip
	if err := Comparable(base, head); err == nil || !strings.Contains(err.Error(), `by method "tgz" and these by "exact"`) {
		t.Error(err)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64][3]string{
		0: {"0", "0", "0 B"}, 999: {"999", "+999", "999 B"}, 1023: {"1,023", "+1,023", "1023 B"}, 1024: {"1,024", "+1,024", "1.0 KiB"},
		-1000: {"-1,000", "-1,000", "-1000 B"}, -999: {"-999", "-999", "-999 B"}, 12345678: {"12,345,678", "+12,345,678", "11.8 MiB"},
		1048575: {"1,048,575", "+1,048,575", "1.0 MiB"}, -2048: {"-2,048", "-2,048", "-2.0 KiB"}, 1 << 50: {"1,125,899,906,842,624", "+1,125,899,906,842,624", "1024.0 TiB"},
	} {
		if got := [3]string{Group(n), Signed(n), Rounded(n)}; got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for want, of := range map[string][2]int64{"-": {0, 0}, "0.0%": {0, 1}, "100.0%": {1, 1}, "33.3%": {1, 3}, "250.0%": {5, 2}} {
		if got := Percent(of[0], of[1]); got != want {
			t.Errorf("%d of %d is %s, want %s", of[0], of[1], got, want)
		}
	}
}
