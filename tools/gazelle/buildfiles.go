package gazelle

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/buildfile"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// buildFiles reads for a survey the BUILD files of a workspace, of which
// Gazelle may visit only some.
type buildFiles struct {
	root   string
	names  []string
	places map[string]*placed
}

// placed is a directory that has been read.
type placed struct {
	survey.Place
	local *local
}

var _ survey.BuildFiles = (*buildFiles)(nil)

// newBuildFiles returns the BUILD files below root. top is what holds in the
// workspace's top directory, l knows the command line.
func newBuildFiles(root string, names []string, top *local, l *lang) *buildFiles {
	b := &buildFiles{root: root, names: names, places: map[string]*placed{}}
	p := &placed{survey.Place{LangsAt: l.langsAt}, top}
	for _, x := range l.excludes {
		p.Excludes = append(p.Excludes, survey.Exclusion{Pattern: x, At: "-exclude=" + x})
	}
	if f := b.read("", top.kinds()); f != nil {
		p.take(f)
	}
	p.settle()
	b.places[""] = p
	return b
}

// Place returns what the directives of a directory and those above it say.
func (b *buildFiles) Place(rel string) survey.Place { return b.place(rel).Place }

func (b *buildFiles) place(rel string) *placed {
	if p := b.places[rel]; p != nil {
		return p
	}
	above, _ := path.Split(rel)
	p := *b.place(strings.TrimSuffix(above, "/"))
	p.Rel, p.IgnoredAt, p.Package, p.ChoosesTree = rel, "", nil, false
	if f := b.read(rel, p.local.kinds()); f != nil {
		p.local, _ = p.local.with(rel, f)
		p.take(f)
		p.settle()
	}
	b.places[rel] = &p
	return &p
}

// settle takes over what holds in the directory.
func (p *placed) settle() {
	p.Settings = p.local.settings
	p.OtherLangs = len(p.local.gazelle.Langs) > 0 && !slices.Contains(p.local.gazelle.Langs, langName)
}

// take takes in the directory's own BUILD file. What excludes directories and
// leaves BUILD files alone, Gazelle keeps to itself.
func (p *placed) take(f *rule.File) {
	p.Package = buildfile.Read(f, p.local.kinds())
	for _, d := range directivesOf(f) {
		says := d.at + ": gazelle:" + d.key
		switch d.key {
		case dirSwitch:
			p.OffAt = says
		case "exclude":
			p.Excludes = append(slices.Clone(p.Excludes), survey.Exclusion{Pattern: path.Join(p.Rel, d.value), At: says})
		case "generation_mode":
			p.UpdateOnly, p.UpdateOnlyAt = d.value == "update_only", says
		case "ignore":
			p.IgnoredAt = says
		case "lang":
			p.LangsAt = says
		case "resolve", "resolve_regexp":
			p.ChoosesTree = slices.ContainsFunc(kernel.Arches, func(arch string) bool {
				_, ok := resolve.FindRuleWithOverride(p.local.gazelle, importOf("tree/"+arch), langName)
				return ok
			})
		}
	}
}

// importOf is how Gazelle knows the name of a tree or an object tree.
func importOf(name string) resolve.ImportSpec { return resolve.ImportSpec{Lang: langName, Imp: name} }

// read returns a BUILD file that may say something to a survey, nil if there
// is none.
func (b *buildFiles) read(rel string, kinds buildfile.Kinds) *rule.File {
	name := survey.BuildFileIn(filepath.Join(b.root, rel), b.names)
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	has := func(s string) bool { return bytes.Contains(text, []byte(s)) }
	if err != nil || !(has("gazelle:") || has("kheaders") || has(survey.KindTree) || has(survey.KindDDK) || kinds.In(text)) {
		return nil
	}
	f, err := rule.LoadData(name, rel, text)
	if err != nil {
		return nil // Gazelle says so itself
	}
	return f
}

// Load returns what a directory's BUILD file has, nil if there is none that can
// be read.
func (b *buildFiles) Load(rel string) *survey.Package {
	name := survey.BuildFileIn(filepath.Join(b.root, rel), b.names)
	if name == "" {
		return nil
	}
	f, err := rule.LoadFile(name, rel)
	if err != nil {
		return nil
	}
	return buildfile.Read(f, b.place(rel).local.kinds())
}
