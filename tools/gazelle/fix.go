package gazelle

import (
	"log"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/rule"
)

// renamed are attributes by the names that the RFC "Provide in-kernel headers"
// and the drafts of these rules gave them.
var renamed = []struct {
	kinds    []string
	old, new string
}{
	{[]string{kindSet, kindMacro}, "ikh_extra", "extra"},
	{[]string{kindTree}, "headers", "srcs"},
	{[]string{kindTree}, "objtree_files", "generated"},
	{[]string{kindArchive, kindMacro}, "compression", "format"},
}

// formats are the values of compression.
var formats = map[string]string{"gzip": "tgz", "none": "tar", "zstd": "tar.zst", "bzip2": "tar.bz2"}

// Fix gives attributes their present names. `gazelle update` only tells of
// them.
func (*lang) Fix(c *config.Config, f *rule.File) {
	if settingsOf(c).off {
		return
	}
	for _, r := range f.Rules {
		for _, m := range renamed {
			if !slices.Contains(m.kinds, r.Kind()) || r.Attr(m.old) == nil || r.ShouldKeep() {
				continue
			}
			if !c.ShouldFix {
				start, _ := r.Attr(m.old).Span()
				log.Printf("%s:%d: %s of %s is called %s now; run gazelle with the command fix", f.Path, start.Line, m.old, r.Name(), m.new)
				continue
			}
			if r.Attr(m.new) == nil {
				r.SetAttr(m.new, r.Attr(m.old))
				if v := formats[r.AttrString(m.new)]; v != "" {
					r.SetAttr(m.new, v)
				}
			}
			r.DelAttr(m.old)
		}
	}
}
