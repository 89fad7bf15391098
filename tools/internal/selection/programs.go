package selection

import (
	"fmt"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// HasHostTools reports whether the profile has any.
func (s *Selector) HasHostTools() bool { return s.prof.programs != nil }

// HasHostTools reports whether the profile has any.
func (r *Rules) HasHostTools() bool { return r.sel.HasHostTools() }

// Profile is the profile's name.
func (r *Rules) Profile() string { return r.sel.opts.Profile }

// Arch is the architecture's directory below arch/.
func (r *Rules) Arch() string { return r.sel.opts.Arch }

// HostTool reports whether path is one of the profile's host tools.
func (s *Selector) HostTool(path string) bool {
	return slices.ContainsFunc(s.programs, func(r *row) bool { return r.need == program && r.match.matches(path) })
}

// Rebuild returns the commands that build the host tools of the kernel anew,
// to be run in the directory of the unpacked archive, in this order.
func (r *Rules) Rebuild() []string {
	var commands []string
	for _, row := range r.programRows(rebuild) {
		commands = append(commands, row.why)
	}
	return commands
}

// programRows returns the rows of programs.table that hold for the kernel.
func (r *Rules) programRows(n need) []*row {
	var rows []*row
	for _, row := range r.sel.programs {
		if row.need == n && (r.version == (kernel.Version{}) || row.kernels.holds(r.version)) && (r.config == nil || row.when.holds(r.config)) {
			rows = append(rows, row)
		}
	}
	return rows
}

// lost returns a message for each kind of host tools that host tools mode none
// leaves out for good.
func (r *Rules) lost() []string {
	if r.sel.opts.HostTools != hosttools.None {
		return nil
	}
	var msgs []string
	for _, row := range r.programRows(lost) {
		if !r.unsure(row) {
			msgs = append(msgs, fmt.Sprintf("host tools mode none leaves out %s (%s), without which no module builds: use keep or stripped", row.text, row.why))
		}
	}
	return msgs
}

// withPrograms returns the profile's rows, and before those of common.table,
// those of the tables of what it is asked for, and with host tools mode none rows that take the sources of the host tools
// and leave out the programs, none of which is missed then.
func (s *Selector) withPrograms() []*row {
	p := s.prof
	if s.opts.HostTools != hosttools.None {
		rows := slices.Clone(p.rows[:p.common])
		for _, a := range askable {
			if a.by(&s.opts) {
				rows = append(rows, p.asked[a.name]...)
			}
		}
		return append(rows, p.rows[p.common:]...)
	}
	var rows []*row
	for _, r := range p.rows[:p.common] {
		if r.wanted() && s.HostTool(expand(r.text)[0]) {
			continue
		}
		rows = append(rows, r)
	}
	for _, from := range []need{source, wanted, program} {
		for _, r := range p.programs {
			if r.need != from {
				continue
			}
			c := *r
			switch from {
			case source:
				c.need, c.verbatim = optional, true
			case wanted:
				c.need, c.verbatim = expected, true
			case program:
				c.need, c.why = dropped, "host_tools none: "+r.why
			}
			rows = append(rows, &c)
		}
	}
	return append(rows, p.rows[p.common:]...)
}
