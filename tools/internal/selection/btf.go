package selection

import (
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
)

// BTFBase is the file without which make skips a module's BTF.
const BTFBase = "vmlinux"

// btfOption is set where make gives modules BTF.
const btfOption = "CONFIG_DEBUG_INFO_BTF_MODULES"

// checkBTF refuses options that BTF cannot come of.
func (s *Selector) checkBTF() error {
	switch {
	case !s.opts.BTF:
		return nil
	case s.prof.programs == nil:
		return fmt.Errorf("no module is built from profile %s, so btf means nothing: leave it out, or use profile modules", s.opts.Profile)
	case s.opts.HostTools == hosttools.None:
		return fmt.Errorf("host tools mode none leaves out resolve_btfids, which btf needs: use keep or stripped")
	}
	return nil
}

// noBTF says why the modules of a kernel get no BTF though the set asks for it,
// "" where they do.
func (r *Rules) noBTF() string {
	if !r.sel.opts.BTF || r.config == nil {
		return ""
	}
	if _, on := r.config[btfOption]; on {
		return ""
	}
	return fmt.Sprintf("btf has no effect: the kernel was configured without %s, so its modules have no BTF: leave btf out", btfOption)
}

// ForBTF lets names of files that make BTF count, for a set that has
// BTFBase though it does not ask for BTF.
func (r *Rules) ForBTF() *Rules {
	n := *r
	n.btf = true
	return &n
}

// MissingBTF returns what a set with BTFBase lacks to build any module, "" if
// it lacks nothing.
func (r *Rules) MissingBTF(have func(path string) bool) string {
	if _, on := r.config[btfOption]; r.sel.opts.BTF || r.config != nil && !on || !have(BTFBase) {
		return ""
	}
	for _, row := range r.sel.btf {
		if row.need == required && row.kernels.holds(r.version) && !have(row.text) {
			return fmt.Sprintf("%s is in the set, so make gives modules BTF, and without %s (%s) no module builds: %s", BTFBase, row.text, row.why, row.mend)
		}
	}
	return ""
}

// OfBTF reports whether a rule is a row that only sets with BTF take.
func OfBTF(rule string) bool { return strings.HasPrefix(rule, "profiles/btf.table:") }
