package main

import (
	"fmt"
	"sort"

	"rules_kheaders/tools/internal/archive"
	"rules_kheaders/tools/internal/hosttools"
	"rules_kheaders/tools/internal/oserr"
	"rules_kheaders/tools/internal/selection"
	"rules_kheaders/tools/internal/tree"
)

// describeHostTools looks at the host tools that were selected, marks those
// whose symbols are to go, and adds the file that tells of them.
func (l *loaded) describeHostTools(sel *selection.Selector, mode hosttools.Mode, t *treeFlags) error {
	if len(l.files) == 0 {
		return nil
	}
	info := &hosttools.Info{
		Schema: hosttools.InfoVersion, Release: l.release, Arch: l.arch, Profile: t.profile, HostTools: mode,
		HostMachines: []string{}, Programs: []hosttools.Program{}, Rebuild: l.rules.Rebuild(),
	}
	for i := range l.files {
		f := &l.files[i]
		if f.Path == hosttools.InfoPath {
			return fmt.Errorf("%q from %s has the name of the file that tells of the host tools: exclude it", f.Path, f.Label)
		}
		if !sel.HostTool(f.Path) {
			continue
		}
		machine, err := machineOf(f.Entry)
		if err != nil {
			return err
		}
		info.Add(f.Path, machine)
		f.StripSymbols = mode == hosttools.Stripped
	}
	l.host = info
	if l.rules.Excluded(hosttools.InfoPath) {
		return nil
	}
	text, err := info.Encode()
	if err != nil {
		return err
	}
	l.files = append(l.files, archive.Selected{
		Entry: tree.Made(hosttools.InfoPath, "kheaders", text), Rule: "host_tools",
		Reason: "tells which host tools there are, for which machine, and how to rebuild them",
	})
	sort.Slice(l.files, func(i, j int) bool { return l.files[i].Path < l.files[j].Path })
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
