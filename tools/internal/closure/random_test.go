package closure

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"rules_kheaders/tools/internal/cinclude"
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
		var r cinclude.Result
		cinclude.Scan([]byte(src), cinclude.Options{Macros: anyName}, &r)
		for _, d := range r.Defines {
			m.add(d)
		}
		m.headers(text)
	})
}
