// Command mutants makes random mistakes in the Go code below tools/, one at a
// time, and tells which ones `go test ./tools/...` does not notice. Nothing in
// the workspace is changed: the mistakes are laid over it. The same seed makes
// the same mistakes in the same code, and elsewhere others only where it changed.
//
//	go run ./tests/mutants -n 100
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

func main() {
	n := flag.Int("n", 100, "how `many` mistakes to make")
	seed := flag.Int64("seed", 1, "`number` to choose them by")
	least := flag.Int("least", 90, "`percent` of the mistakes that must be noticed")
	only := flag.String("only", "", "make mistakes only in files whose path matches this `regexp`")
	equivalents := flag.String("equivalent", "tests/mutants/equivalent.txt", "`file` with the mistakes that change nothing, and why")
	flag.Parse()
	if err := run(*n, *seed, *least, *only, *equivalents); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// outcome is what came of a mistake.
type outcome string

const (
	noticed    outcome = "noticed"
	survived   outcome = "SURVIVED"
	equivalent outcome = "equivalent"
	invalid    outcome = "" // it does not compile
)

func run(n int, seed int64, least int, only, equivalents string) error {
	reasons, err := readEquivalents(equivalents)
	if err != nil {
		return err
	}
	wanted, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	packages, err := list("./tools/...")
	if err != nil {
		return err
	}
	var all []*mutation
	there := map[string]bool{}
	for _, p := range packages {
		switch {
		case p.Name == "main" && len(p.TestGoFiles)+len(p.XTestGoFiles) == 0:
			fmt.Printf("%s is left out: a program without tests\n", p.ImportPath)
			continue
		case slices.Contains(p.Imports, "testing"):
			fmt.Printf("%s is left out: it is for tests\n", p.ImportPath)
			continue
		}
		for _, file := range p.GoFiles {
			path := filepath.Join(p.Dir, file)
			found, err := mutations(path)
			if err != nil {
				return err
			}
			for _, m := range found {
				m.pkg = p
				there[m.String()] = true
			}
			if wanted.MatchString(path) {
				all = append(all, found...)
			}
		}
	}
	gone := slices.DeleteFunc(slices.Sorted(maps.Keys(reasons)), func(name string) bool { return there[name] })
	if len(gone) > 0 {
		return fmt.Errorf("%s: these can no longer be made: take them out, or write them as the code is:\n%s", equivalents, strings.Join(gone, "\n"))
	}
	if out, err := goRun(time.Hour, "test", "./tools/..."); err != nil {
		return fmt.Errorf("the tests fail without a mistake: %w\n%s", err, out)
	}
	shuffle(all, seed)

	work, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fmt.Printf("%d of %d mistakes, seed %d\n", n, len(all), seed)
	count := map[outcome]int{}
	for _, m := range all {
		if count[noticed]+count[survived]+count[equivalent] == n {
			break
		}
		o, err := try(m, packages, work)
		if err != nil {
			return err
		}
		if o == invalid {
			continue
		}
		if reason := reasons[m.String()]; reason != "" && o == survived {
			o = equivalent
		}
		count[o]++
		fmt.Printf("%-10s %s (line %d)\n", o, m, m.line)
	}
	counted := count[noticed] + count[survived]
	if counted == 0 {
		return errors.New("no mistake could be made: is this the workspace, and does -only name a file?")
	}
	percent := 100 * count[noticed] / counted
	fmt.Printf("noticed %d of %d (%d %%), and %d that change nothing\n", count[noticed], counted, percent, count[equivalent])
	if percent < least {
		return fmt.Errorf("%d %% noticed, want %d: write tests for those that survived", percent, least)
	}
	return nil
}

// shuffle puts mistakes into an order that each has for itself: where the code
// changes, those of the rest stay in the sample.
func shuffle(all []*mutation, seed int64) {
	ranks := make(map[*mutation][sha256.Size]byte, len(all))
	for _, m := range all {
		ranks[m] = sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, m))
	}
	slices.SortFunc(all, func(a, b *mutation) int {
		x, y := ranks[a], ranks[b]
		return bytes.Compare(x[:], y[:])
	})
}

