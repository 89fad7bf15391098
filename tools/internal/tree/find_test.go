package tree

import (
	"slices"
	"strings"
	"testing"
)

func every(string) bool { return true }

// TestFind finds files that the view's filter does not want, in a srctree and an
// objtree, and says where a named link leads nowhere.
func TestFind(t *testing.T) {
	src := write(t, "include/linux/kconfig.h", "vendor/a.mk", "vendor/b.mk", "vendor/b.txt", "scripts/x.sh", "top.mk", "oem/a/b.h", "oem/a/b.c", "oem/c.h", "oems/d.h", "vendor/gone.mk->nowhere")
	obj := write(t, "scripts/x.sh")
	loaded, err := Load(Options{Name: "t", Inputs: []Input{{Role: Src, Label: "s", Path: src}, {Role: Gen, Label: "o", Path: obj}}}, onlyHeaders{})
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	view, err := loaded.View(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ ask, want []string }{
		{[]string{"top.mk", "scripts/x.sh", "nothing/here.mk"}, []string{"scripts/x.sh", "top.mk"}},
		{[]string{"ven*/a.*"}, []string{"vendor/a.mk"}},
		{[]string{"vendor/b*"}, []string{"vendor/b.mk", "vendor/b.txt"}},
		{[]string{"vendor"}, nil},
		{[]string{"oem/**"}, []string{"oem/a/b.h", "oem/c.h"}},
	} {
		found, err := view.Find(c.ask, every)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		var entries []*Entry
		for _, e := range found {
			got, entries = append(got, e.Path), append(entries, e.Entry)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.ask, got, c.want)
		}
		if more := view.With(entries); len(found) > 0 && more.Get(found[0].Path) == nil || view.Get("top.mk") != nil {
			t.Errorf("%q: %d entries with those that were found, %d before", c.ask, len(more.Entries), len(view.Entries))
		}
	}
	found, err := view.Find([]string{"scripts/x.sh"}, every)
	if err != nil || !found[0].Generated {
		t.Errorf("scripts/x.sh is not the objtree's: %v, %v", found, err)
	}
	if _, err := view.Find([]string{"vendor/gone.mk"}, every); err == nil || !strings.Contains(err.Error(), "dangling") {
		t.Errorf("a link that leads nowhere: %v", err)
	}
	// Not where it is not wanted, or was only found.
	none := func(string) bool { return false }
	if found, err := view.Find([]string{"vendor/gone.mk"}, none); err != nil || len(found) != 0 {
		t.Errorf("a link that is not wanted: %v, %v", found, err)
	}
	if found, err := view.Find([]string{"vendor/*.mk"}, every); err != nil || len(found) != 2 {
		t.Errorf("a link that a * found: %v, %v", found, err)
	}
}

type onlyHeaders struct{}

func (onlyHeaders) Excludes(string) bool       { return false }
func (onlyHeaders) MayContain(dir string) bool { return strings.HasPrefix(dir, "include") }
func (onlyHeaders) MayMatch(p string) bool     { return strings.HasPrefix(p, "include/") }
