package main

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/google/licensecheck"

	"github.com/rules-kheaders/rules_kheaders/tools/release/gomods"
)

// choices are the expressions of modules that leave a choice. Of others all texts
// hold.
var choices = map[string]string{"github.com/spdx/tools-golang": "Apache-2.0 OR GPL-2.0-or-later"}

// licenceTexts chooses, of all licence texts in the modules, those of the
// module itself and of the directories that linked packages are in. It returns
// the SPDX expression of each module and the files by MODULE@VERSION/PATH.
// A module without a text, or with one that is not known, is an error.
func (in *input) licenceTexts(modules []gomods.Module) (map[string]string, files, error) {
	licences, texts := map[string]string{}, files{}
	for _, m := range modules {
		var ids []string
		for _, text := range slices.Sorted(maps.Keys(in.licences)) {
			rest, ok := strings.CutPrefix(text, m.Path+"/")
			if !ok || !slices.ContainsFunc(m.Packages, func(p string) bool { return m.Path == path.Dir(text) || gomods.Within(p, path.Dir(text)) }) {
				continue
			}
			data, err := read(in.licences[text])
			if err != nil {
				return nil, nil, err
			}
			texts[path.Join(m.Path+"@"+m.Version, rest)] = in.licences[text]
			// A grant beside the licence, which SPDX has no name for.
			if strings.HasPrefix(path.Base(text), "PATENTS") {
				continue
			}
			for _, match := range licensecheck.Scan(data).Match {
				ids = append(ids, match.ID)
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if len(ids) == 0 {
			return nil, nil, fmt.Errorf("module %s %s: no licence text that is known: name one in tools/release/licences.bzl", m.Path, m.Version)
		}
		licences[m.Path] = cmp.Or(choices[m.Path], strings.Join(ids, " AND "))
	}
	return licences, texts, nil
}
