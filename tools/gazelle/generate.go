package gazelle

import (
	"log"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/language"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"rules_kheaders/tools/internal/kernel"
)

// The names of generated filegroups.
const (
	objGroup     = "objtree"
	nestedGroup  = "kheaders_files"
	headersGroup = "kheaders_headers"
)

var public = []string{"//visibility:public"}

// output collects the rules of one BUILD file.
type output struct {
	args language.GenerateArgs
	gen  []*rule.Rule
}

// GenerateRules writes the rules of a directory.
func (l *lang) GenerateRules(args language.GenerateArgs) language.GenerateResult {
	if settingsOf(args.Config).off || l.survey == nil {
		return language.GenerateResult{}
	}
	s, o := l.survey, &output{args: args}
	s.made[args.Rel] = true
	if t := s.trees[args.Rel]; t != nil {
		o.tree(s, t)
	}
	if obj := s.objtrees[args.Rel]; obj != nil {
		o.group(objGroup, obj.claim.own, obj.claim.excludes, s.labelsBelow(args.Rel, obj.claim), public)
	}
	if h := s.headers[args.Rel]; h != nil && h.claim != nil {
		o.group(headersGroup, h.claim.own, nil, s.labelsBelow(args.Rel, h.claim), public)
	}
	if m := s.modules[args.Rel]; m != nil {
		o.module(s, m)
	}
	if n := s.nested[args.Rel]; n != nil && !n.kept {
		o.group(nestedGroup, n.patterns, append(o.buildFile(n.patterns), n.excludes...), nil, []string{"//" + n.owner + ":__pkg__"})
	}
	o.leaveOldNames()
	empty := o.stale(s)
	o.leaveTaken(empty)
	return language.GenerateResult{Gen: o.gen, Empty: empty, Imports: make([]any, len(o.gen))}
}

// add begins a rule; old is what the BUILD file has of that kind and name.
func (o *output) add(kind, name string) (r, old *rule.Rule) {
	r = rule.NewRule(kind, name)
	o.gen = append(o.gen, r)
	return r, o.find(func(x *rule.Rule) bool { return o.is(x, kind) && x.Name() == name })
}

// is tells whether a rule is of a kind, whatever its user calls that.
func (o *output) is(r *rule.Rule, kind string) bool {
	return settingsOf(o.args.Config).kinds.is(r, kind)
}

func (o *output) find(is func(*rule.Rule) bool) *rule.Rule {
	if o.args.File != nil {
		if i := slices.IndexFunc(o.args.File.Rules, is); i >= 0 {
			return o.args.File.Rules[i]
		}
	}
	return nil
}

func (o *output) visible(r *rule.Rule, to []string) {
	if o.args.File == nil || !o.args.File.HasDefaultVisibility() {
		r.SetAttr("visibility", to)
	}
}

// buildFile returns the BUILD file's name, if the patterns would take it for a
// source.
func (o *output) buildFile(patterns []string) []string {
	if !slices.Contains(patterns, "**") {
		return nil
	}
	if o.args.File != nil {
		return []string{path.Base(o.args.File.Path)}
	}
	return []string{o.args.Config.DefaultBuildFileName()}
}

func (o *output) group(name string, patterns, excludes, labels, visibility []string) {
	if len(patterns)+len(labels) == 0 {
		return
	}
	r, old := o.add(kindGroup, name)
	r.SetAttr("srcs", o.files(old, name, patterns, excludes, labels))
	// Whoever is outside of this package needs it, whatever its default is.
	r.SetAttr("visibility", visibility)
}

