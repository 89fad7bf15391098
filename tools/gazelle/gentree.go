package gazelle

import (
	"log"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"rules_kheaders/tools/internal/kernel"
)

// tree writes a kernel_tree and a `kheaders` for each architecture.
func (o *output) tree(s *survey, t *kernelTree) {
	for _, a := range t.settings.arches {
		if !slices.Contains(t.has, a) {
			log.Printf("%s: gazelle:kheaders_arch: //%s has no arch/%s: take it out, or use some of %s", t.settings.archesAt, t.rel, a, strings.Join(t.has, ", "))
			if o.args.Config.Strict {
				log.Fatal("exit, for strict mode is on")
			}
		}
	}
	for _, arch := range t.arches {
		o.treeFor(s, t, arch)
	}
}

func (o *output) treeFor(s *survey, t *kernelTree, arch string) {
	r, old := o.add(kindTree, t.treeName(arch))
	c := t.claims[arch]
	r.SetAttr("srcs", o.files(old, r.Name(), c.own, c.excludes, s.labelsBelow(t.rel, c)))
	r.SetAttr("arch", arch)
	if old != nil {
		if a, err := kernel.ParseArch(old.AttrString("arch")); err == nil && a == arch {
			r.SetAttr("arch", old.AttrString("arch"))
		}
	}
	objtrees := s.objtreesOf(t, arch)
	spec := resolve.ImportSpec{Lang: langName, Imp: objGroup + "/" + arch}
	override, overridden := resolve.FindRuleWithOverride(o.args.Config, spec, langName)
	byHand := old != nil && (old.Attr("archives") != nil || hasOther(old.Attr("generated"), isObjLabel))
	built := byHand
	switch {
	case overridden:
		s.chosen[label.New(override.Repo, override.Pkg, override.Name)] = true
		o.generated(r, old, label.New(override.Repo, override.Pkg, override.Name))
		if i := slices.IndexFunc(objtrees, func(x *objTree) bool { return override.Repo == "" && x.rel == override.Pkg }); i >= 0 {
			setString(r, "release", objtrees[i].release)
		}
		built = true
	case len(objtrees) == 1 && !byHand:
		s.want(t.rel, label.New("", objtrees[0].rel, objGroup).String())
		o.generated(r, old, label.New("", objtrees[0].rel, objGroup))
		setString(r, "release", objtrees[0].release)
		built = true
	case slices.Contains(t.inPlace, arch):
		setString(r, "release", builtRelease(t.dir))
		built = true
	case byHand:
		stay(r, old, "generated")
		stay(r, old, "generated_strip_prefix")
		stay(r, old, "release")
	default:
		for _, x := range s.passedOver(t, arch) {
			log.Printf("//%s: %s: %s is an object tree for %s that this run leaves alone, and that has no filegroup %s: write one, or let Gazelle do it", t.rel, x.leftAlone, x.rel, arch, objGroup)
		}
		setString(r, "release", t.version+localVersion(t.dir))
		if len(objtrees) > 1 {
			var names []string
			for _, x := range objtrees {
				names = append(names, label.New("", x.rel, objGroup).String())
			}
			log.Printf("//%s: %s are all object trees for %s; choose by a directive: # gazelle:resolve kheaders %s %s", t.rel, strings.Join(names, ", "), arch, spec.Imp, names[0])
		}
	}
	setManual(r, old, !built)
	o.visible(r, public)
	o.products(s, t, arch, r.Name(), !built)
}

func setString(r *rule.Rule, attr, value string) {
	if value != "" {
		r.SetAttr(attr, value)
	}
}

// hasOther tells whether an attribute has something that Gazelle did not
// write.
func hasOther(e any, ours func(string) bool) bool {
	for _, s := range elements(e) {
		if !ours(s) {
			return true
		}
	}
	return false
}

func (o *output) generated(r, old *rule.Rule, l label.Label) {
	r.SetAttr("generated", &files{labels: []string{l.Rel("", o.args.Rel).String()}, ours: isObjLabel})
	if l.Repo == "" && l.Pkg != o.args.Rel {
		r.SetAttr("generated_strip_prefix", "/"+l.Pkg)
	} else {
		stay(r, old, "generated_strip_prefix")
	}
}

func setManual(r, old *rule.Rule, want bool) {
	if want || old != nil && manual(false).Merge(old.Attr("tags")) != nil {
		r.SetAttr("tags", manual(want))
	}
}

// products writes what is made from a kernel_tree: a `kheaders`, unless the
// user has sets of it.
func (o *output) products(s *survey, t *kernelTree, arch, treeName string, manual bool) {
	of := func(kind string) func(*rule.Rule) bool {
		return func(r *rule.Rule) bool { return o.is(r, kind) && r.AttrString("tree") == ":"+treeName }
	}
	name := "kheaders_" + arch
	if m := o.find(of(kindMacro)); m != nil {
		name = m.Name()
	} else if set := o.find(of(kindSet)); set != nil {
		o.sets(t, treeName, manual)
		return
	}
	r, old := o.add(kindMacro, name)
	r.SetAttr("tree", ":"+treeName)
	o.selection(r, old, t.settings, nil, false)
	stay(r, old, "extra")
	t.settings.choose(r, old, "format", t.settings.format, t.settings.format != "")
	setManual(r, old, manual)
	o.visible(r, public)

	var dirs []string
	for _, x := range s.objtreesOf(t, arch) {
		dirs = append(dirs, x.dir)
	}
	if slices.Contains(t.inPlace, arch) {
		dirs = append(dirs, t.dir)
	}
	// True is the rule's default; whoever writes it wants the module.
	if old != nil && literal(old.Attr("module")) == "True" {
		r.SetAttr("module", true)
	} else if !asksForKheaders(t.dir, arch, dirs...) {
		r.SetAttr("module", false)
	}
}

// sets keeps the user's sets of a kernel_tree, and the archives of those.
func (o *output) sets(t *kernelTree, treeName string, manual bool) {
	for _, old := range o.args.File.Rules {
		if !o.is(old, kindSet) || old.AttrString("tree") != ":"+treeName {
			continue
		}
		r, _ := o.add(kindSet, old.Name())
		r.SetAttr("tree", ":"+treeName)
		o.selection(r, old, t.settings, nil, false)
		stay(r, old, "extra")
		setManual(r, old, manual)
		for _, a := range o.args.File.Rules {
			if o.is(a, kindArchive) && a.AttrString("set") == ":"+old.Name() {
				ar, _ := o.add(kindArchive, a.Name())
				ar.SetAttr("set", ":"+old.Name())
				t.settings.choose(ar, a, "format", t.settings.format, t.settings.format != "")
				setManual(ar, a, manual)
			}
		}
	}
}
