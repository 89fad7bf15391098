// Package plan decides which rules the BUILD files of a workspace should have,
// from what a survey found there. It edits none; of Gazelle it knows labels.
package plan

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// Plan is what there should be in a workspace. It depends on the whole of it,
// not on the directories that a run is asked for.
type Plan struct {
	ws *survey.Workspace
	// trees are the kernels that this run writes, by directory.
	trees map[string]*kernelTree
	// objTrees are those that labels lead to, by directory.
	objTrees map[string]*objTree
	// unlabelled are the object trees that no label can be written to.
	unlabelled []*survey.ObjTree
	// headers are the header directories that have a rule or get one, by their
	// keys in the survey.
	headers map[string]*headers
	// nested are the packages inside others that have files to hand out.
	nested map[string]*nested
	// noTree says which kernels have no kernel_tree, and why.
	noTree []string

	readNamed func(source, built, arch string) (Named, error)
	// unread tells of kernels whose makefiles could not be followed.
	unread []string

	labels        map[*survey.HeaderDir]string
	kernelHeaders map[kernelKey]*kernelHeaders
	needsOf       map[needsKey]needs
	built         map[builtKey]string
	// wanted are the labels written, each with the packages that it stands in;
	// written are the packages that this run writes.
	wanted  map[label.Label][]string
	written map[string]bool
	// chosen are the object trees that directives name.
	chosen map[label.Label]bool
}

// kernelTree is a kernel's source tree that gets a kernel_tree for each of arches.
type kernelTree struct {
	*survey.Kernel
	arches []string
	claims map[string]*survey.Claim
}

// objTree is a directory that a kernel was built in. Its claim is what the
// patterns find in it, and empty if another writes its filegroup.
type objTree struct {
	*survey.ObjTree
	patterns []string
	claim    *survey.Claim
}

// headers is a header directory; claim is nil if its rule is not generated.
type headers struct {
	*survey.HeaderDir
	claim *survey.Claim
}

// Named are globs of the files of a kernel's source tree, and of the directory
// that it was built in, which makefiles and scripts name.
type Named struct{ Source, Built []string }