// relative writes labels as they are written in this package.
func (o *output) relative(labels []string) []string {
	var out []string
	for _, s := range labels {
		if l, err := label.Parse(s); err == nil {
			s = l.Rel("", o.args.Rel).String()
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// labelsBelow returns the labels of a claim's files in packages below.
func (s *survey) labelsBelow(rel string, c *claim) []string {
	var out []string
	for _, below := range sortedKeys(c.nested) {
		pkg := path.Join(rel, below)
		if why := s.lost(pkg); why != "" {
			log.Printf("//%s: %s", rel, why)
		}
		s.want(rel, s.nested[pkg].labels...)
		out = append(out, s.nested[pkg].labels...)
	}
	return out
}

// wrote tells whether Gazelle may have put a label among srcs: a filegroup of a
// package inside, or a file. A file that is neither there nor made by a rule is
// gone, whoever wrote it.
func (o *output) wrote(s string) bool {
	if strings.ContainsAny(s, ":@") || strings.HasPrefix(s, "//") {
		l, err := label.Parse(s)
		return err == nil && l.Name == nestedGroup
	}
	if generatedFile(s) {
		return true
	}
	made := slices.Contains(o.args.GenFiles, s) || o.find(func(r *rule.Rule) bool { return r.Name() == s }) != nil
	return !made && !exists(filepath.Join(o.args.Dir, s))
}

func isObjLabel(s string) bool {
	l, err := label.Parse(s)
	return err == nil && l.Repo == "" && l.Name == objGroup
}

// module writes a set and an archive for each architecture that there is a
// kernel_tree for.
func (o *output) module(s *survey, m *module) {
	if len(m.made.sources(&s.lookup, m.dir)) == 0 {
		return
	}
	arches := m.settings.arches
	if len(arches) == 0 {
		arches = kernel.Arches
	}
	said, made := map[string]bool{}, false
	for _, arch := range arches {
		target, err := s.target(o.args.Config, arch)
		if err != nil {
			log.Printf("//%s: %v", m.rel, err)
		}
		if target == nil {
			continue
		}
		n := s.needs(m, target.tree, arch)
		for _, u := range n.unknown {
			if !said[u] {
				log.Print(u)
			}
			said[u] = true
		}
		if target.tree != nil {
			s.want(m.rel, target.label.String())
		}
		s.want(m.rel, n.labels...)
		o.moduleSet(o.args.Config, m, target, arch, n)
		made = true
	}
	if !made {
		for _, why := range s.noTree {
			log.Printf("//%s: no targets for the module: %s", m.rel, why)
		}
	}
}

func (o *output) moduleSet(c *config.Config, m *module, target *kernelTarget, arch string, n needs) {
	name := "kheaders_" + arch
	set, old := o.add(kindSet, name+".set")
	set.SetAttr("tree", target.label.Rel("", m.rel).String())
	o.selection(set, old, m.settings, append(n.headers, n.labels...), true)
	if len(n.extra) > 0 {
		set.SetAttr("extra", n.extra)
	}
	archive, oldArchive := o.add(kindArchive, name)
	archive.SetAttr("set", ":"+name+".set")
	m.settings.choose(archive, oldArchive, "format", m.settings.format, m.settings.format != "")
	o.visible(archive, public)
}

// selection sets what the directives, and the sources of a module, say of a
// set. The roots of a module's are Gazelle's, those of others the user's where
// no directive says any.
func (o *output) selection(r, old *rule.Rule, s *settings, roots []string, module bool) {
	s.choose(r, old, "profile", s.profile, s.profile != "")
	s.choose(r, old, "exclude", s.exclude, len(s.exclude) > 0)
	var headers, labels []string
	for _, root := range added(roots, s.roots) {
		if isLabel(root) {
			labels = append(labels, root)
		} else {
			headers = append(headers, root)
		}
	}
	slices.Sort(headers)
	if len(headers) > 0 || !module {
		s.choose(r, old, "roots", headers, len(headers) > 0)
	}
	if len(labels) > 0 || !module {
		s.choose(r, old, "root_files", o.relative(labels), len(labels) > 0)
	}
}

// isLabel tells a root that is a label from one that is a header.
func isLabel(root string) bool { return strings.HasPrefix(root, "//") || strings.HasPrefix(root, "@") }