// try makes a mistake and runs the tests that may notice it: those of its
// package, then those of the packages that use it.
func try(m *mutation, packages []*pkg, work string) (outcome, error) {
	text, err := m.apply()
	if err != nil {
		return invalid, err
	}
	changed, overlay := filepath.Join(work, "changed.go"), filepath.Join(work, "overlay.json")
	if err := os.WriteFile(changed, text, 0o644); err != nil {
		return invalid, err
	}
	b, err := json.Marshal(map[string]map[string]string{"Replace": {m.path: changed}})
	if err != nil {
		return invalid, err
	}
	if err := os.WriteFile(overlay, b, 0o644); err != nil {
		return invalid, err
	}
	if _, err := goRun(mostTime, "build", "-overlay="+overlay, "-o", os.DevNull, m.pkg.ImportPath); err != nil {
		return invalid, nil
	}
	// Those that use it one after another: most mistakes need few of them.
	for _, path := range append([]string{m.pkg.ImportPath}, usersOf(m.pkg.ImportPath, packages)...) {
		out, err := goRun(mostTime, "test", "-vet=off", "-failfast", "-timeout=0", "-overlay="+overlay, path)
		if err != nil && killed(out, err) {
			return invalid, fmt.Errorf("the test of %s was killed by someone else: try again: %w", path, err)
		}
		if err != nil {
			return noticed, nil
		}
	}
	return survived, nil
}

// mostTime is the CPU time that building and testing one package may take,
// several times what the longest one does.
const mostTime = 3 * time.Minute

// goRun runs the go command, with bounds for code that has a mistake: of CPU
// time, and 12 GB of address space.
func goRun(most time.Duration, args ...string) ([]byte, error) {
	cmd := exec.Command("sh", append([]string{"-c", `ulimit -v 12000000; exec go "$@"`, "go"}, args...)...)
	return cpulimit.CombinedOutput(cmd, cpulimit.Limit{CPU: most, Idle: 2 * time.Minute})
}

// killed tells whether a signal ended a test, or the go command, that no limit
// of goRun sent: then no mistake was noticed.
func killed(out []byte, err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && (exit.ExitCode() < 0 || bytes.Contains(out, []byte("\nsignal: killed\n")))
}

// pkg is what the go command says of a package.
type pkg struct {
	ImportPath, Name, Dir              string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

func list(pattern string) ([]*pkg, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", pattern)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w: run this in the workspace", pattern, err)
	}
	var all []*pkg
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
}

// usersOf returns the packages that a package is in, or whose tests use it,
// through others as well: programs first, whose tests reach most.
func usersOf(path string, packages []*pkg) []string {
	in := map[string]bool{path: true}
	for grown := true; grown; {
		grown = false
		for _, p := range packages {
			if !in[p.ImportPath] && slices.ContainsFunc(p.Imports, func(i string) bool { return in[i] }) {
				in[p.ImportPath], grown = true, true
			}
		}
	}
	var programs, libraries []string
	for _, p := range packages {
		tests := slices.ContainsFunc(slices.Concat(p.TestImports, p.XTestImports), func(i string) bool { return in[i] })
		switch {
		case p.ImportPath == path || !in[p.ImportPath] && !tests:
		case p.Name == "main":
			programs = append(programs, p.ImportPath)
		default:
			libraries = append(libraries, p.ImportPath)
		}
	}
	return append(programs, libraries...)
}

// readEquivalents reads mistakes that change nothing: a line each, as this
// program prints them, and a line with the reason that begins with a blank.
func readEquivalents(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reasons := map[string]string{}
	last := ""
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		switch reason := strings.TrimSpace(line); {
		case reason == "" || line[0] == '#':
		case line[0] != ' ':
			last = line
		case last == "":
			return nil, fmt.Errorf("%s:%d: a reason without a mistake above it", path, n)
		default:
			reasons[last] = reason
			last = ""
		}
	}
	if last != "" {
		return nil, fmt.Errorf("%s: %q has no reason", path, last)
	}
	return reasons, sc.Err()
}
