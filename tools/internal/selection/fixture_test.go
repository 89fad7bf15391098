package selection

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// A fixture is a list of paths of a kernel, each behind three marks that say
// which profiles take it: h(eaders), m(odules), r(fc), or "-".
// Its name begins with version-SRCARCH.
type fixture struct {
	name    string
	version kernel.Version
	arch    string
	config  kernel.Config
	paths   []string
	marks   map[string]string // path → marks
}

func fixtures(t testing.TB) []fixture {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var all []fixture
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := fixture{name: strings.TrimSuffix(filepath.Base(file), ".txt"), config: kernel.Config{}, marks: map[string]string{}}
		parts := strings.Split(f.name, "-")
		if f.version, err = kernel.ParseVersion(parts[0]); err != nil {
			t.Fatal(err)
		}
		f.arch = parts[1]
		for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
			if list, ok := strings.CutPrefix(line, "@config"); ok {
				for _, option := range strings.Fields(list) {
					f.config[option] = "y"
				}
			} else if line[0] != '#' {
				marks, path, _ := strings.Cut(line, " ")
				f.paths = append(f.paths, path)
				f.marks[path] = marks
			}
		}
		all = append(all, f)
	}
	return all
}

func mustNew(t testing.TB, o Options) *Selector {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestProfilesOfRealKernels(t *testing.T) {
	for _, f := range fixtures(t) {
		for i, profile := range []string{"headers", "modules", "rfc"} {
			s := mustNew(t, Options{Profile: profile, Arch: f.arch})
			r := s.ForKernel(f.version).WithConfig(f.config)
			taken := map[string]bool{}
			for _, path := range f.paths {
				want := f.marks[path][i] != '-'
				reason, got := r.Match(path, false)
				if got != want {
					t.Errorf("%s: profile %s: %s: taken %v, want %v (%s)", f.name, profile, path, got, want, reason)
				}
				if reason == "" {
					t.Errorf("%s: profile %s: %s: no reason", f.name, profile, path)
				}
				if !got {
					continue
				}
				taken[path] = true
				if !s.MayMatch(path) {
					t.Errorf("%s: profile %s: MayMatch(%q) is false, Match is true", f.name, profile, path)
				}
				for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
					if !s.MayContain(dir) {
						t.Errorf("%s: profile %s: MayContain(%q) is false, %s is taken", f.name, profile, dir, path)
					}
				}
			}
			if strings.HasSuffix(f.name, "-source") {
				continue // only some files of a tree
			}
			have := func(p string) bool { return taken[p] }
			if msgs := append(r.Missing(have), r.Warnings(have)...); len(msgs) > 0 {
				t.Errorf("%s: profile %s: a whole tree is said to lack files: %q", f.name, profile, msgs)
			}
		}
	}
}

// Each row of each table is there for a file that some kernel has, and each
// alternative of a pattern too.
func TestEveryRowIsUsed(t *testing.T) {
	for _, name := range Profiles() {
		prof, err := loadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range prof.rows {
			for _, alt := range expand(row.text) {
				if !rowUsed(t, row, alt) {
					t.Errorf("%s: no path of testdata is matched by %q", row.origin, alt)
				}
			}
		}
	}
}

func rowUsed(t *testing.T, r *row, text string) bool {
	for _, f := range fixtures(t) {
		if !r.arch.holds(f.arch) || !r.kernels.holds(f.version) {
			continue
		}
		one := *r
		one.text = text
		b, err := one.bind(f.arch)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range f.paths {
			if b.match.matches(path) {
				return true
			}
		}
	}
	return false
}

func BenchmarkMatch(b *testing.B) {
	var paths []string
	for _, f := range fixtures(b) {
		paths = append(paths, f.paths...)
	}
	r := mustNew(b, Options{
		Profile: "modules", Arch: "x86",
		Include: []string{"drivers/**/*.h", "tools/include/**"}, Exclude: []string{"include/sound/**", "**/*.orig"},
	}).ForKernel(kernel.Version{Major: 6, Minor: 1})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Match(paths[i%len(paths)], false)
	}
}
