package closure

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
)

// bits are what random macros are made of.
var bits = []string{"A", "B", "C", "F(", "G(x, ", "x", "y", "#x", "##", "#", "(", ")", ",", "<a", ".h>", "\"", "'", " ", "__VA_ARGS__", "0", "/", "\\"}

func text(r *rand.Rand) string {
	var b strings.Builder
	for range r.Intn(8) {
		b.WriteString(bits[r.Intn(len(bits))])
	}
	return b.String()
}

// TestRandomMacros expands macros that make no sense: it ends, and does not
// break. Always the same ones.
func TestRandomMacros(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 3000 {
		m := newMacros()
		for _, name := range []string{"A", "B", "C", "F", "G"} {
			for range r.Intn(3) {
				d := cinclude.Define{Name: name, Text: " " + text(r)}
				if name == "F" || name == "G" || r.Intn(5) == 0 {
					d.Text = []string{"(x)", "(x, y)", "(...)", "(x, y...)", "()"}[r.Intn(5)] + d.Text
				}
				m.add(d)
			}
		}
		for _, inc := range m.headers(text(r)) {
			if inc.Name == "" || len(inc.Name) > maxText {
				t.Fatalf("%+v", inc)
			}
		}
	}
}

// TestLongMacros shows that macros which double their text 40 times over are
// given up, not followed until memory ends.
func TestLongMacros(t *testing.T) {
	m := newMacros()
	for i := range 40 {
		m.add(cinclude.Define{Name: fmt.Sprintf("M%d", i), Text: fmt.Sprintf("(x) M%d(x x)", i+1)})
	}
	if m.headers("M0(yy)"); m.work >= 0 {
		t.Error("expanded")
	}
}

// FuzzMacros takes a list of definitions, one a line, and a text to expand.
func FuzzMacros(f *testing.F) {
	f.Add("#define A <a.h>\n#define F(x) #x\n", "F(A)")
	f.Add("#define A B\n#define B A\n", "A")
	f.Add("#define TRACE_INCLUDE(s) <trace/s.h>\n#define TRACE_SYSTEM sched\n", "TRACE_INCLUDE(TRACE_SYSTEM)")
	f.Fuzz(func(t *testing.T, src, text string) {
		m := newMacros()
		m.work = 1 << 18 // what gives up gives up soon
		var r cinclude.Result
		cinclude.Scan([]byte(src), cinclude.Options{Macros: anyName}, &r)
		m.addAll(r.Defines)
		for _, inc := range m.headers(text) {
			if inc.Name == "" || len(inc.Name) > maxText {
				t.Fatalf("%+v", inc)
			}
		}
	})
}

// TestBudgetExactly has just as many bytes left as the expansion writes, and
// one less.
func TestBudgetExactly(t *testing.T) {
	const text = "F(A) A"
	expand := func(work int) (*macros, []string) {
		m := newMacros()
		m.work = work
		for _, d := range []cinclude.Define{{Name: "A", Text: " B"}, {Name: "B", Text: " <b.h>"}, {Name: "B", Text: " <c.h>"}, {Name: "F", Text: "(x) x##x"}} {
			m.add(d)
		}
		return m, m.expand(text, nil)
	}
	m, want := expand(maxWork)
	spent := maxWork - m.work
	if spent == 0 || len(want) < 4 {
		t.Fatalf("%d bytes for %q", spent, want)
	}
	if m, got := expand(spent); m.work != 0 || !slices.Equal(got, want) {
		t.Errorf("with all that is needed: %d bytes are left, %q", m.work, got)
	}
	if m, _ := expand(spent - 1); m.work >= 0 {
		t.Errorf("with a byte less than is needed: %d bytes are left", m.work)
	}
}

// TestLimitsExactly has a text as long, and macros as deep, as they may be.
func TestLimitsExactly(t *testing.T) {
	for n, gone := range map[int]bool{maxText: false, maxText + 1: true} {
		m := newMacros()
		if m.expand(strings.Repeat("x", n), nil); (m.work < 0) != gone {
			t.Errorf("a text of %d bytes is given up: %v", n, m.work < 0)
		}
	}
	for n, gone := range map[int]bool{maxDepth: false, maxDepth + 1: true} {
		m := newMacros()
		for i := range n {
			body := fmt.Sprintf(" M%d", i+1)
			if i == n-1 {
				body = " <x.h>"
			}
			m.add(cinclude.Define{Name: fmt.Sprintf("M%d", i), Text: body})
		}
		incs := m.headers("M0")
		if (m.work < 0) != gone || !gone && (len(incs) != 1 || incs[0].Name != "x.h") {
			t.Errorf("%d macros deep: %v, given up: %v", n, incs, m.work < 0)
		}
	}
}

// TestSameDefinition has a macro that a thousand headers define alike: it is
// expanded as if one did.
func TestSameDefinition(t *testing.T) {
	spent := func(n int) (int, int) {
		m := newMacros()
		for range n {
			m.add(cinclude.Define{Name: "H", Text: " <x.h>"})
		}
		found := m.headers("H")
		return maxWork - m.work, len(found)
	}
	one, _ := spent(1)
	if many, found := spent(1000); many != one || found != 1 {
		t.Errorf("%d bytes, and %d for one; %d headers", many, one, found)
	}
}

// TestExpandSorted has ways that come to the same text: each is there once, in
// order.
func TestExpandSorted(t *testing.T) {
	m := newMacros()
	for _, d := range []cinclude.Define{{Name: "A", Text: " B"}, {Name: "A", Text: " C"}, {Name: "A", Text: " <a.h>"}, {Name: "B", Text: " <z.h>"}, {Name: "C", Text: " <a.h>"}} {
		m.add(d)
	}
	if got, want := m.expand("A", nil), []string{"<a.h>", "<z.h>", "A", "B", "C"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
