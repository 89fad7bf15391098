package gazelle

import (
	"maps"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// labels of the two directories, which come back with each file.
const (
	sourceDir = "srctree"
	builtDir  = "objtree"
)

// named looks for the files that the profile modules takes of a kernel's
// source tree and the directory that it was built in, "" for none, because
// makefiles and scripts name them: what a vendor calls them no table knows.
func named(source, built, arch string) (plan.Named, error) {
	r, err := headerset.New(headerset.Options{
		Name: source, Arch: arch, Profile: "modules", HostTools: string(hosttools.Keep), HostMachine: hosttools.AnyMachine, Lenient: true,
	})
	if err != nil {
		return plan.Named{}, err
	}
	inputs := []tree.Input{{Role: tree.Src, Label: sourceDir, Path: source}}
	if built != "" {
		inputs = append(inputs, tree.Input{Role: tree.Gen, Label: builtDir, Path: built})
	}
	t, sets, err := headerset.Load(tree.Options{Name: source, Inputs: inputs, AllowMismatch: true}, r)
	if err != nil {
		return plan.Named{}, err
	}
	defer t.Close()
	if sets[0].Err != nil {
		return plan.Named{}, sets[0].Err
	}
	found := map[string]map[string]bool{sourceDir: {}, builtDir: {}}
	for _, f := range sets[0].Set.Files {
		if by := sets[0].Set.Named[f.Path]; by != "" {
			found[f.Label][by] = true
		}
	}
	return plan.Named{Source: slices.Sorted(maps.Keys(found[sourceDir])), Built: slices.Sorted(maps.Keys(found[builtDir]))}, nil
}
