package survey

import (
	"path"
	"path/filepath"

	"github.com/bmatcuk/doublestar/v4"
)

// Settings are what the directives of a directory and those above it say. They
// are never changed once made.
type Settings struct {
	// Off is true where the language writes nothing. On is true where a
	// directive says so, and not for want of one.
	Off, On bool
	// OnAt is the directory whose BUILD file says so.
	OnAt string
	// Arches are SRCARCH names; none where no directive says any.
	Arches []string
	// ArchesAt is the file and line that named them.
	ArchesAt string
	// Profile and Format are "" where the rules' defaults, or what the user
	// wrote in the rule, shall hold.
	Profile, Format string
	Exclude, Roots  []string
	// Cleared are the attributes whose directive has stood without a value:
	// where no later one has, the rules' defaults shall hold.
	Cleared map[string]bool
}

// Place is a directory of a workspace, with what it inherits.
type Place struct {
	Rel      string
	Settings *Settings
	Excludes []Exclusion
	// OtherLangs is true where Gazelle uses other languages only.
	OtherLangs bool
	// UpdateOnly: no BUILD file comes where there is none.
	UpdateOnly bool
	// OffAt and LangsAt say where the language was switched off, UpdateOnlyAt
	// where UpdateOnly was said.
	OffAt, LangsAt, UpdateOnlyAt string
	// IgnoredAt says where this BUILD file, and none below, is left alone.
	IgnoredAt string
	// ChoosesTree is true if a directive names the kernel_tree for modules.
	ChoosesTree bool
	// Package is the directory's own BUILD file; nil if there is none, or if it
	// has nothing that a survey looks for.
	Package *Package
}

// Exclusion is a pattern that Gazelle leaves out, and who says so.
type Exclusion struct{ Pattern, At string }

// ReadOnly says why this run does not write a place's BUILD file; "" if it
// does, or may.
func (w *Workspace) ReadOnly(at Place) string {
	switch why := w.excludedBy(at); {
	case why != "":
		return why
	case at.Settings.Off:
		return at.OffAt
	case at.IgnoredAt != "":
		return at.IgnoredAt
	case at.OtherLangs:
		return at.LangsAt
	case at.UpdateOnly && BuildFileIn(w.Dir(at.Rel), w.BuildNames) == "":
		return at.UpdateOnlyAt + " update_only"
	}
	return ""
}

// excludedBy says why Gazelle does not go into a directory, "" if it does.
func (w *Workspace) excludedBy(at Place) string {
	if by := w.ignores.By(w.Root, at.Rel); by != "" {
		return by
	}
	for dir := at.Rel; dir != "." && dir != ""; dir = path.Dir(dir) {
		for _, x := range at.Excludes {
			if doublestar.MatchUnvalidated(x.Pattern, dir) {
				return x.At
			}
		}
	}
	return ""
}

// BazelIgnores tells whether a directory is not there for Bazel.
func (w *Workspace) BazelIgnores(rel string) bool {
	return w.ignores.By("", rel) != ""
}

// Load returns what the BUILD file of a package has that Bazel can see, nil
// without one.
func (w *Workspace) Load(rel string) *Package {
	if w.BazelIgnores(rel) {
		return nil
	}
	return w.buildFiles.Load(rel)
}

// Place returns what directives say of a directory.
func (w *Workspace) Place(rel string) Place { return w.buildFiles.Place(rel) }

// Dir returns the absolute path of a directory.
func (w *Workspace) Dir(rel string) string { return filepath.Join(w.Root, rel) }