// New plans for a workspace. named reads what a kernel's makefiles name, of its
// source tree and the directory that it was built in, "" for none.
func New(ws *survey.Workspace, named func(source, built, arch string) (Named, error)) *Plan {
	p := &Plan{
		ws: ws, readNamed: named, trees: map[string]*kernelTree{}, objTrees: map[string]*objTree{}, headers: map[string]*headers{}, nested: map[string]*nested{},
		labels: map[*survey.HeaderDir]string{}, kernelHeaders: map[kernelKey]*kernelHeaders{}, needsOf: map[needsKey]needs{}, built: map[builtKey]string{},
		wanted: map[label.Label][]string{}, written: map[string]bool{}, chosen: map[label.Label]bool{},
	}
	for _, k := range ws.Kernels {
		if k.ReadOnly == "" {
			p.trees[k.Rel] = &kernelTree{Kernel: k, claims: map[string]*survey.Claim{}}
		} else if len(k.Package.Trees()) == 0 {
			p.noTree = append(p.noTree, fmt.Sprintf("%s: //%s is a kernel that this run leaves alone, and that has no kernel_tree", k.ReadOnly, k.Rel))
		}
	}
	p.adopt()
	for _, o := range ws.ObjTrees {
		p.objTree(o)
	}
	p.settleHeaders()
	p.settleTrees()
	for _, key := range slices.Sorted(maps.Keys(p.headers)) {
		if h := p.headers[key]; h.claim != nil {
			p.nest(h.Rel, h.claim)
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(p.nested)) {
		p.nested[rel].labels, p.nested[rel].missing = p.handedOut(rel, p.nested[rel])
	}
	return p
}

// Query asks for the rules of one BUILD file.
type Query struct {
	Rel string
	// Package is what the BUILD file has, nil if there is none; BuildFile is its
	// name.
	Package   *survey.Package
	BuildFile string
	// Strict makes a wrong directive an error.
	Strict bool
	// Override returns the label that a directive gives for a name, such as
	// tree/x86.
	Override func(name string) (label.Label, bool)
	// Report takes the messages.
	Report func(message string)
}

// answer collects the rules of one BUILD file.
type answer struct {
	*Plan
	Query
	rules []*Rule
}

// ErrStrict ends a run in strict mode; what is wrong has been reported.
var ErrStrict = errors.New("exit, for strict mode is on")

// Rules returns the rules of a BUILD file. The only error is ErrStrict.
func (p *Plan) Rules(q Query) ([]*Rule, error) {
	a := &answer{Plan: p, Query: q}
	p.written[q.Rel] = true
	if t := p.trees[q.Rel]; t != nil {
		if err := a.tree(t); err != nil {
			return nil, err
		}
	}
	if o := p.objTrees[q.Rel]; o != nil {
		a.group(survey.GroupObjtree, o.claim.Own, o.claim.Excludes, a.labelsBelow(o.claim), public)
	}
	if h := p.headers[q.Rel]; h != nil && h.claim != nil {
		a.group(survey.GroupHeaders, h.claim.Own, nil, a.labelsBelow(h.claim), public)
	}
	if m := p.ws.Modules[q.Rel]; m != nil {
		a.module(m)
	}
	if n := p.nested[q.Rel]; n != nil && n.readOnly == "" {
		a.group(survey.GroupNested, n.patterns, append(a.buildFile(n.patterns), n.excludes...), nil, []string{"//" + n.owner + ":__pkg__"})
	}
	return a.rules, nil
}

// HasTree tells whether a directory is a kernel that this run writes.
func (p *Plan) HasTree(rel string) bool { return p.trees[rel] != nil }

var public = []string{"//visibility:public"}

// add begins a rule; old is what the BUILD file has of that kind and name.
func (a *answer) add(kind, name string) (r *Rule, old *survey.Rule) {
	r = &Rule{Kind: kind, Name: name}
	a.rules = append(a.rules, r)
	return r, a.Package.Find(func(x *survey.Rule) bool { return x.Is(kind) && x.Name == name })
}

func (a *answer) group(name string, patterns, excludes, labels, visibility []string) {
	if len(patterns)+len(labels) == 0 {
		return
	}
	r, _ := a.add(survey.KindGroup, name)
	r.set("srcs", Sources{patterns, excludes, a.relative(labels)})
	// Whoever is outside of this package needs it, whatever its default is.
	r.set("visibility", visibility)
}

// visible makes a rule public where the package sets no default.
func (a *answer) visible(r *Rule) {
	if a.Package == nil || !a.Package.DefaultVisibility {
		r.set("visibility", public)
	}
}

// buildFile returns the BUILD file's name, if the patterns would take it for a
// source.
func (a *answer) buildFile(patterns []string) []string {
	if slices.Contains(patterns, "**") {
		return []string{a.BuildFile}
	}
	return nil
}

// relative writes labels as they are written in this package.
func (a *answer) relative(labels []string) []string {
	var out []string
	for _, s := range labels {
		if l, err := label.Parse(s); err == nil {
			s = l.Rel("", a.Rel).String()
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// labelsBelow returns the labels of a claim's files in packages below.
func (a *answer) labelsBelow(c *survey.Claim) []string {
	var out []string
	for _, below := range slices.Sorted(maps.Keys(c.Nested)) {
		pkg := path.Join(a.Rel, below)
		if why := a.unreachable(pkg); why != "" {
			a.Report(fmt.Sprintf("//%s: %s", a.Rel, why))
		}
		a.want(a.Rel, a.nested[pkg].labels...)
		out = append(out, a.nested[pkg].labels...)
	}
	return out
}

// choose sets an attribute to what a directive says, if it is given; where none
// says anything the user's value stays.
func choose(r *Rule, s *survey.Settings, attr string, value any, given bool) {
	if given {
		r.set(attr, value)
	} else if !s.Cleared[attr] {
		r.set(attr, Users{})
	}
}
