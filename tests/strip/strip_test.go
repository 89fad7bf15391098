// Package strip shows that stripping changes no token: every file of real
// kernels is compared, before and after, by a lexer that is not ours.
package strip

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

var (
	update = flag.Bool("update", false, "write the table to rules/docs/stripping.md")
	all    = flag.Bool("all", false, "the table has these kernels and no others")
)

// kernels returns the kernels that the environment names, a line for each:
// name, architecture and packages. SOURCES may name one of them again, a tar of
// sources and what the table calls them.
func kernels(t *testing.T) []kernel {
	t.Helper()
	var list []kernel
	for line := range strings.Lines(os.Getenv("KERNELS")) {
		words := strings.Fields(line)
		if len(words) < 3 {
			continue
		}
		k := kernel{name: words[0], arch: words[1]}
		for _, p := range words[2:] {
			k.packages = append(k.packages, runfile.At(t, p))
		}
		list = append(list, k)
	}
	if len(list) == 0 {
		t.Fatal("KERNELS is not set: run this by `tools/bazel test //tests/strip/...`")
	}
	if words := strings.Fields(os.Getenv("SOURCES")); len(words) > 2 {
		for _, k := range list {
			if k.name == words[0] {
				k.name, k.sources = words[0]+" "+strings.Join(words[2:], " "), runfile.At(t, words[1])
				return append(list, k)
			}
		}
		t.Fatalf("SOURCES is for the kernel %s, which KERNELS has not", words[0])
	}
	return list
}

// TestTokens strips every file of every kernel in every mode. It prints the
// table of rules/docs/stripping.md.
func TestTokens(t *testing.T) {
	p := newProver(t, 2)
	var rows []*row
	var sums []*file
	noted, summed := map[*verdict]bool{}, map[*verdict]bool{}
	for _, k := range kernels(t) {
		r := &row{kernel: k}
		r.release = k.strip(t, func(f *file) {
			v := p.add(f)
			if f.note[0] != "" && !noted[v] {
				noted[v] = true
				t.Logf("%s: %s: %s", r.kernel.title(), f.path, f.note[0])
			}
			if _, has := sumHolds(f.was); has && !summed[v] {
				summed[v] = true
				sums = append(sums, f)
			}
			r.add(f, v)
		})
		rows = append(rows, r)
	}
	p.done()
	theirs := 0
	said := map[*verdict]bool{}
	for _, r := range rows {
		r.sum()
		theirs += r.mainline
		for _, v := range r.verdicts {
			if said[v] {
				continue
			}
			said[v] = true
			for m, d := range v.ours {
				if d != nil {
					t.Errorf("%s, strip %s: %s:%d: %s", r.kernel.title(), modes[m], v.path, d.line, d)
				}
			}
			for _, w := range v.wrong {
				t.Errorf("%s, %s: %s", r.kernel.title(), v.path, w)
			}
			if d := v.mainline; d != nil {
				t.Logf("%s, mainline's script: %s:%d: %s", r.kernel.title(), v.path, d.line, d)
			}
		}
		r.check(t)
	}
	if theirs == 0 {
		t.Error("mainline's script changes no token of any kernel: either it was mended, or the comparison sees nothing")
	}
	checkDocs(t, rows)
	checkSums(t, sums)
}
