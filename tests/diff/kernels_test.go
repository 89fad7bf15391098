package diff

import (
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// known is what is known of the way from 6.1 to any kernel since 6.16.
var known = []struct {
	path string
	change
}{
	{"include/linux/fs.h", change{Class: "macro", Name: "FOP_UNSIGNED_OFFSET", Status: "added"}},
	{"include/linux/fs.h", change{Class: "macro", Name: "FL_POSIX", Status: "removed"}},
	{"include/linux/fs.h", change{Class: "struct", Name: "file_operations", Status: "changed"}},
	{"include/linux/sched.h", change{Class: "struct", Name: "task_struct", Status: "changed"}},
	{"include/linux/string.h", change{Class: "function", Name: "strlcpy", Status: "removed"}},
	{"include/linux/mm_types.h", change{Class: "struct", Name: "vm_area_struct", Status: "changed"}},
}

func TestKernels(t *testing.T) {
	old, newest := runfile.Path(t, "OLD"), runfile.Path(t, "NEWEST")
	r := compare(t, old, newest)
	for _, k := range known {
		found := false
		for _, c := range r.find(t, k.path).Changes {
			if c.Class == k.Class && c.Name == k.Name {
				found = true
				if c.Status != k.Status || k.Class == "struct" && c.Plus == 0 {
					t.Errorf("%s: %+v, want %s", k.path, c, k.Status)
				}
			}
		}
		if !found {
			t.Errorf("%s: nothing is said of %s %s", k.path, k.Class, k.Name)
		}
	}
	if f := r.find(t, "arch/x86/include/asm/amd_nb.h"); f.Status != "removed" {
		t.Errorf("%+v", f)
	}
	if f := r.find(t, "include/drm/intel/i915_drm.h"); f.Status != "moved" || f.From != "include/drm/i915_drm.h" {
		t.Errorf("%s from %q", f.Status, f.From)
	}
	for _, status := range []string{"added", "removed", "moved", "grown", "shrunk"} {
		if r.Files[status] < 5 {
			t.Errorf("%d files are %s", r.Files[status], status)
		}
	}

	// The other way round, what is added is what was removed. Of several files that
	// might be the one that is moved, another may be taken.
	back := compare(t, newest, old)
	if back.Files["added"]+back.Files["moved"] != r.Files["removed"]+r.Files["moved"] || back.Files["removed"]+back.Files["moved"] != r.Files["added"]+r.Files["moved"] ||
		back.Files["grown"] != r.Files["shrunk"] || back.Files["changed"] != r.Files["changed"] {
		t.Errorf("%v, and back %v", r.Files, back.Files)
	}
	if same := compare(t, old, old); len(same.Differs) != 0 {
		t.Errorf("%d files differ from themselves", len(same.Differs))
	}
}

// TestStripped compares an archive with that of the same set whose comments are
// stripped: nothing but comments and white space is other.
func TestStripped(t *testing.T) {
	r := compare(t, runfile.Path(t, "WITH_COMMENTS"), runfile.Path(t, "OLD"))
	layout := 0
	for _, f := range r.Differs {
		if !f.Layout {
			t.Errorf("%s: %s, and more than comments: %+v", f.Path, f.Status, f.Changes)
		} else if f.Status != "shrunk" {
			t.Errorf("%s: %s without its comments", f.Path, f.Status)
		}
		layout++
	}
	if layout < 5000 {
		t.Errorf("%d files have comments", layout)
	}
}
