package buildfiles

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// script is what a script, or the recipes of a makefile, set.
type script struct {
	vars scope
	// defaults are what variables are where they are not set.
	defaults scope
	// sources are the files that it reads, by those that read it.
	sources, by map[string]bool
	// env are those whose variables it may have, itself first, and found what these
	// have of a variable, as of a number of changes in the Reader.
	env   []*script
	found map[string][2][]string
	links int
}

func newScript() *script {
	return &script{vars: scope{}, defaults: scope{}, sources: map[string]bool{}, by: map[string]bool{}}
}

// sources is where a script reads another one.
var sources = regexp.MustCompile(`^[ \t]*(?:\.|source)[ \t]+([^ \t;&|]+)`)

// scriptOf returns what is known of a script, read or only named.
func (r *Reader) scriptOf(file string) *script {
	c := r.scripts[file]
	if c == nil {
		c = newScript()
		r.scripts[file] = c
	}
	return c
}

// sources has the variables of the script known to what it reads, and the other
// way.
func (s *scan) sources(text string) {
	for _, w := range s.words(text) {
		values := s.expand(w, 0)
		s.waitFor(w, values, ". "+text, func() { s.sources(text) })
		for _, v := range values {
			for _, p := range s.resolve(v, true) {
				if !strings.Contains(p, "*") && !s.script.sources[p] {
					s.script.sources[p] = true
					s.r.scriptOf(p).by[s.file] = true
					s.r.links++
				}
			}
		}
	}
}

// known returns the scripts whose variables a script may have, each once: those
// that read it, and all that these and it read.
func (r *Reader) known(c *script) []*script {
	if c.env == nil || c.links != r.links {
		above := r.reach([]*script{c}, func(c *script) map[string]bool { return c.by })
		c.env, c.links = r.reach(above, func(c *script) map[string]bool { return c.sources }), r.links
		c.found = map[string][2][]string{}
	}
	return c.env
}

// reach returns scripts, and all that can be come by from them.
func (r *Reader) reach(from []*script, next func(*script) map[string]bool) []*script {
	seen := map[*script]bool{}
	for _, c := range from {
		seen[c] = true
	}
	for i := 0; i < len(from); i++ {
		files := next(from[i])
		for _, file := range slices.Sorted(maps.Keys(files)) {
			if c := r.scripts[file]; c != nil && !seen[c] {
				seen[c] = true
				from = append(from, c)
			}
		}
	}
	return from
}

// values are what a variable of a script may be by what sets it, and by what it is
// where it is not set; each once.
func (c *script) values(r *Reader, name string) (values, defaults []string) {
	add := func(to, more []string) []string {
		for _, v := range more {
			if len(to) < maxExpanded && !slices.Contains(to, v) {
				to = append(to, v)
			}
		}
		return to
	}
	env := r.known(c)
	if v, ok := c.found[name]; ok {
		return v[0], v[1]
	}
	for _, other := range env {
		values, defaults = add(values, other.vars[name]), add(defaults, other.defaults[name])
	}
	c.found[name] = [2][]string{values, defaults}
	return values, defaults
}
