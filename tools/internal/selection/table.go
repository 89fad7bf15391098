package selection

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

//go:embed profiles/*.table
var tables embed.FS

// profileNames are the tables a user can ask for; the others are parts of them.
var profileNames = []string{"headers", "modules", "rfc", "tracing"}

// headersAlone are the profiles without programs, makefiles and scripts, from
// which no module is built.
var headersAlone = []string{"headers", "tracing"}

// need says what the absence of a row's file means.
type need uint8

const (
	optional need = iota // taken where it is there
	expected             // its absence is worth a warning
	required             // its absence is an error
	dropped              // left out
	reached              // taken where a header that is taken without such a row includes it
	volatile             // left out, even where an include pattern holds
	secret               // likewise, and a warning where extra takes it
	program              // programs.table: a host tool
	source               // what a host tool is built from
	wanted               // such a source, whose absence is worth a warning
	rebuild              // a command that builds a host tool
	lost                 // a host tool that nothing but a kernel's build makes
	left                 // left.table: left out though a makefile or script names it
	crate                // required where the kernel's rust/Makefile makes it
)

var needs = map[string]need{
	"optional": optional, "expected": expected, "required": required, "drop": dropped, "reached": reached, "volatile": volatile, "secret": secret,
	"program": program, "source": source, "wanted": wanted, "rebuild": rebuild, "lost": lost, "left": left, "crate": crate,
}

// row is one line of a table. The pattern may hold $SRCARCH until bind.
type row struct {
	text    string
	kernels span
	arch    archSet
	when    cond
	need    need
	why     string // why the file is in, or out
	mend    string // what to do when it is missing
	origin  string // table and line, for messages
	// verbatim keeps a file from being stripped.
	verbatim bool

	match pattern  // set by bind
	alts  []string // set by bind: the literal paths of which one must be there
}

// drops reports whether the row leaves files out.
func (r *row) drops() bool { return r.need == dropped || r.withheld() }

// withheld reports whether only extra takes the row's files.
func (r *row) withheld() bool { return r.need == volatile || r.need == secret }

// wanted reports whether the absence of the row's file matters.
func (r *row) wanted() bool {
	return r.need == required || r.need == expected || r.need == wanted || r.need == crate
}

// profile is a parsed table.
type profile struct {
	name          string
	rows          []*row            // common.table's come last
	common        int               // how many of rows are not of common.table
	programs      []*row            // of programs.table, where the profile has host tools
	left          []*row            // of left.table, likewise
	asked         map[string][]*row // of the tables of askable, likewise
	kernels       []kernel.Version  // those it was checked with, oldest first
	architectures []checkedArch     // likewise
	check         string            // what to check for others
	mends         map[string]string
}

var (
	profileMu    sync.Mutex
	profileCache = map[string]*profile{}
)

// loadProfile parses the table of a profile, the tables it is based on, those
// of presets, and common.table.
func loadProfile(name string, presets ...string) (*profile, error) {
	profileMu.Lock()
	defer profileMu.Unlock()
	key := strings.Join(append([]string{name}, presets...), "@")
	if p := profileCache[key]; p != nil {
		return p, nil
	}
	if err := checkPresets(presets); err != nil {
		return nil, err
	}
	p := &profile{name: name, mends: map[string]string{}, asked: map[string][]*row{}}
	if !slices.Contains(headersAlone, name) {
		for _, t := range []struct {
			name string
			into *[]*row
		}{{"programs", &p.programs}, {"left", &p.left}} {
			if err := p.read(t.name, 0); err != nil {
				return nil, err
			}
			*t.into, p.rows = p.rows, nil
		}
		for _, a := range askable {
			if err := p.read(a.name, 0); err != nil {
				return nil, err
			}
			p.asked[a.name], p.rows = p.rows, nil
		}
	}
	if err := p.read(name, 0); err != nil {
		return nil, err
	}
	for _, preset := range presets {
		if err := p.read(preset, 0); err != nil {
			return nil, err
		}
	}
	p.common = len(p.rows)
	if err := p.read("common", 0); err != nil {
		return nil, err
	}
	if len(p.kernels) == 0 || len(p.architectures) == 0 {
		return nil, fmt.Errorf("profiles/%s.table: no line %q or none %q: say what it was checked with", name, "@kernels", "@architectures")
	}
	profileCache[key] = p
	return p, nil
}

