package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// nested is a package below another that wants its files.
type nested struct {
	owner    string
	patterns []string
	// excludes are what the owner leaves out.
	excludes []string
	// files are those that match, relative to the package.
	files []string
	// labels stand for the files, missing are those that none stands for.
	labels, missing []string
	// readOnly says why the package's BUILD file is not Gazelle's to change, ""
	// if it is.
	readOnly string
	// reported: the missing files have been told of.
	reported bool
}

// nest notes the packages that the claim of a package reaches into.
func (p *Plan) nest(owner string, c *survey.Claim) {
	for rel, part := range c.Nested {
		pkg := path.Join(owner, rel)
		n := p.nested[pkg]
		if n == nil {
			n = &nested{owner: owner, readOnly: p.ws.ReadOnly(p.ws.Place(pkg))}
			p.nested[pkg] = n
		}
		n.patterns = survey.Add(n.patterns, part.Patterns...)
		n.excludes = survey.Add(n.excludes, part.Excludes...)
		slices.Sort(n.patterns)
		slices.Sort(n.excludes)
		n.files = append(n.files, part.Files...)
		slices.Sort(n.files)
		n.files = slices.Compact(n.files)
	}
}

// handedOut returns the labels under which a package below another gives its
// files, and the files that it does not give.
func (p *Plan) handedOut(rel string, n *nested) (labels, missing []string) {
	group := label.New("", rel, survey.GroupNested).String()
	if n.readOnly == "" {
		return []string{group}, nil
	}
	var given []string
	if f := p.ws.Load(rel); f != nil {
		if f.Has(survey.GroupNested) {
			return []string{group}, nil
		}
		given = f.Exported
	}
	for _, file := range n.files {
		if slices.Contains(given, file) {
			labels = append(labels, label.New("", rel, file).String())
		} else {
			missing = append(missing, file)
		}
	}
	return labels, missing
}

// unreachable describes the files of a package that no label reaches, "" if
// there are none, or if it has been told.
func (p *Plan) unreachable(rel string) string {
	n := p.nested[rel]
	if n == nil || len(n.missing) == 0 || n.reported {
		return ""
	}
	n.reported = true
	files := n.missing
	more := ""
	if len(files) > 10 {
		files, more = files[:10], fmt.Sprintf(" and %d more", len(files)-10)
	}
	if p.ws.BazelIgnores(rel) {
		return fmt.Sprintf("%s: is not there for Bazel, and its files are lost: %s%s; take it out of there, or the BUILD file out of //%s",
			n.readOnly, strings.Join(files, ", "), more, rel)
	}
	return fmt.Sprintf("%s: //%s is a package of its own that this run does not change, and gives no label for its files %s%s; name them in exports_files, or add a filegroup %s to it",
		n.readOnly, rel, strings.Join(files, ", "), more, survey.GroupNested)
}
