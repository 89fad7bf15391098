// Package gazelle is a Gazelle language: it writes the BUILD targets of kernel
// trees, object trees, external modules and header directories, and keeps
// them when the files change.
//
// A survey of the workspace comes first and finds what is where; a plan of all
// rules is made from it, so they do not depend on the order in which Gazelle
// visits directories, nor on which of them it was asked to update.
package gazelle

import (
	"log"
	"path"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/language"
	"github.com/bazelbuild/bazel-gazelle/repo"
	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/buildfile"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/plan"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

const langName = "kheaders"

type lang struct {
	language.BaseLang
	plan *plan.Plan
	// excludes are those of the command line, langsAt is where that says which
	// languages Gazelle uses.
	excludes []string
	langsAt  string
}

// Whoever has these methods is told when all rules are there.
var _ language.FinishableLanguage = (*lang)(nil)

// NewLanguage returns the language; Gazelle calls it once a run.
func NewLanguage() language.Language { return &lang{} }

// Name is how directives such as `gazelle:resolve kheaders …` and -lang name
// the language.
func (*lang) Name() string { return langName }

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Kinds says which attributes are Gazelle's to change; all others are the
// user's once a rule is there.
func (*lang) Kinds() map[string]rule.KindInfo {
	choice := []string{"exclude", "format", "profile", "root_files", "roots", "tags", "tree"}
	return map[string]rule.KindInfo{
		survey.KindTree: {
			NonEmptyAttrs:  set("srcs", "archives"),
			MergeableAttrs: set("srcs", "arch", "generated", "generated_strip_prefix", "release", "tags"),
		},
		survey.KindMacro: {
			NonEmptyAttrs:  set("tree"),
			MergeableAttrs: set(append(choice, "extra", "module")...),
		},
		survey.KindSet: {
			NonEmptyAttrs:  set("tree"),
			MergeableAttrs: set(append(choice, "extra")...),
		},
		survey.KindArchive: {
			NonEmptyAttrs:  set("set"),
			MergeableAttrs: set("format", "set", "tags"),
		},
		survey.KindGroup: {
			NonEmptyAttrs:  set("srcs"),
			MergeableAttrs: set("srcs"),
		},
	}
}

func loads(repository string) []rule.LoadInfo {
	return []rule.LoadInfo{{
		Name:    "@" + repository + "//:defs.bzl",
		Symbols: []string{survey.KindTree, survey.KindMacro, survey.KindArchive, survey.KindSet},
	}}
}

// Loads is for workspaces without a MODULE.bazel.
func (*lang) Loads() []rule.LoadInfo { return loads("rules_kheaders") }

// ApparentLoads takes the rules from where the workspace's MODULE.bazel has
// them.
func (*lang) ApparentLoads(apparent func(string) string) []rule.LoadInfo {
	name := apparent("rules_kheaders")
	if name == "" {
		name = "rules_kheaders"
	}
	return loads(name)
}

// GenerateRules writes the rules of a directory.
func (l *lang) GenerateRules(args language.GenerateArgs) language.GenerateResult {
	here := localOf(args.Config)
	if here.settings.Off || l.plan == nil {
		return language.GenerateResult{}
	}
	kinds := here.kinds()
	name := args.Config.DefaultBuildFileName()
	if args.File != nil {
		name = path.Base(args.File.Path)
	}
	rules, err := l.plan.Rules(plan.Query{
		Rel: args.Rel, Package: buildfile.Read(args.File, kinds), BuildFile: name, Strict: args.Config.Strict,
		Override: func(name string) (label.Label, bool) {
			return resolve.FindRuleWithOverride(args.Config, importOf(name), langName)
		},
		Report: func(message string) { log.Print(message) },
	})
	if err != nil {
		log.Fatal(err)
	}
	gen, empty := buildfile.Edit(buildfile.Target{
		Rel: args.Rel, Dir: args.Dir, File: args.File, GenFiles: args.GenFiles, BuildNames: args.Config.ValidBuildFileNames,
		Kinds: kinds, Settings: here.settings, HasTree: l.plan.HasTree(args.Rel),
		Stays: func(name, tree string) string { return l.plan.Stays(args.Rel, name, tree) },
	}, rules)
	return language.GenerateResult{Gen: gen, Empty: empty, Imports: make([]any, len(gen))}
}

// Fix gives attributes their present names. `gazelle update` only tells of
// them.
func (*lang) Fix(c *config.Config, f *rule.File) {
	if here := localOf(c); !here.settings.Off {
		buildfile.FixNames(f, here.kinds(), c.ShouldFix)
	}
}

// DoneGeneratingRules tells of what this run leaves to be done.
func (l *lang) DoneGeneratingRules() {
	if l.plan != nil {
		for _, message := range l.plan.Pending() {
			log.Print(message)
		}
	}
}

// Imports makes no rule known to others: labels come from the survey.
func (*lang) Imports(*config.Config, *rule.Rule, *rule.File) []resolve.ImportSpec { return nil }

// Resolve has nothing left to do.
func (*lang) Resolve(*config.Config, *resolve.RuleIndex, *repo.RemoteCache, *rule.Rule, any, label.Label) {
}
