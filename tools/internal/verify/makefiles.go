package verify

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildfiles"
)

const (
	// maxMakefile is far above the size of any makefile, maxMakefiles above that
	// of all those of a kernel, in bytes.
	maxMakefile  = 1 << 20
	maxMakefiles = 64 << 20
)

// makefiles are those of an archive, and files of which only a makefile that
// includes them tells that they are some.
type makefiles struct {
	texts map[string]string
	size  int
}

// add keeps a file if make may read it.
func (m *makefiles) add(name string, text []byte) {
	if len(text) > maxMakefile || len(text) > maxMakefiles-m.size || !mayBeMakefile(name, text) {
		return
	}
	if m.texts == nil {
		m.texts = map[string]string{}
	}
	m.texts[name] = string(text)
	m.size += len(text)
}

func mayBeMakefile(name string, text []byte) bool {
	if buildfiles.KindOf(name, "") == buildfiles.Makefile {
		return true
	}
	switch path.Ext(name) {
	case ".c", ".h", ".S", ".inc", ".dts", ".dtsi", ".json", ".lds", ".o", ".pl", ".py", ".rmeta", ".rs", ".rst", ".sh", ".so", ".symvers", ".txt", ".yaml":
		return strings.HasSuffix(name, ".inc") && !strings.HasPrefix(name, "include/")
	}
	return !bytes.HasPrefix(text, []byte("#!")) && bytes.IndexByte(text, 0) < 0
}

// ownDirs returns the directories of subsystems that have the name of those for
// headers. Of an archive without makefiles, whose roots may have led there, nobody
// knows which of them the search path has.
func ownDirs(paths []string) []string {
	var dirs []string
	seen := map[string]bool{}
	for _, p := range paths {
		dir, _, ok := strings.Cut(p, "/include/")
		if ok && !seen[dir] && !strings.HasPrefix(p, "include/") && !strings.HasPrefix(p, "arch/") {
			seen[dir] = true
			dirs = append(dirs, dir+"/include")
		}
	}
	return dirs
}

// find returns the makefiles of names, in which a * stands for any part of one.
func (m *makefiles) find(names []string) ([]buildfiles.File, error) {
	var out []buildfiles.File
	paths := slices.Sorted(maps.Keys(m.texts))
	for _, name := range names {
		if text, ok := m.texts[name]; ok {
			out = append(out, buildfiles.File{Path: name, Text: text})
		}
		if !strings.Contains(name, "*") {
			continue
		}
		for _, p := range paths {
			if match(name, p) {
				out = append(out, buildfiles.File{Path: p, Text: m.texts[p]})
			}
		}
	}
	return out, nil
}
