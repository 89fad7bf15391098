package gazelle

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
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

// Directive is the name of a directive, and in Markdown the values it takes.
type Directive struct{ Name, Value string }

// Directives returns those of this language, for the docs.
func Directives() []Directive {
	var formats []string
	for _, f := range codec.Formats() {
		formats = append(formats, string(f))
	}
	values := map[string]string{
		dirSwitch:  "`on` (default; where it is written, it also asks for header directories, and in another project that uses Kbuild for modules), or `off`: nothing is written or removed",
		dirArch:    "architectures, such as `x86 arm64`; `amd64` and `aarch64` are understood",
		dirProfile: oneOf(selection.Profiles()),
		dirFormat:  oneOf(formats),
		dirExclude: "globs over paths in the tree, separated by blanks; they add to those of the directories above",
		dirRoots:   "headers (`linux/sched.h`) and absolute labels; they add to those of the directories above",
	}
	var all []Directive
	for _, name := range directiveNames {
		all = append(all, Directive{name, values[name]})
	}
	return all
}

// oneOf lists names as code.
func oneOf(names []string) string {
	last := len(names) - 1
	return "`" + strings.Join(names[:last], "`, `") + "` or `" + names[last] + "`"
}

// directive is one of a BUILD file, with its place as FILE:LINE.
type directive struct{ key, value, at string }

var directiveRE = regexp.MustCompile(`^#\s*gazelle:(\S+)\s*(.*?)\s*$`)

// directivesOf finds all directives as Gazelle does, which does not tell their
// lines.
func directivesOf(f *rule.File) []directive {
	var out []directive
	for _, stmt := range f.File.Stmt {
		for _, comments := range [][]bzl.Comment{stmt.Comment().Before, stmt.Comment().After} {
			for _, c := range comments {
				if m := directiveRE.FindStringSubmatch(c.Token); m != nil {
					out = append(out, directive{m[1], m[2], fmt.Sprintf("%s:%d", f.Path, c.Start.Line)})
				}
			}
		}
	}
	return out
}

// settingsWith returns s changed by the directives of a file, and what is wrong with
// them; a wrong one changes nothing.
func settingsWith(s *survey.Settings, directives []directive) (*survey.Settings, []string) {
	var problems []string
	n := *s
	for _, d := range directives {
		if !slices.Contains(directiveNames, d.key) {
			continue
		}
		if err := apply(&n, d); err != nil {
			problems = append(problems, fmt.Sprintf("%s: gazelle:%s: %v", d.at, d.key, err))
		} else if d.key == dirArch {
			n.ArchesAt = d.at
		}
	}
	return &n, problems
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// apply changes settings that are being made.
func apply(s *survey.Settings, d directive) error {
	switch d.key {
	case dirSwitch:
		if d.value != "on" && d.value != "off" {
			return fmt.Errorf("unknown value %q: use on or off", d.value)
		}
		s.Off = d.value == "off"
		s.On = !s.Off
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
		s.Arches = arches
	case dirProfile:
		if d.value != "" && !slices.Contains(selection.Profiles(), d.value) {
			return fmt.Errorf("unknown value %q: use one of %s", d.value, strings.Join(selection.Profiles(), ", "))
		}
		s.Profile = d.value
		noteCleared(s, d, "profile")
	case dirFormat:
		if d.value != "" {
			if _, err := codec.ParseFormat(d.value); err != nil {
				return err
			}
		}
		s.Format = d.value
		noteCleared(s, d, "format")
	case dirExclude:
		if d.value == "" {
			s.Exclude = nil
			noteCleared(s, d, "exclude")
			return nil
		}
		globs := strings.Fields(d.value)
		if _, err := selection.New(selection.Options{Profile: "headers", Arch: "x86", Exclude: globs}); err != nil {
			return err
		}
		s.Exclude = survey.Add(s.Exclude, globs...)
	case dirRoots:
		if d.value == "" {
			s.Roots = nil
			noteCleared(s, d, "roots", "root_files")
			return nil
		}
		roots := words(d.value)
		for _, r := range roots {
			if err := checkRoot(r); err != nil {
				return err
			}
		}
		s.Roots = survey.Add(s.Roots, roots...)
	}
	return nil
}

// noteCleared notes a directive without a value for the attributes it sets.
func noteCleared(s *survey.Settings, d directive, attrs ...string) {
	if d.value != "" {
		return
	}
	cleared := maps.Clone(s.Cleared)
	if cleared == nil {
		cleared = map[string]bool{}
	}
	for _, a := range attrs {
		cleared[a] = true
	}
	s.Cleared = cleared
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
