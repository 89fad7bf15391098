package headerset

import (
	"fmt"
	"sort"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// describeHostTools looks at the host tools that were selected, marks those
// whose symbols are to go, and adds the file that tells of them.
func (s *Set) describeHostTools() error {
	if len(s.Files) == 0 {
		return nil
	}
	r := s.recipe
	info := &hosttools.Info{
		Schema: hosttools.InfoVersion, Release: s.Release, Arch: s.Arch, Profile: r.Profile, HostTools: r.mode,
		HostMachines: []string{}, Programs: []hosttools.Program{}, Rebuild: s.Rules.Rebuild(),
	}
	for i := range s.Files {
		f := &s.Files[i]
		if f.Path == hosttools.InfoPath {
			return fmt.Errorf("%q from %s has the name of the file that tells of the host tools: exclude it", f.Path, f.Label)
		}
		if !r.selector.HostTool(f.Path) {
			continue
		}
		machine, err := machineOf(f.Entry)
		if err != nil {
			return err
		}
		info.Add(f.Path, machine)
		f.StripSymbols = r.mode == hosttools.Stripped
	}
	s.HostTools = info
	if s.Rules.Excluded(hosttools.InfoPath) {
		return nil
	}
	text, err := info.Encode()
	if err != nil {
		return err
	}
	s.Files = append(s.Files, Selected{
		Entry: tree.Made(hosttools.InfoPath, "kheaders", text), Rule: "host_tools",
		Reason: "tells which host tools there are, for which machine, and how to rebuild them",
	})
	sort.Slice(s.Files, func(i, j int) bool { return s.Files[i].Path < s.Files[j].Path })
	return nil
}

func machineOf(e *tree.Entry) (string, error) {
	r, err := e.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	machine, err := hosttools.Machine(r)
	if err != nil {
		return "", fmt.Errorf("read %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	return machine, nil
}
