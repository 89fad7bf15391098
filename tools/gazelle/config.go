package gazelle

import (
	"flag"
	"io"
	"log"
	"maps"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/config"
	gzflag "github.com/bazelbuild/bazel-gazelle/flag"
	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/buildfile"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// local is what holds in a directory: our directives, and Gazelle's own that
// other packages of it read. It is never changed once made.
type local struct {
	settings *survey.Settings
	gazelle  *config.Config
}

// localOf returns what holds in a directory that Gazelle is in.
func localOf(c *config.Config) *local {
	if l, ok := c.Exts[langName].(*local); ok {
		return l
	}
	return &local{&survey.Settings{}, c}
}

// with returns what holds in a directory below, whose BUILD file is f, and
// what is wrong with our directives there. Gazelle's own are for its own
// packages to read: map_kind, alias_kind and lang for one, resolve for
// another.
func (l *local) with(rel string, f *rule.File) (*local, []string) {
	if len(f.Directives) == 0 {
		return l, nil
	}
	directives := directivesOf(f)
	settings, problems := settingsWith(l.settings, directives)
	if slices.ContainsFunc(directives, func(d directive) bool { return d.key == dirSwitch }) {
		settings.OnAt = rel
	}
	c := l.gazelle.Clone()
	c.AliasMap = maps.Clone(c.AliasMap) // which Clone does not do
	// Gazelle says itself what is wrong with them, where it comes to the file.
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard)
	for _, configurer := range []config.Configurer{&config.CommonConfigurer{}, &resolve.Configurer{}} {
		configurer.Configure(c, rel, f)
	}
	return &local{settings, c}, problems
}

func (l *local) kinds() buildfile.Kinds { return buildfile.KindsOf(l.gazelle) }

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
	l.langsAt = "-lang=" + strings.Join(c.Langs, ",")
	return nil
}

// Configure reads the directives of a directory. In the first directory, the
// workspace's root, it surveys the workspace.
func (l *lang) Configure(c *config.Config, rel string, f *rule.File) {
	here := localOf(c)
	if f != nil {
		var problems []string
		here, problems = here.with(rel, f)
		for _, p := range problems {
			log.Print(p)
		}
		if c.Strict && len(problems) > 0 {
			log.Fatal("exit, for strict mode is on")
		}
	}
	c.Exts[langName] = here
	if l.plan == nil {
		files := newBuildFiles(c.RepoRoot, c.ValidBuildFileNames, here, l)
		l.plan = plan.New(survey.New(c.RepoRoot, c.ValidBuildFileNames, files), named)
	}
}