func (p *profile) read(table string, depth int) error {
	if depth > 4 {
		return fmt.Errorf("profiles/%s.table: @base goes round in a circle", table)
	}
	data, err := tables.ReadFile("profiles/" + table + ".table")
	if err != nil {
		return fmt.Errorf("read profile table: %w", err)
	}
	return p.parse(table, string(data), func(base string) error { return p.read(base, depth+1) })
}

// parse adds the lines of one table. Its format is described at the top of
// profiles/headers.table.
func (p *profile) parse(table, text string, base func(string) error) error {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.parseLine(line, fmt.Sprintf("profiles/%s.table:%d", table, i+1), base); err != nil {
			return err
		}
	}
	return nil
}

func (p *profile) parseLine(line, at string, base func(string) error) error {
	f := strings.Fields(line)
	switch f[0] {
	case "@base":
		if len(f) != 2 {
			return fmt.Errorf("%s: @base wants the name of one table", at)
		}
		return base(f[1])
	case "@kernels":
		p.kernels = nil
		for _, text := range f[1:] {
			v, err := kernel.ParseVersion(text)
			if err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
			p.kernels = append(p.kernels, v)
		}
		return nil
	case "@architectures":
		p.architectures = nil
		for _, text := range f[1:] {
			a, err := parseChecked(text)
			if err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
			p.architectures = append(p.architectures, a)
		}
		return nil
	case "@check":
		p.check = strings.Join(f[1:], " ")
		return nil
	case "@mend":
		if len(f) < 3 {
			return fmt.Errorf("%s: @mend wants a name and a text", at)
		}
		p.mends[f[1]] = strings.Join(f[2:], " ")
		return nil
	}
	r, err := p.parseRow(f, at)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	p.rows = append(p.rows, r)
	return nil
}

func (p *profile) parseRow(f []string, at string) (*row, error) {
	if len(f) < 6 {
		return nil, fmt.Errorf("want six columns: pattern, kernels, architectures, when, need, why")
	}
	r := &row{text: f[0], origin: at}
	var err error
	if err = checkPath(r.text); err != nil {
		return nil, err
	}
	if r.kernels, err = parseSpan(f[1]); err != nil {
		return nil, err
	}
	if r.arch, err = parseArchSet(f[2]); err != nil {
		return nil, err
	}
	if r.when, err = parseCond(f[3]); err != nil {
		return nil, err
	}
	var ok bool
	if r.need, ok = needs[f[4]]; !ok {
		return nil, fmt.Errorf("unknown need %q: want required, crate, expected, optional, drop, reached, volatile or secret (or program, source, wanted, rebuild, lost, in programs.table, or left, in left.table)", f[4])
	}
	if (r.need >= program && r.need < left) != strings.HasPrefix(at, "profiles/programs.table:") || (r.need == left) != strings.HasPrefix(at, "profiles/left.table:") {
		return nil, fmt.Errorf("need %q has no place in this table: program, source, wanted, rebuild and lost are of programs.table alone, left of left.table", f[4])
	}
	r.why, r.mend, _ = strings.Cut(strings.Join(f[5:], " "), " => ")
	if name, ok := strings.CutPrefix(r.mend, "@"); ok {
		r.mend = p.mends[name]
	}
	if r.wanted() != (r.mend != "") {
		return nil, fmt.Errorf("a required or expected file wants its mend after \"=>\", or the name of a @mend above; others want none")
	}
	_, err = r.bind("x86")
	return r, err
}

// bind returns a copy of the row with its pattern compiled for arch.
func (r *row) bind(arch string) (*row, error) {
	b := *r
	b.text = strings.ReplaceAll(r.text, "$SRCARCH", arch)
	if r.need == rebuild {
		b.why = strings.ReplaceAll(r.why, "$SRCARCH", arch)
	}
	compiled := compile
	if r.need == secret { // whose names some programs write in capitals
		compiled = compileFold
	}
	var err error
	if b.match, err = compiled(b.text); err != nil {
		return nil, err
	}
	if r.wanted() {
		b.alts = expand(b.text)
		for _, alt := range b.alts {
			if strings.ContainsAny(alt, meta) {
				return nil, fmt.Errorf("a required or expected pattern cannot hold wildcards other than {a,b}")
			}
		}
	}
	return &b, nil
}
