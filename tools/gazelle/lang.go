// Package gazelle is a Gazelle language: it writes the BUILD targets of kernel
// trees, object trees, external modules and header directories, and keeps
// them when the files change.
//
// A survey of the workspace comes first and finds what is where; rules are
// generated from it, so they do not depend on the order in which Gazelle
// visits directories, nor on which of them it was asked to update.
package gazelle

import (
	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/language"
	"github.com/bazelbuild/bazel-gazelle/repo"
	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"
)

const langName = "kheaders"

// The rules that are generated.
const (
	kindTree    = "kernel_tree"
	kindMacro   = "kheaders"
	kindSet     = "kheaders_set"
	kindArchive = "kheaders_archive"
	kindGroup   = "filegroup"
)

type lang struct {
	language.BaseLang
	survey *survey
	// excludes are those of the command line.
	excludes []string
}

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
		kindTree: {
			NonEmptyAttrs:  set("srcs", "archives"),
			MergeableAttrs: set("srcs", "arch", "generated", "generated_strip_prefix", "release", "tags"),
		},
		kindMacro: {
			NonEmptyAttrs:  set("tree"),
			MergeableAttrs: set(append(choice, "extra", "module")...),
		},
		kindSet: {
			NonEmptyAttrs:  set("tree"),
			MergeableAttrs: set(append(choice, "extra")...),
		},
		kindArchive: {
			NonEmptyAttrs:  set("set"),
			MergeableAttrs: set("format", "set", "tags"),
		},
		kindGroup: {
			NonEmptyAttrs:  set("srcs"),
			MergeableAttrs: set("srcs"),
		},
	}
}

func loads(repository string) []rule.LoadInfo {
	return []rule.LoadInfo{{
		Name:    "@" + repository + "//rules:defs.bzl",
		Symbols: []string{kindTree, kindMacro, kindArchive, kindSet},
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

// Imports makes no rule known to others: labels come from the survey.
func (*lang) Imports(*config.Config, *rule.Rule, *rule.File) []resolve.ImportSpec { return nil }

// Resolve has nothing left to do.
func (*lang) Resolve(*config.Config, *resolve.RuleIndex, *repo.RemoteCache, *rule.Rule, any, label.Label) {
}
