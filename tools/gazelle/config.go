package gazelle

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/config"
	gzflag "github.com/bazelbuild/bazel-gazelle/flag"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"rules_kheaders/tools/internal/codec"
	"rules_kheaders/tools/internal/kernel"
	"rules_kheaders/tools/internal/selection"
)

// The directives; each holds for its directory and those below it.
const (
	dirSwitch  = "kheaders"
	dirArch    = "kheaders_arch"
	dirProfile = "kheaders_profile"
	dirFormat  = "kheaders_format"
	dirExclude = "kheaders_exclude"
	dirRoots   = "kheaders_roots"
)

var directiveNames = []string{dirSwitch, dirArch, dirProfile, dirFormat, dirExclude, dirRoots}

// settings is what the directives of a directory and those above it say. It
// is never changed once made.
type settings struct {
	off bool
	// on is true if a directive says so, and not for want of one.
	on bool
	// arches are SRCARCH names; none: see survey.archesOf.
	arches []string
	// archesAt is the file and line that named them.
	archesAt string
	// profile and format are "" where the rules' defaults, or what the user
	// wrote in the rule, shall hold.
	profile, format string
	exclude, roots  []string
	// cleared are the attributes whose directive has stood without a value:
	// where no later one has, the rules' defaults shall hold.
	cleared map[string]bool
	// kinds are the users' names of the rules.
	kinds kinds
}

// KnownDirectives returns the names of the directives.
func (*lang) KnownDirectives() []string { return directiveNames }

// CheckFlags takes over Gazelle's own -exclude: what is left out there gets no
// labels.
func (l *lang) CheckFlags(fs *flag.FlagSet, c *config.Config) error {
	if f := fs.Lookup("exclude"); f != nil {
		if m, ok := f.Value.(*gzflag.MultiFlag); ok {
			l.excludes = *m.Values
		}
	}
	return nil
}

// Configure reads the directives of a directory. In the first directory, the
// workspace's root, it surveys the workspace.
func (l *lang) Configure(c *config.Config, rel string, f *rule.File) {
	s := settingsOf(c)
	if f != nil {
		var problems []string
		s, problems = s.with(f)
		for _, p := range problems {
			log.Print(p)
		}
		if c.Strict && len(problems) > 0 {
			log.Fatal("exit, for strict mode is on")
		}
	}
	c.Exts[langName] = s
	if l.survey == nil {
		l.survey = newSurvey(c.RepoRoot, c.ValidBuildFileNames, c.Langs, l.excludes)
	}
}

func settingsOf(c *config.Config) *settings {
	if s, ok := c.Exts[langName].(*settings); ok {
		return s
	}
	return &settings{}
}

// directive is one of ours, with its place.
type directive struct {
	key, value string
	line       int
}

var directiveRE = regexp.MustCompile(`^#\s*gazelle:(kheaders\w*)\s*(.*?)\s*$`)

// directivesOf finds them as Gazelle does, which does not tell their lines.
func directivesOf(f *rule.File) []directive {
	var out []directive
	for _, stmt := range f.File.Stmt {
		for _, comments := range [][]bzl.Comment{stmt.Comment().Before, stmt.Comment().After} {
			for _, c := range comments {
				if m := directiveRE.FindStringSubmatch(c.Token); m != nil && slices.Contains(directiveNames, m[1]) {
					out = append(out, directive{m[1], m[2], c.Start.Line})
				}
			}
		}
	}
	return out
}

// with returns s changed by the directives of f, and what is wrong with them;
// a wrong one changes nothing.
func (s *settings) with(f *rule.File) (*settings, []string) {
	var problems []string
	n := *s
	n.kinds = s.kinds.with(f)
	for _, d := range directivesOf(f) {
		if err := n.apply(d); err != nil {
			problems = append(problems, fmt.Sprintf("%s:%d: gazelle:%s: %v", f.Path, d.line, d.key, err))
		} else if d.key == dirArch {
			n.archesAt = fmt.Sprintf("%s:%d", f.Path, d.line)
		}
	}
	return &n, problems
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

func (s *settings) apply(d directive) error {
	switch d.key {
	case dirSwitch:
		if d.value != "on" && d.value != "off" {
			return fmt.Errorf("unknown value %q: use on or off", d.value)
		}
		s.off = d.value == "off"
		s.on = !s.off
	case dirArch:
		var arches []string
		for _, name := range words(d.value) {
			a, err := kernel.ParseArch(name)
			if err != nil {
				return err
			}
			if !slices.Contains(arches, a) {
				arches = append(arches, a)
			}
		}
		s.arches = arches
	case dirProfile:
		if d.value != "" && !slices.Contains(selection.Profiles(), d.value) {
			return fmt.Errorf("unknown value %q: use one of %s", d.value, strings.Join(selection.Profiles(), ", "))
		}
		s.profile = d.value
		s.clear(d, "profile")
	case dirFormat:
		if d.value != "" {
			if _, err := codec.ParseFormat(d.value); err != nil {
				return err
			}
		}
		s.format = d.value
		s.clear(d, "format")
	case dirExclude:
		if d.value == "" {
			s.exclude = nil
			s.clear(d, "exclude")
			return nil
		}
		globs := strings.Fields(d.value)
		if _, err := selection.New(selection.Options{Profile: "headers", Arch: "x86", Exclude: globs}); err != nil {
			return err
		}
		s.exclude = added(s.exclude, globs)
	case dirRoots:
		if d.value == "" {
			s.roots = nil
			s.clear(d, "roots", "root_files")
			return nil
		}
		roots := words(d.value)
		for _, r := range roots {
			if err := checkRoot(r); err != nil {
				return err
			}
		}
		s.roots = added(s.roots, roots)
	}
	return nil
}

// clear notes a directive without a value for the attributes it sets.
func (s *settings) clear(d directive, attrs ...string) {
	if d.value != "" {
		return
	}
	cleared := maps.Clone(s.cleared)
	if cleared == nil {
		cleared = map[string]bool{}
	}
	for _, a := range attrs {
		cleared[a] = true
	}
	s.cleared = cleared
}

// choose sets an attribute to what a directive says; where none says anything
// the user's value stays.
func (s *settings) choose(r, old *rule.Rule, attr string, value any, said bool) {
	if said {
		r.SetAttr(attr, value)
	} else if !s.cleared[attr] {
		stay(r, old, attr)
	}
}

// stay leaves an attribute as the user has it.
func stay(r, old *rule.Rule, attr string) {
	if old != nil && old.Attr(attr) != nil {
		r.SetAttr(attr, old.Attr(attr))
	}
}

// added returns a new list: old, then what is not in it yet.
func added(old, more []string) []string {
	out := slices.Clone(old)
	for _, m := range more {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// checkRoot says whether r can be a root: a header as #include names it, or an
// absolute label.
func checkRoot(r string) error {
	if strings.HasPrefix(r, "//") || strings.HasPrefix(r, "@") {
		_, err := label.Parse(r)
		return err
	}
	if strings.HasPrefix(r, ":") {
		return fmt.Errorf("label %q is relative, but the directive holds for directories below as well: write //package%s", r, r)
	}
	if path.IsAbs(r) || path.Clean(r) != r || r == ".." || strings.HasPrefix(r, "../") {
		return fmt.Errorf("%q is neither a label nor a header: write it as #include does, such as linux/sched.h", r)
	}
	return nil
}
