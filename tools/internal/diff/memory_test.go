package diff

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// live is how many bytes are in use.
func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// meter counts what is in use at a few of the writes to it.
type meter struct{ writes, most int64 }

func (m *meter) Write(b []byte) (int, error) {
	if m.writes++; m.writes&(m.writes-1) == 0 {
		m.most = max(m.most, live())
	}
	return len(b), nil
}

// macros is a header with n macros.
func macros(n int, value string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "#define MACRO_OF_SOME_LENGTH_%06d %s\n", i, value)
	}
	return b.String()
}

// TestMemoryOfManyChanges counts what a report of very many changes in a header
// takes, and what it takes to write it: the first is in proportion to the changes, and
// the second has a bound.
func TestMemoryOfManyChanges(t *testing.T) {
	const n = 50_000
	was, is := tarOf(t, map[string]string{"a.h": macros(n, "1")}), tarOf(t, map[string]string{"a.h": macros(n, "2")})
	before := live()
	base, err := ReadTar(was, About{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if used := (live() - before) / n; used > 300 {
		t.Errorf("a declaration takes %d bytes", used)
	}
	head, err := ReadTar(is, About{}, base)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(base, head)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Files) != 1 || len(r.Files[0].Changes) != n {
		t.Fatalf("%d files", len(r.Files))
	}
	if c := r.Files[0].Changes; cap(c) != n {
		t.Errorf("there is room for %d changes, and there are %d", cap(c), n)
	}
	if used := (live() - before) / n; used > 250 {
		t.Errorf("a change takes %d bytes", used)
	}
	if api := r.ForCallers(); &api.Files[0].Changes[0] != &r.Files[0].Changes[0] {
		t.Error("changes that all matter are copied")
	}
	m := meter{}
	before = live()
	if err := r.Write(&m); err != nil {
		t.Fatal(err)
	}
	if used := m.most - before; used > 1<<20 {
		t.Errorf("%d bytes are in use while %d changes are written in %d pieces", used, n, m.writes)
	}
	if m.writes < 16 {
		t.Errorf("it is written in %d pieces", m.writes)
	}
	runtime.KeepAlive(base)
	runtime.KeepAlive(head)
}
