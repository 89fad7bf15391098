package size

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/pgzip"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// changes is how many changes are made in a row, few how many of them may write a
// baseline anew.
const changes, few = 20, 6

// changed are the directories that the changes are made in.
var changed = []string{"include/asm-generic", "include/crypto", "include/drm", "include/media", "include/net", "include/scsi", "include/sound", "include/trace", "include/uapi", "include/video"}

// ofChanged returns what the archive of a kernel has of these.
func ofChanged(t *testing.T, env string) (of []entry) {
	t.Helper()
	for _, e := range kernel(t, runfile.Path(t, env)) {
		for _, d := range changed {
			if below(e.h.Name, d) {
				of = append(of, e)
			}
		}
	}
	return of
}

// smallChanges returns headers of one kernel that are a little different in another,
// by their names, with their text there.
func smallChanges(old, now []entry) (names []string, text map[string][]byte) {
	bodies := map[string][]byte{}
	for _, e := range now {
		bodies[e.h.Name] = e.body
	}
	text = map[string][]byte{}
	var all []string
	for _, e := range old {
		body, ok := bodies[e.h.Name]
		if by := len(body) - len(e.body); ok && by != 0 && by >= -2000 && by <= 2000 && len(e.body) > 1000 {
			all = append(all, e.h.Name)
			text[e.h.Name] = body
		}
	}
	for i := range min(changes, len(all)) {
		names = append(names, all[i*len(all)/changes])
	}
	return names, text
}

// TestBaselineOfSmallChanges makes small changes, as they were made of one kernel to
// another, one after the other, and has each write the baseline: a few do.
func TestBaselineOfSmallChanges(t *testing.T) {
	all, now := ofChanged(t, "ARCHIVE"), ofChanged(t, "NEWEST")
	names, text := smallChanges(all, now)
	if len(names) != changes {
		t.Fatalf("%d headers have changed a little, want %d", len(names), changes)
	}
	dir := t.TempDir()
	t.Setenv("BUILD_WORKSPACE_DIRECTORY", dir)
	file := filepath.Join(dir, "k.sizes.txt")
	budgets := filepath.Join(dir, "budgets.json")
	for path, text := range map[string]string{
		filepath.Join(dir, "MODULE.bazel"): "",
		file:                               "",
		budgets: `{"test": "//:k", "accept": "//:k", "baseline": "k.sizes.txt", "other": {"attr": "other", "max": 9999999},
"budgets": [{"label": "//:net", "paths": ["include/net/**"], "creep": 49152}, {"label": "//:uapi", "paths": ["include/uapi/**"], "creep": 49152}]}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// update packs what there is, and returns the exact sizes and the baseline.
	update := func() (exact, rows string) {
		path := filepath.Join(dir, "k.tgz")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z := pgzip.NewWriter(f)
		var b bytes.Buffer
		write(t, &b, all, func(string) bool { return true })
		if _, err := z.Write(b.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"size", path, "--name=//:k.archive", "--json=" + path + ".json"}, {"size-test", "--budgets=" + budgets, "--sizes=" + path + ".json", "--update"}} {
			if said, err := exec.Command(runfile.Path(t, "KHEADERS"), args...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
		}
		var of []int64
		var r struct{ Entries []struct{ Bits int64 } }
		data, err := os.ReadFile(path + ".json")
		if err == nil {
			err = json.Unmarshal(data, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Entries {
			of = append(of, e.Bits)
		}
		bits, err := json.Marshal(of)
		if err != nil {
			t.Fatal(err)
		}
		if data, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		return string(bits), string(data)
	}
	exact, rows := update()
	if n := strings.Count(rows, " KiB\n"); n < 10 {
		t.Fatalf("%d rows:\n%s", n, rows)
	}
	moved, touched := 0, 0
	for _, name := range names {
		for i := range all {
			if all[i].h.Name == name {
				h := *all[i].h
				h.Size = int64(len(text[name]))
				all[i] = entry{&h, text[name]}
			}
		}
		was, had := exact, rows
		if exact, rows = update(); exact != was {
			moved++
		}
		if rows != had {
			touched++
		}
	}
	// All that the other kernel has at once is another matter.
	all = now
	if _, last := update(); last == rows {
		t.Error("another kernel's headers do not write the baseline anew")
	}
	t.Logf("%d changes moved bits, %d wrote the baseline", moved, touched)
	if moved != changes || touched > few {
		t.Errorf("of %d changes %d moved bits and %d wrote the baseline, want all, and at most %d", changes, moved, touched, few)
	}
}
