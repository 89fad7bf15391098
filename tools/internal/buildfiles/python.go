package buildfiles

import (
	"path"
	"regexp"
	"strings"
)

func isPython(file, text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	return strings.HasSuffix(file, ".py") || strings.HasPrefix(first, "#!") && strings.Contains(first, "python")
}

var (
	imports = regexp.MustCompile(`(?m)^[ \t]*(?:from[ \t]+([A-Za-z0-9_.]+)[ \t]+)?import[ \t]+([A-Za-z0-9_., \t]+)`)
	// relativeDir is a string such as "../lib/python", which a script adds to
	// the directories that it imports from.
	relativeDir = regexp.MustCompile(`["']([A-Za-z0-9_./-]*/[A-Za-z0-9_./-]+)["']`)
)

// maxDirs limits the directories that a script may import from.
const maxDirs = 16

// python notes the modules that a script imports from its own directory and
// from others that it names.
func (s *scan) python(text string) {
	// A module of a package names others from the directory above.
	dirs := []string{s.dir, path.Dir(s.dir)}
	for _, m := range relativeDir.FindAllStringSubmatch(text, -1) {
		if dir := path.Join(s.dir, m[1]); len(dirs) < maxDirs && !strings.HasPrefix(m[1], "/") {
			dirs = append(dirs, dir)
		}
	}
	for _, m := range imports.FindAllStringSubmatch(text, -1) {
		for _, module := range modules(m[1], m[2]) {
			for _, dir := range dirs {
				for _, p := range []string{module + ".py", module + "/__init__.py"} {
					for _, c := range clean(path.Join(dir, p)) {
						s.note(Name{Path: c})
					}
				}
			}
		}
	}
}

// modules returns the files without their endings that an import may mean.
func modules(from, names string) []string {
	slashed := func(name string) string { return strings.ReplaceAll(strings.TrimLeft(name, "."), ".", "/") }
	var out []string
	if from != "" {
		out = append(out, slashed(from))
	}
	for _, name := range strings.Split(names, ",") {
		if f := strings.Fields(name); len(f) > 0 {
			out = append(out, path.Join(slashed(from), slashed(f[0])))
		}
	}
	return out
}
