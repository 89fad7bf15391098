package closure

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestSizes compares the tables of sizes on the pages of roots and profiles with
// the archives. Where the distribution has gone on to another release, its
// numbers may differ until the docs name that; the ratios must be near the truth
// in any case.
func TestSizes(t *testing.T) {
	text, err := os.ReadFile(runfile.Path(t, "DOCS"))
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := os.ReadFile(runfile.Path(t, "PROFILES"))
	if err != nil {
		t.Fatal(err)
	}
	uts, err := os.ReadFile(filepath.Join(unpack(t, "ROOTS").dir, "include/generated/utsrelease.h"))
	if err != nil {
		t.Fatal(err)
	}
	release := regexp.MustCompile(`"(.*)"`).FindStringSubmatch(string(uts))
	const docs = "rules/docs/roots.md"
	head := regexp.MustCompile("\n\\| Debian's (\\S+), comments stripped, `tgz` \\| all \\| (.*) \\| \\|\n").FindStringSubmatch(string(text))
	if release == nil || head == nil {
		t.Fatalf("%s: no table that begins with the release; the archive's is %q", docs, release)
	}
	if entries := strings.ReplaceAll(strings.ReplaceAll(head[2], "`", ""), ",", ""); entries != os.Getenv("ENTRIES") {
		t.Errorf("%s: the table is about %s, the archives about %s", docs, entries, os.Getenv("ENTRIES"))
	}
	// The page of profiles has a row of each.
	inProfiles := func(profile string, bytes int64) {
		t.Helper()
		if head[1] == release[1] && !regexp.MustCompile("(?m)^\\| `"+profile+"` \\| .* \\| "+number(bytes)+" B \\|$").Match(profiles) {
			t.Errorf("rules/docs/profiles.md: its row of profile %s does not say %s B", profile, number(bytes))
		}
	}
	inProfiles("tracing", size(t, "TRACING"))
	inProfiles("rfc", size(t, "RFC"))
	if n := number(size(t, "NO_DRIVERS")); head[1] == release[1] && !strings.Contains(string(profiles), " "+n+" bytes") {
		t.Errorf("rules/docs/profiles.md does not say that profile modules without drivers has %s bytes", n)
	}
	for _, c := range []struct{ profile, all, roots string }{{"headers", "FULL", "ROOTS"}, {"modules", "FULL_MODULES", "MODULES"}} {
		all, roots := size(t, c.all), size(t, c.roots)
		want := fmt.Sprintf("| profile `%s` | %s B | %s B | 1/%.1f |\n", c.profile, number(all), number(roots), float64(all)/float64(roots))
		t.Logf("of %s: %s", release[1], want)
		row := regexp.MustCompile("\\| profile `" + c.profile + "` .* 1/([0-9.]+) \\|\n").FindStringSubmatch(string(text))
		if row == nil {
			t.Errorf("%s: no row of profile %s", docs, c.profile)
			continue
		}
		if head[1] == release[1] && row[0] != want {
			t.Errorf("%s says\n%sand the archives of %s say\n%s", docs, row[0], release[1], want)
		}
		inProfiles(c.profile, all)
		ratio, err := strconv.ParseFloat(row[1], 64)
		if truth := float64(all) / float64(roots); err != nil || ratio < 0.8*truth || ratio > 1.25*truth {
			t.Errorf("%s says that roots of profile %s make an archive 1/%s of all; it is 1/%.1f", docs, c.profile, row[1], truth)
		}
	}
}

// number writes n with a comma before each three digits.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
