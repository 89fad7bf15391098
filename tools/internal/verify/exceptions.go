package verify

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

//go:embed exceptions.table
var exceptionsTable string

// exception says which includes may be without their header.
type exception struct {
	files, headers string
	applies        selection.Applies
	// origin is the table's line, or the user's own text.
	origin string
	why    string
	own    bool // the user's: one that is of no use is an error
	used   int
}

// defaults returns the rows of exceptions.table that hold for a kernel.
func defaults(v kernel.Version, arch string, c kernel.Config) ([]*exception, error) {
	all, err := parseTable(exceptionsTable)
	if err != nil {
		return nil, err
	}
	var out []*exception
	for _, e := range all {
		if e.applies.Holds(v, arch, c) {
			out = append(out, e)
		}
	}
	return out, nil
}

func parseTable(text string) ([]*exception, error) {
	var out []*exception
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		at := fmt.Sprintf("exceptions.table:%d", i+1)
		f := strings.Fields(line)
		if len(f) < 6 {
			return nil, fmt.Errorf("%s: want six columns: files, headers, kernels, architectures, when, why", at)
		}
		a, err := selection.ParseApplies(f[2], f[3], f[4])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		e := &exception{files: f[0], headers: f[1], applies: a, origin: at, why: strings.Join(f[5:], " ")}
		if !doublestar.ValidatePattern(e.files) || !doublestar.ValidatePattern(e.headers) {
			return nil, fmt.Errorf("%s: not a valid glob", at)
		}
		out = append(out, e)
	}
	return out, nil
}

// parseException reads a user's exception: a glob over files of the archive,
// and after a space one over the names of headers; without it, all headers.
func parseException(text string) (*exception, error) {
	f := strings.Fields(text)
	if len(f) == 1 {
		f = append(f, "**")
	}
	if len(f) != 2 || !doublestar.ValidatePattern(f[0]) || !doublestar.ValidatePattern(f[1]) {
		return nil, fmt.Errorf("bad exception %q: want a glob of files and, after a space, one of the headers that they may miss: \"include/soc/** mach/*.h\"", text)
	}
	if err := selection.CheckGlob(f[0]); err != nil {
		return nil, fmt.Errorf("exception %q: %w", text, err)
	}
	if err := selection.ValidGlob(f[1]); err != nil {
		return nil, fmt.Errorf("exception %q: %w", text, err)
	}
	if strings.HasPrefix(f[1], "/") || strings.HasSuffix(f[1], "/") {
		return nil, fmt.Errorf("exception %q: no #include of the kernel names %q: leave the slash out", text, f[1])
	}
	return &exception{files: f[0], headers: f[1], origin: fmt.Sprintf("exception %q", text), own: true}, nil
}

// excuse returns the first exception for a missing header, or nil.
func excuse(list []*exception, m missing) *exception {
	for _, e := range list {
		if match(e.files, m.from) && match(e.headers, m.name) {
			e.used++
			return e
		}
	}
	return nil
}

func match(glob, name string) bool {
	ok, err := doublestar.Match(glob, name)
	return err == nil && ok
}
