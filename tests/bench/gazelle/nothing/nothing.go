// Package nothing is a Gazelle language that does nothing: a binary with it
// alone shows what Gazelle itself needs.
package nothing

import "github.com/bazelbuild/bazel-gazelle/language"

type lang struct{ language.BaseLang }

// NewLanguage returns the language.
func NewLanguage() language.Language { return &lang{} }

// Name returns the language's name.
func (*lang) Name() string { return "nothing" }
