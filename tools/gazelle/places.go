package gazelle

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
	"github.com/bmatcuk/doublestar/v4"
)

// place is a directory on the survey's way, with what it inherits.
type place struct {
	rel      string
	settings *settings
	excludes []exclusion
	// langs are the only languages that Gazelle uses here, if there are any.
	langs []string
	// updateOnly: no BUILD file comes where there is none.
	updateOnly bool
	// offAt and langsAt say where the language was switched off, updateAt where
	// updateOnly was said.
	offAt, langsAt, updateAt string
	// ignoredAt says where this BUILD file, and none below, is left alone.
	ignoredAt string
}

// exclusion is a pattern that Gazelle leaves out, and who says so.
type exclusion struct{ pattern, at string }

// enter reads the BUILD file of a place and changes what it inherits.
func (s *survey) enter(at *place) *rule.File {
	at.ignoredAt = ""
	name := buildFileIn(filepath.Join(s.root, at.rel), s.buildNames)
	if name == "" {
		return nil
	}
	b, err := os.ReadFile(name)
	if err != nil || !(bytes.Contains(b, []byte("gazelle:")) || bytes.Contains(b, []byte("kheaders")) ||
		bytes.Contains(b, []byte("kernel_tree")) || bytes.Contains(b, []byte("ddk_headers")) || at.settings.kinds.in(b)) {
		return nil
	}
	f, err := rule.LoadData(name, at.rel, b)
	if err != nil {
		return nil // Gazelle says so itself
	}
	at.settings, _ = at.settings.with(f)
	for _, d := range f.Directives {
		says := func() string { return fmt.Sprintf("%s: gazelle:%s", lineOf(f, d.Key, d.Value), d.Key) }
		switch d.Key {
		case dirSwitch:
			at.offAt = says()
		case "exclude":
			at.excludes = append(slices.Clone(at.excludes), exclusion{path.Join(at.rel, d.Value), says()})
		case "generation_mode":
			at.updateOnly, at.updateAt = strings.TrimSpace(d.Value) == "update_only", says()
		case "resolve":
			s.elsewhere = s.elsewhere || strings.Contains(d.Value, "tree/")
		case "ignore":
			at.ignoredAt = says()
		case "lang":
			at.langs, at.langsAt = nil, says()
			if d.Value != "" {
				at.langs = strings.Split(d.Value, ",")
			}
		}
	}
	return f
}

var anyDirectiveRE = regexp.MustCompile(`^#\s*gazelle:(\S+)\s*(.*?)\s*$`)

// lineOf returns the file and the line of a directive.
func lineOf(f *rule.File, key, value string) string {
	for _, stmt := range f.File.Stmt {
		for _, comments := range [][]bzl.Comment{stmt.Comment().Before, stmt.Comment().After} {
			for _, c := range comments {
				if m := anyDirectiveRE.FindStringSubmatch(c.Token); m != nil && m[1] == key && m[2] == value {
					return fmt.Sprintf("%s:%d", f.Path, c.Start.Line)
				}
			}
		}
	}
	return f.Path
}

// below returns the place of a subdirectory.
func (at place) below(name string) place {
	at.rel = path.Join(at.rel, name)
	return at
}

// leftAlone says why this run does not write the place's BUILD file; "" if it
// does.
func (s *survey) leftAlone(at place) string {
	switch why := s.left(at); {
	case why != "":
		return why
	case at.settings.off:
		return at.offAt
	case at.ignoredAt != "":
		return at.ignoredAt
	case len(at.langs) > 0 && !slices.Contains(at.langs, langName):
		return at.langsAt
	case at.updateOnly && buildFileIn(filepath.Join(s.root, at.rel), s.buildNames) == "":
		return at.updateAt + " update_only"
	}
	return ""
}

// writable tells whether the place has a BUILD file, or may get one.
func (s *survey) writable(at place) bool { return s.leftAlone(at) == "" }

// left says why Gazelle does not go into a directory, "" if it does.
func (s *survey) left(at place) string {
	for dir := at.rel; dir != "." && dir != ""; dir = path.Dir(dir) {
		if line, ok := s.ignored[dir]; ok {
			return fmt.Sprintf("%s:%d: %s", filepath.Join(s.root, ".bazelignore"), line, dir)
		}
		for _, x := range at.excludes {
			if doublestar.MatchUnvalidated(x.pattern, dir) {
				return x.at
			}
		}
	}
	return ""
}

// bazelIgnored tells whether a directory is not there for Bazel.
func (s *survey) bazelIgnored(rel string) bool {
	for dir := rel; dir != "." && dir != ""; dir = path.Dir(dir) {
		if _, ok := s.ignored[dir]; ok {
			return true
		}
	}
	return false
}

// readBazelIgnore returns the directories that .bazelignore names, each with
// its line.
func readBazelIgnore(root string) map[string]int {
	out := map[string]int{}
	for i, line := range strings.Split(head(filepath.Join(root, ".bazelignore")), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[path.Clean(line)] = i + 1
		}
	}
	return out
}

// hasRule tells whether the BUILD file of a package has a rule of that name.
func (s *survey) hasRule(rel, name string) bool {
	f := s.load(rel)
	return f != nil && slices.ContainsFunc(f.Rules, func(r *rule.Rule) bool { return r.Name() == name })
}

// load reads the BUILD file of a package that Bazel can see, nil without one.
func (s *survey) load(rel string) *rule.File {
	name := buildFileIn(filepath.Join(s.root, rel), s.buildNames)
	if name == "" || s.bazelIgnored(rel) {
		return nil
	}
	f, err := rule.LoadFile(name, rel)
	if err != nil {
		return nil
	}
	return f
}
