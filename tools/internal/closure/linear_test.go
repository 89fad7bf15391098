package closure

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
)

// lines repeats a format with the numbers below n.
func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}

// trace is what include/trace/define_trace.h does.
const trace = "#define TRACE_INCLUDE_FILE TRACE_SYSTEM\n#define __TRACE_INCLUDE(system) <linux/system.h>\n#define __TRACE_INCLUDE(system) __stringify(TRACE_INCLUDE_PATH/system.h)\n" +
	"#define TRACE_INCLUDE(system) __TRACE_INCLUDE(system)\n#define __stringify_1(x...) #x\n#define __stringify(x...) __stringify_1(x)\n"

// TestWork counts the bytes that are written to expand one computed include:
// four times the definitions take four times as many, not sixteen times, or so
// many that all is given up.
func TestWork(t *testing.T) {
	const few = 2000
	for _, c := range []struct {
		name, text string
		defines    func(n int) string
		gone       bool // given up for many definitions
	}{
		{"one name, many definitions", "H", func(n int) string { return lines(n, "#define H <x%d.h>") }, false},
		{"one name, one definition often", "H", func(n int) string { return strings.Repeat("#define H <x.h>\n", n) }, false},
		{"many systems", "TRACE_INCLUDE(TRACE_INCLUDE_FILE)", func(n int) string { return trace + lines(n/4, "#define TRACE_SYSTEM x%d") }, false},
		{"one system, often defined", "TRACE_INCLUDE(TRACE_INCLUDE_FILE)", func(n int) string { return trace + strings.Repeat("#define TRACE_SYSTEM x\n", n) }, false},
		{"names that are not used", "H", func(n int) string { return "#define H <a.h>\n" + lines(n, "#define H%d <a.h>") }, false},
		{"undefined", "H", func(n int) string { return "#define H <a.h>\n" + strings.Repeat("#undef H\n", n) }, false},
		{"functions without arguments", "F ( F ( F (", func(n int) string { return lines(n, "#define F(x) <x%d.h>") }, false},
		{"a long body", "H", func(n int) string { return "#define H " + strings.Repeat("x ", n) }, true},
		{"a chain", "H0", func(n int) string { return lines(n, "#define H%[1]d (H%[1]d") + lines(n, "#define H%[1]d H1%[1]d") }, false},
		{"doubling", "H", func(n int) string {
			var b strings.Builder
			for i := range min(n, maxDepth-2) {
				fmt.Fprintf(&b, "#define %s %s %[2]s\n", "H"+strings.Repeat("x", i), "H"+strings.Repeat("x", i+1))
			}
			return b.String()
		}, true},
		{"a product", "H/H/H/H/H/H", func(n int) string { return lines(n, "#define H x%d") }, true},
		{"many arguments", "F(" + strings.Repeat("a,", maxText/4) + "a)", func(n int) string { return "#define F(x...) <x.h>\n#define a b\n" + lines(n, "#define b c%d") }, true},
	} {
		spent := func(n int) int {
			m := newMacros()
			work := m.work
			if c.gone {
				work = maxWork / 16 // giving up shall not take long here
			}
			m.work = work
			var r cinclude.Result
			cinclude.Scan([]byte(c.defines(n)), cinclude.Options{Macros: anyName}, &r)
			m.addAll(r.Defines)
			m.headers(c.text)
			if gone := m.work < 0; gone != c.gone && n > few {
				t.Errorf("%s: %d definitions: given up: %v", c.name, n, gone)
			}
			return work - m.work
		}
		once, fourfold := spent(few), spent(4*few)
		if !c.gone && fourfold > 5*once {
			t.Errorf("%s: %d and %d bytes", c.name, once, fourfold)
		}
	}
}

