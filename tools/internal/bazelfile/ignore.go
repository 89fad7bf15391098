package bazelfile

import (
	"fmt"
	"path"
	"strings"

	"github.com/bazelbuild/buildtools/build"
	"github.com/bmatcuk/doublestar/v4"
)

// The files of a workspace's top that say which directories are not there for
// Bazel.
const (
	ignoreFile = ".bazelignore"
	repoFile   = "REPO.bazel"
)

// Ignores are the directories of a workspace that are not there for Bazel.
type Ignores struct {
	// dirs are those of .bazelignore, globs those of REPO.bazel, each with its
	// line.
	dirs  map[string]int
	globs []ignoreGlob
}

type ignoreGlob struct {
	pattern string
	line    int
}

// ReadIgnores reads them by read, which returns the text of a file in the top
// of the workspace, "" where there is none. What Bazel cannot read ignores
// nothing.
func ReadIgnores(read func(name string) string) *Ignores {
	i := &Ignores{dirs: map[string]int{}}
	n := 0
	for line := range strings.Lines(read(ignoreFile)) {
		n++
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			i.dirs[path.Clean(line)] = n
		}
	}
	repo, err := build.ParseDefault(repoFile, []byte(read(repoFile)))
	if err != nil {
		return i
	}
	calls := calledIn(repo, nil)
	for _, c := range calls {
		if c.function() != "ignore_directories" {
			continue
		}
		patterns := c.positional()
		if v, ok := c.argument("dirs"); ok {
			patterns = append(patterns, v)
		}
		for _, p := range texts(list(patterns)) {
			if !strings.Contains(p, anything) && doublestar.ValidatePattern(p) {
				start, _ := c.Span()
				i.globs = append(i.globs, ignoreGlob{path.Clean(p), start.Line})
			}
		}
	}
	return i
}

// By returns the file, its line and what stands there that ignores a directory,
// or one that it is in; "" where nothing does. root goes before the file.
func (i *Ignores) By(root, rel string) string {
	for dir := rel; dir != "." && dir != ""; dir = path.Dir(dir) {
		if line, ok := i.dirs[dir]; ok {
			return fmt.Sprintf("%s:%d: %s", path.Join(root, ignoreFile), line, dir)
		}
		for _, g := range i.globs {
			if doublestar.MatchUnvalidated(g.pattern, dir) {
				return fmt.Sprintf("%s:%d: ignore_directories of %q", path.Join(root, repoFile), g.line, g.pattern)
			}
		}
	}
	return ""
}
