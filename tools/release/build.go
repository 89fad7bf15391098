package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/release/bundle"
	"github.com/rules-kheaders/rules_kheaders/tools/release/changelog"
	"github.com/rules-kheaders/rules_kheaders/tools/release/gomods"
	"github.com/rules-kheaders/rules_kheaders/tools/release/registry"
	"github.com/rules-kheaders/rules_kheaders/tools/release/sbom"
)

// The modules' names, and the directory of each in .bcr.
const (
	rulesModule, rulesTemplates = "rules_kheaders", "rules"
	toolsModule, toolsTemplates = "rules_kheaders_tools", ""
)

// prebuilt is the directory of the programs, by platform, and of the licences
// of what is linked into them.
const prebuilt, licenceDir = "prebuilt", "prebuilt/licences"

// build returns the files of a release by their names.
func build(in *input) (map[string][]byte, error) {
	changes, err := read(in.changes)
	if err != nil {
		return nil, err
	}
	section, err := changelog.Find(string(changes), in.version)
	if err != nil {
		return nil, err
	}
	mods, err := in.mods()
	if err != nil {
		return nil, err
	}
	parts, err := in.parts(mods)
	if err != nil {
		return nil, err
	}

	all := map[string][]byte{"release_notes.md": []byte(section.Text)}
	rules, tools := maps.Clone(in.rules), maps.Clone(in.tools)
	for _, module := range []files{rules, tools} {
		if module["LICENSE"] == "" {
			module["LICENSE"] = in.license
		}
	}
	for name, file := range in.programs {
		rules[path.Join(prebuilt, name)] = file
	}
	for name, file := range parts.texts {
		rules[path.Join(licenceDir, name)] = file
	}
	var homepage string
	for _, m := range []struct {
		name, templates string
		files           files
	}{{rulesModule, rulesTemplates, rules}, {toolsModule, toolsTemplates, tools}} {
		if homepage, err = in.module(all, m.name, m.templates, m.files); err != nil {
			return nil, fmt.Errorf("module %s: %w", m.name, err)
		}
	}

	bill := &sbom.Release{
		Name: rulesModule, Version: in.version, Homepage: homepage, Go: mods.Toolchain, Date: section.Date,
		Licences: parts.licences, Programs: parts.programs,
	}
	if all[rulesModule+"-"+in.version+".spdx.json"], err = sbom.Write(bill); err != nil {
		return nil, err
	}
	sums(all)
	return all, nil
}

func (in *input) mods() (*gomods.Mods, error) {
	mod, err := read(in.goMod)
	if err != nil {
		return nil, err
	}
	sum, err := read(in.goSum)
	if err != nil {
		return nil, err
	}
	return gomods.Parse(mod, sum)
}

// module adds a module's archive and its entry for a registry. It returns the
// module's homepage.
func (in *input) module(all map[string][]byte, name, templates string, content files) (string, error) {
	var archive bytes.Buffer
	prefix := name + "-" + in.version
	if err := bundle.Write(&archive, prefix, content); err != nil {
		return "", err
	}
	all[prefix+".tar.gz"] = archive.Bytes()
	m := registry.Module{Name: name, Version: in.version, Archive: prefix + ".tar.gz", Integrity: registry.SRI(archive.Bytes())}
	var t registry.Templates
	for file, to := range map[string]*[]byte{
		in.bcr[path.Join(templates, "metadata.template.json")]: &t.Metadata,
		in.bcr[path.Join(templates, "source.template.json")]:   &t.Source,
		in.bcr[path.Join(templates, "presubmit.yml")]:          &t.Presubmit,
		content["MODULE.bazel"]:                                &m.ModuleFile,
	} {
		var err error
		if *to, err = read(file); err != nil {
			return "", err
		}
	}
	entry, homepage, err := registry.Entry(t, m)
	if err != nil {
		return "", err
	}
	maps.Copy(all, entry)
	return homepage, nil
}

// sums adds the checksums of the files at the top: what one downloads.
func sums(all map[string][]byte) {
	var hex, sri strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !strings.Contains(name, "/") {
			fmt.Fprintf(&hex, "%x  %s\n", sha256.Sum256(all[name]), name)
			fmt.Fprintf(&sri, "%s  %s\n", registry.SRI(all[name]), name)
		}
	}
	all["SHA256SUMS"], all["INTEGRITY"] = []byte(hex.String()), []byte(sri.String())
}

// parts is what the programs are made of.
type parts struct {
	programs []sbom.Program
	// licences has the SPDX expression of each module, texts the files of their
	// texts by the path below licenceDir.
	licences map[string]string
	texts    files
}

func (in *input) parts(mods *gomods.Mods) (*parts, error) {
	p := &parts{}
	var packages []string
	for _, name := range slices.Sorted(maps.Keys(in.programs)) {
		data, err := read(in.programs[name])
		if err != nil {
			return nil, err
		}
		info, err := buildinfo.Read(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("read program %s: %w", name, err)
		}
		if info.GoVersion != mods.Toolchain {
			return nil, fmt.Errorf("program %s is built by %s and go.mod's toolchain is %s: build the release with that", name, info.GoVersion, mods.Toolchain)
		}
		if len(in.packages[name]) == 0 {
			return nil, fmt.Errorf("program %s: nothing is known of its packages", name)
		}
		linked, err := mods.Linked(in.packages[name])
		if err != nil {
			return nil, fmt.Errorf("program %s: %w", name, err)
		}
		p.programs = append(p.programs, sbom.Program{
			Name: path.Join(prebuilt, name), SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Modules: linked,
		})
		packages = append(packages, in.packages[name]...)
	}
	modules, err := mods.Linked(packages)
	if err != nil {
		return nil, err
	}
	modules = append(modules, gomods.Module{Path: "std", Version: mods.Toolchain, Packages: []string{"std"}})
	p.licences, p.texts, err = in.licenceTexts(modules)
	return p, err
}
