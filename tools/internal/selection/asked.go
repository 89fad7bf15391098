package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// asked is what only some modules are built with. A set takes it where it is
// asked for it, by an option that has the name of the table.
type asked struct {
	name string
	by   func(*Options) bool
	// option is set where modules may be built with it; none says of those of
	// other kernels what they lack.
	option, none string
	// bases are files of which one alone shows that it is meant; has says what a
	// set with one is for, and fails which modules do not build from less than all.
	bases      []string
	has, fails string
	// tools are those of its programs that are left out with host tools mode
	// none.
	tools string
	// what it is, for a hint how to take it.
	what string
}

// askable are all that sets can be asked for.
var askable = []asked{
	{
		name: "btf", by: func(o *Options) bool { return o.BTF },
		option: "CONFIG_DEBUG_INFO_BTF_MODULES", none: "so its modules have no BTF",
		bases: []string{"vmlinux"}, has: "so make gives modules BTF", fails: "no module builds",
		tools: "resolve_btfids", what: "what BTF is made with",
	},
	{
		name: "rust", by: func(o *Options) bool { return o.Rust },
		option: "CONFIG_RUST", none: "so it has no modules in Rust",
		bases: []string{"rust/libkernel.rmeta", "rust/libcore.rmeta", "rust/libmacros.so"}, has: "so it is for modules in Rust", fails: "none of them builds",
		tools: "the macros that rustc loads", what: "what modules in Rust are built with",
	},
}

// table is what the origins of its rows begin with.
func (a *asked) table() string { return "profiles/" + a.name + ".table:" }

// checkAsked refuses options of which nothing can come.
func (s *Selector) checkAsked() error {
	for _, a := range askable {
		switch {
		case !a.by(&s.opts):
		case s.prof.programs == nil:
			return fmt.Errorf("no module is built from profile %s, so %s means nothing: leave it out, or use profile modules", s.opts.Profile, a.name)
		case s.opts.HostTools == hosttools.None:
			return fmt.Errorf("host tools mode none leaves out %s, which %s needs: use keep or stripped", a.tools, a.name)
		}
	}
	return nil
}

// withoutEffect says of what the set is asked for, and the kernel's modules
// cannot be built with, that it has no effect.
func (r *Rules) withoutEffect() []string {
	if r.config == nil {
		return nil
	}
	var msgs []string
	for _, a := range askable {
		if _, on := r.config[a.option]; a.by(&r.sel.opts) && !on {
			msgs = append(msgs, fmt.Sprintf("%s has no effect: the kernel was configured without %s, %s: leave %s out", a.name, a.option, a.none, a.name))
		}
	}
	return msgs
}

// ForBases lets names of files count that makefiles and scripts have, and that
// the set takes only where it is asked for them, where the set has one of their
// bases though it is not asked. have tells of the files of the tree.
func (r *Rules) ForBases(have func(path string) bool) *Rules {
	n := *r
	n.counts = map[string]bool{}
	for _, a := range askable {
		n.counts[a.name] = r.counts[a.name] || slices.ContainsFunc(a.bases, func(path string) bool { return have(path) && r.Decide(path).In })
	}
	return &n
}

// Along returns files that are needed with a base that the set has without being
// asked for what it is of: of each path the base. have tells of the files of the tree.
func (r *Rules) Along(have func(path string) bool) map[string]string {
	along := map[string]string{}
	for _, a := range askable {
		i := slices.IndexFunc(a.bases, func(path string) bool { return have(path) && r.Decide(path).In })
		if _, on := r.config[a.option]; i < 0 || a.by(&r.sel.opts) || r.config != nil && !on {
			continue
		}
		for _, row := range r.sel.asked[a.name] {
			if row.need == required && row.kernels.holds(r.version) && row.when.holds(r.config) {
				for _, path := range row.alts {
					along[path] = a.bases[i]
				}
			}
		}
	}
	return along
}

// Incomplete returns what a set lacks that has a base of what it is not asked
// for, a message for each of these.
func (r *Rules) Incomplete(have func(path string) bool) []string {
	var msgs []string
	for _, a := range askable {
		if _, on := r.config[a.option]; !a.by(&r.sel.opts) && (r.config == nil || on) {
			msgs = append(msgs, a.lacks("set", r.sel.asked[a.name], r.version, r.config, have)...)
		}
	}
	return msgs
}

// IncompleteOf is Incomplete of an archive with makefiles, of a kernel, whatever
// it was asked for.
func IncompleteOf(arch string, v kernel.Version, c kernel.Config, have func(path string) bool) ([]string, error) {
	prof, err := loadProfile("modules")
	if err != nil || !have(kernel.Makefile) {
		return nil, err
	}
	var msgs []string
	for _, a := range askable {
		rows, err := bindAll(prof.asked[a.name], arch)
		if err != nil {
			return nil, err
		}
		if _, on := c[a.option]; on {
			msgs = append(msgs, a.lacks("archive", rows, v, c, have)...)
		}
	}
	return msgs, nil
}

// lacks returns a message that names the first file that is missing, and what
// it is missed for; none where nothing is missing or no base is there.
func (a *asked) lacks(of string, rows []*row, v kernel.Version, c kernel.Config, have func(path string) bool) []string {
	i := slices.IndexFunc(a.bases, have)
	if i < 0 {
		return nil
	}
	for _, row := range rows {
		if row.need == required && row.kernels.holds(v) && row.when.holds(c) && !slices.ContainsFunc(row.alts, have) {
			return []string{fmt.Sprintf("%s is in the %s, %s, and without %s (%s) %s: %s", a.bases[i], of, a.has, strings.Join(row.alts, " or "), row.why, a.fails, row.mend)}
		}
	}
	return nil
}

// Asking says how to ask for the files of a rule that only takes them where a
// set is asked for them, or that the kernel has no use for them; "" for other
// rules.
func (r *Rules) Asking(rule string) string {
	for _, a := range askable {
		if strings.HasPrefix(rule, a.table()) {
			if _, on := r.config[a.option]; r.config != nil && !on {
				return fmt.Sprintf("the kernel was configured without %s, %s: to take the file all the same, put its path into include", a.option, a.none)
			}
			return fmt.Sprintf("to take %s, set %s (--%s)", a.what, a.name, a.name)
		}
	}
	return ""
}