// TestLarge follows files and trees in which something is there very often. Each
// takes a fraction of a second if time is linear, and minutes if it is not.
func TestLarge(t *testing.T) {
	const n = 50000
	chain := map[string]string{"include/linux/x.h": ""}
	for i := range 1000 {
		chain[fmt.Sprintf("include/linux/h%d.h", i)] = fmt.Sprintf("#define N%[1]d <linux/h%[1]d.h>\n#include N%[1]d\n", i+1)
	}
	chain["include/linux/r.h"] = "#define N0 <linux/h0.h>\n#include N0\n"
	chain["include/linux/h1000.h"] = "#include <linux/x.h>\n"
	for _, c := range []struct {
		name, text string
		want       string // of the error
	}{
		{"one header under many conditions", strings.Repeat("#if A\n#include <linux/x.h>\n#endif\n", n), ""},
		{"itself", strings.Repeat("#include \"r.h\"\n", n) + "#include <linux/x.h>\n", ""},
		{"itself, computed", "#define R \"r.h\"\n" + strings.Repeat("#include R\n", n) + "#include <linux/x.h>\n", ""},
		{"many computed includes", lines(n/8, "#define R%[1]d <linux/x.h>\n#include R%[1]d"), ""},
		{"many tests", "#if " + strings.Repeat("__has_include(<linux/x.h>) || ", n) + "0\n#endif\n", ""},
		{"tests that are open", "#if " + strings.Repeat("__has_include(<a", n) + "\n#endif\n#include <linux/x.h>\n", ""},
		{"nested", strings.Repeat("#if A\n", 10*n) + "#include <linux/x.h>\n", ""},
		{"one line", "#define A " + strings.Repeat("x + ", 10*n) + "\n#include <linux/x.h>\n", ""},
		{"arguments", "#define F(x...) <linux/x.h>\n#include F(" + strings.Repeat("a,", n) + "a)\n", "can be expanded in too many ways"},
		{"brackets", "#define F(x) x\n#include " + strings.Repeat("F(", n) + "\n", "can be expanded in too many ways"},
		{"a chain of macros", "#include H0\n" + lines(n, "#define H%d H") + lines(n, "#define H <linux/x.h>"), ""},
		{"a chain of headers", "", ""},
	} {
		files := chain
		if c.text != "" {
			files = map[string]string{"include/linux/r.h": c.text, "include/linux/x.h": ""}
		}
		r, err := Run(load(t, files), Options{Tree: "//k:tree", Arch: "x86", Roots: []string{"linux/r.h"}})
		switch {
		case c.want != "":
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case r.Reasons["include/linux/x.h"] == "":
			t.Errorf("%s: x.h is not reached", c.name)
		}
	}
}

// TestManyRoots shows that neither many roots outside of the tree, each with
// headers that are nowhere, nor many directories elsewhere in the tree take
// time with the square of their number.
func TestManyRoots(t *testing.T) {
	const n = 150
	dir := t.TempDir()
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("r%d.c", i)), []byte(lines(n, "#include \"deep/gone%d.h\"")+"#include \"deep/../r0.c\"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Run(load(t, nil), Options{Tree: "//k:tree", Arch: "x86", Files: []File{{Label: "//b:roots", Path: dir, Alone: true}}})
	if err != nil || len(r.Warnings) != n*n {
		t.Errorf("%d warnings, %v, want %d", len(r.Warnings), err, n*n)
	}
	f := NewFilter(none{}, "x86", nil)
	var far []string
	for i := range 100000 {
		far = append(far, fmt.Sprintf("d%d/e/a.h", i))
	}
	if !f.Widen(far) || f.Widen(far) {
		t.Error("Widen does not say, or says twice, that it makes a difference")
	}
	for i, p := range far {
		if !f.MayMatch(p) || !f.MayContain(fmt.Sprintf("d%d", i)) || f.MayMatch(fmt.Sprintf("d%d/a.h", i)) {
			t.Fatalf("%s is not found", p)
		}
	}
}

// TestTraceRoots has many roots, each in a directory of its own, that each name
// themselves in TRACE_SYSTEM and ask for the header of that name: what the text
// may mean is looked up once, not once for each root.
func TestTraceRoots(t *testing.T) {
	const n = 4000
	files, roots := map[string]string{}, []string(nil)
	for i := range n {
		p := fmt.Sprintf("include/d%d/r.h", i)
		files[p] = fmt.Sprintf("#define TRACE_SYSTEM s%d\n#define TRACE_INCLUDE(f) <trace/events/f.h>\n#include TRACE_INCLUDE(TRACE_SYSTEM)\n", i)
		files[fmt.Sprintf("include/trace/events/s%d.h", i)] = ""
		roots = append(roots, p)
	}
	r, err := Run(load(t, files), Options{Tree: "//k:tree", Arch: "x86", Roots: roots})
	if err != nil || len(r.Warnings) != 0 || r.Reasons[fmt.Sprintf("include/trace/events/s%d.h", n-1)] == "" {
		t.Errorf("%.3q, %v", r, err)
	}
}
