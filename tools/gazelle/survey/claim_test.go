package survey

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

func write(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClaim(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "Makefile", "include/a.h", "include/x/BUILD", "include/x/deep/b.h", "include/y/BUILD.bazel", "arch/x86/BUILD.bazel", "arch/x86/Makefile",
		"arch/x86/include/asm/c.h", "scripts/BUILD.bazel", "scripts/dtc/include-prefixes/d.h", "other/e.h")
	c := NewClaim(dir, []string{"Makefile", "Missing*", "arch/x86/Makefile*", "arch/x86/include/**", "include/**", "scripts/**"}, []string{"scripts/dtc/include-prefixes/**", "include/z"}, []string{"BUILD.bazel", "BUILD"})
	if want := []string{"Makefile", "include/**"}; !slices.Equal(c.Own, want) {
		t.Errorf("own = %q, want %q", c.Own, want)
	}
	want := map[string]*Part{
		"include/x": {Patterns: []string{"**"}, Files: []string{"deep/b.h"}},
		"arch/x86":  {Patterns: []string{"Makefile*", "include/**"}, Files: []string{"Makefile", "include/asm/c.h"}},
	}
	if !reflect.DeepEqual(c.Nested, want) {
		t.Errorf("nested = %+v, want %+v", c.Nested, want)
	}
	write(t, dir, "scripts/z.sh", "include/x/z/gone.h")
	c = NewClaim(dir, []string{"include/**", "scripts/**"}, []string{"scripts/dtc/include-prefixes/**", "include/x/deep/b.h", "include/x/z/**"}, []string{"BUILD.bazel", "BUILD"})
	want = map[string]*Part{"scripts": {Patterns: []string{"**"}, Excludes: []string{"dtc/include-prefixes/**"}, Files: []string{"z.sh"}}}
	if !reflect.DeepEqual(c.Nested, want) || len(c.Excludes) > 0 {
		t.Errorf("nested = %+v, excludes %q; want %+v and none", c.Nested, c.Excludes, want)
	}
	if empty := NewClaim(filepath.Join(dir, "none"), []string{"**"}, nil, nil); len(empty.Own)+len(slices.Collect(maps.Keys(empty.Nested))) != 0 {
		t.Errorf("a directory that is not there gives %+v", empty)
	}
}
