package budget

import (
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
)

func stats() *manifest.Stats {
	t := manifest.DirTotals{}
	var n, sum int64
	add := func(path string, bytes int64) {
		t.Add(path, bytes)
		n++
		sum += bytes
	}
	add("Makefile", 500)
	add("Module.symvers", 4000)
	add("arch/x86/Makefile", 100)
	add("arch/x86/include/asm/page.h", 2900)
	add("include/linux/fs.h", 10_000)
	add("include/linux/sched.h", 20_000)
	add("include/linux/sched/mm.h", 1000)
	add("include/uapi/linux/fs.h", 3000)
	add("include/a b/\xff.h", 3)
	add("include/top.h", 7)
	for _, d := range strings.Fields("j i h g f e d c b a") {
		add("scripts/"+d+"/x.h", 10)
	}
	return &manifest.Stats{
		Schema: manifest.SchemaVersion, Release: "6.1.0", Arch: "x86", Profile: "modules", Format: "tgz", Strip: "none",
		Files: n, UncompressedBytes: sum, ArchiveBytes: 1_234_567, Dirs: t.Sorted(),
	}
}

func limit(n int64) *int64 { return &n }

func TestReport(t *testing.T) {
	const want = `//:kheaders: release 6.1.0, arch x86, profile modules, format tgz, strip none

       size     budget    used
  1,234,567  2,000,000   61.7%  bytes in the archive file
     41,610     41,610  100.0%  bytes uncompressed
         20          -       -  files

Largest directories, uncompressed:
   bytes  share  files
  31,000  74.5%      3  include/linux
   4,500  10.8%      2  *
   3,000   7.2%      2  arch/x86
   3,000   7.2%      1  include/uapi
      10   0.0%      1  scripts/a
      10   0.0%      1  scripts/b
      10   0.0%      1  scripts/c
      10   0.0%      1  scripts/d
      10   0.0%      1  scripts/e
      10   0.0%      1  scripts/f
      50   0.1%      6  (6 more)
`
	got, err := Check(stats(), "//:kheaders", Limits{MaxBytes: limit(2_000_000), MaxUncompressedBytes: limit(41_610)})
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExceeded(t *testing.T) {
	got, err := Check(stats(), "//:kheaders", Limits{
		MaxBytes: limit(1_000_000), MaxUncompressedBytes: limit(41_609), MaxFiles: limit(19),
	})
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		"//:kheaders: 1,234,567 bytes in the archive file, 234,567 more than max_bytes = 1000000; largest directories, in uncompressed bytes: include/linux 31,000, * 4,500, arch/x86 3,000; strip more, choose a stronger format, exclude files, or set max_bytes = 1234567",
		"//:kheaders: 41,610 bytes uncompressed, 1 more than max_uncompressed_bytes = 41609; largest directories, in bytes: include/linux 31,000, * 4,500, arch/x86 3,000; strip more, exclude files, or set max_uncompressed_bytes = 41610",
		"//:kheaders: 20 files, 1 more than max_files = 19; largest directories, in files: include/linux 3, * 2, arch/x86 2; choose a smaller profile, exclude files, or set max_files = 20",
	}
	if err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
	for _, attr := range []string{"max_bytes", "max_uncompressed_bytes", "max_files"} {
		if !strings.Contains(got, ", over "+attr+"\n") {
			t.Errorf("report does not mark %s:\n%s", attr, got)
		}
	}
}

func TestOnlyTheExceededBudgetFails(t *testing.T) {
	_, err := Check(stats(), "x", Limits{MaxBytes: limit(1_234_567), MaxFiles: limit(19)})
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "max_files") {
		t.Errorf("error %v, want one line about max_files", err)
	}
}

func TestNoLimits(t *testing.T) {
	if _, err := Check(stats(), "x", Limits{}); err != nil {
		t.Error(err)
	}
}

func TestBadLimits(t *testing.T) {
	for _, tc := range []struct {
		l    Limits
		want string
	}{
		{Limits{MaxBytes: limit(0)}, "x: max_bytes is 0: give a number above zero, or leave it out for no limit"},
		{Limits{MaxUncompressedBytes: limit(-5)}, "x: max_uncompressed_bytes is -5: "},
		{Limits{MaxBytes: limit(1), MaxFiles: limit(0)}, "x: max_files is 0: "},
	} {
		report, err := Check(stats(), "x", tc.l)
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) || report != "" {
			t.Errorf("report %q, error %v, want %q", report, err, tc.want)
		}
	}
}

func TestPathsThatNeedQuotes(t *testing.T) {
	d := manifest.DirTotals{}
	d.Add("a b/x\n/y.h", 5)
	s := &manifest.Stats{Files: 1, UncompressedBytes: 5, ArchiveBytes: 9, Dirs: d.Sorted()}
	report, err := Check(s, "x", Limits{MaxBytes: limit(1)})
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), `"a b/x\n" 5`) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(report, `"a b/x\n"`) {
		t.Errorf("report:\n%s", report)
	}
}

// TestTenDirectories has just as many as are listed: none is left to add up.
func TestTenDirectories(t *testing.T) {
	for n, want := range map[int]string{topDirs: "", topDirs + 1: "  10   9.1%      1  (1 more)\n"} {
		d := manifest.DirTotals{}
		for i := range n {
			d.Add("scripts/"+string(rune('a'+i))+"/x.h", 10)
		}
		report, err := Check(&manifest.Stats{Files: int64(n), UncompressedBytes: int64(10 * n), Dirs: d.Sorted()}, "x", Limits{})
		if err != nil || strings.Contains(report, "more)") != (want != "") || !strings.HasSuffix(report, want) {
			t.Errorf("%d directories: %v\n%s", n, err, report)
		}
	}
}

// Stats without directories, or of an older tool, must not stop the check.
func TestNoDirectories(t *testing.T) {
	s := &manifest.Stats{ArchiveBytes: 9}
	report, err := Check(s, "x", Limits{MaxBytes: limit(8)})
	if err == nil || strings.Contains(err.Error(), "largest") || strings.Contains(report, "Largest") {
		t.Errorf("report %q, error %v", report, err)
	}
	s.Dirs = []manifest.Dir{{Path: "a/b", Files: 1, Bytes: 2}}
	if _, err := Check(s, "x", Limits{MaxBytes: limit(8)}); err == nil {
		t.Error("no error")
	}
}
