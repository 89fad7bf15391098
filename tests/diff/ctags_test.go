package diff

import (
	"archive/tar"
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/tgz"
)

// names are names of one kind, each behind the path of its header and a blank.
type names map[string]bool

// agreement is what must be found of what Universal Ctags finds, and the reverse, in
// percent.
var agreement = []struct {
	kind, letters  string
	theirs, ours   float64
	fewest         int
	macrosAreNames bool
}{
	{"macros", "d", 100, 99.9, 100_000, true},
	{"inline functions", "f", 99.9, 99.5, 10_000, false},
	{"prototypes", "p", 99.9, 99.5, 10_000, false},
	{"structs and unions", "su", 99.9, 98.9, 5_000, false},
	{"enums", "g", 99.9, 0, 1_000, false},
	{"typedefs", "t", 99, 99, 1_000, false},
}

// TestCtags compares what is declared in a kernel's headers with what Debian's
// Universal Ctags finds. What is said to be added to empty headers is what is in
// them.
//
// Ctags takes calls of macros for prototypes and functions: what has the name of a
// macro that is defined in some header is not asked for.
func TestCtags(t *testing.T) {
	dir := t.TempDir()
	unpack(t, runfile.Path(t, "OLD"), dir)
	theirs := ctags(t, dir)
	ours := declared(t, dir)
	macros := map[string]bool{}
	for key := range theirs["d"] {
		_, name, _ := strings.Cut(key, " ")
		macros[name] = true
	}
	for _, a := range agreement {
		their, our := names{}, names{}
		for _, letter := range strings.Split(a.letters, "") {
			add(their, theirs[letter])
			add(our, ours[letter])
		}
		// A function may be a prototype here and inline there, under other conditions.
		known := names{}
		add(known, our)
		add(known, ours[strings.Trim("fp", a.letters)])
		if a.kind != "inline functions" && a.kind != "prototypes" {
			known = our
		}
		if len(their) < a.fewest {
			t.Errorf("ctags finds %d %s", len(their), a.kind)
		}
		check := func(of, in names, least float64, who string) {
			var missing []string
			asked := 0
			for key := range of {
				_, name, _ := strings.Cut(key, " ")
				if !a.macrosAreNames && macros[name] {
					continue
				}
				if asked++; !in[key] {
					missing = append(missing, key)
				}
			}
			share := 100 * float64(asked-len(missing)) / float64(asked)
			t.Logf("%s: of %d that %s finds the other finds %.3f %%", a.kind, asked, who, share)
			if share < least {
				slices.Sort(missing)
				t.Errorf("%s: of %d that %s finds the other finds %.3f %%, less than %.1f %%; not:\n%s", a.kind, asked, who, share, least, strings.Join(missing[:min(len(missing), 50)], "\n"))
			}
		}
		check(their, known, a.theirs, "ctags")
		check(our, their, a.ours, "kheaders")
	}
}

func add(to, from names) {
	for key := range from {
		to[key] = true
	}
}

// unpack unpacks the headers of an archive.
func unpack(t *testing.T, archive, dir string) {
	t.Helper()
	tgz.Each(t, archive, func(h *tar.Header, body io.Reader) {
		if !strings.HasSuffix(h.Name, ".h") {
			return
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "tree", h.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	})
}

// ctags returns what Universal Ctags finds, by the letters that it has for kinds.
func ctags(t *testing.T, dir string) map[string]names {
	t.Helper()
	program := "ctags"
	if layer := os.Getenv("LAYER"); layer != "" {
		program = filepath.Join(filepath.Dir(runfile.Path(t, "LAYER")), "bin", "ctags-universal")
	}
	tags := filepath.Join(dir, "tags")
	cmd := exec.Command(program, "--options=NONE", "-R", "--languages=C", "--langmap=C:.h", "--kinds-C=+p", "--excmd=number", "--sort=no", "-f", tags, ".")
	cmd.Dir = filepath.Join(dir, "tree")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(tags)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string]names{}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		// NAME, FILE, LINE;", KIND
		w := strings.Split(sc.Text(), "\t")
		if len(w) < 4 || strings.HasPrefix(w[0], "!_") || strings.HasPrefix(w[0], "__anon") {
			continue
		}
		note(found, w[3], strings.TrimPrefix(w[1], "./"), w[0])
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func note(found map[string]names, letter, path, name string) {
	if found[letter] == nil {
		found[letter] = names{}
	}
	found[letter][path+" "+name] = true
}

// declared returns what the command finds, by the same letters.
func declared(t *testing.T, dir string) map[string]names {
	t.Helper()
	full, empty := filepath.Join(dir, "full.tar"), filepath.Join(dir, "empty.tar")
	writeTars(t, filepath.Join(dir, "tree"), full, empty)
	found := map[string]names{}
	for _, f := range compare(t, empty, full).Differs {
		if f.Status != "grown" {
			t.Fatalf("%s: %s, want it grown from nothing", f.Path, f.Status)
		}
		for _, c := range f.Changes {
			if c.Status != "added" {
				t.Fatalf("%s: %+v of what was empty", f.Path, c)
			}
			letter := map[string]string{"macro": "d", "guard": "d", "function": "p", "struct": "s", "enum": "g", "typedef": "t"}[c.Class]
			if c.Class == "function" && c.What == "inline" {
				letter = "f"
			}
			note(found, letter, f.Path, c.Name)
		}
	}
	return found
}

// writeTars writes the headers into one tar, and empty ones into another.
func writeTars(t *testing.T, tree, full, empty string) {
	t.Helper()
	for _, path := range []string{full, empty} {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := tar.NewWriter(f)
		err = filepath.WalkDir(tree, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			var b []byte
			if path == full {
				if b, err = os.ReadFile(name); err != nil {
					return err
				}
			}
			rel, err := filepath.Rel(tree, name)
			if err != nil {
				return err
			}
			if err := w.WriteHeader(&tar.Header{Name: rel, Mode: 0o644, Size: int64(len(b))}); err != nil {
				return fmt.Errorf("write %s: %w", rel, err)
			}
			_, err = w.Write(b)
			return err
		})
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
