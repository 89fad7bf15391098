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
	known, most := buildfiles.KindOf(name, "") == buildfiles.Makefile, maxMakefiles
	if !known {
		most /= 2 // the others leave room for them
	}
	if len(text) > maxMakefile || len(text) > most-m.size || !known && !mayBeMakefile(name, text) {
		return
	}
	if m.texts == nil {
		m.texts = map[string]string{}
	}
	m.texts[name] = string(text)
	m.size += len(text)
}

// signs are what a text has that adds to the search path, or includes another
// makefile that does.
var signs = [][]byte{
	[]byte("$("), []byte("${"), []byte(" -I"), []byte("\t-I"), []byte("=-I"), []byte("-isystem"), []byte("-iquote"), []byte("-idirafter"),
	[]byte("-include "), []byte("-imacros"), []byte("\ninclude "), []byte("\nsinclude "),
}

// mayBeMakefile tells whether make may read a file without the name of a
// makefile: any, if a makefile includes it. Of a source or a script its text tells.
func mayBeMakefile(name string, text []byte) bool {
	if bytes.IndexByte(text, 0) >= 0 {
		return false
	}
	switch path.Ext(name) {
	case ".c", ".h", ".S", ".dts", ".dtsi", ".lds", ".o", ".pl", ".py", ".rs", ".rst", ".sh", ".symvers":
		return bytes.HasPrefix(text, []byte("include ")) || slices.ContainsFunc(signs, func(s []byte) bool { return bytes.Contains(text, s) })
	}
	return true
}

// find returns the makefiles of names, in which a * stands for any part of one,
// each once.
func (m *makefiles) find(names []string) ([]buildfiles.File, error) {
	var out []buildfiles.File
	found := map[string]bool{}
	add := func(p string) {
		if text, ok := m.texts[p]; ok && !found[p] {
			found[p] = true
			out = append(out, buildfiles.File{Path: p, Text: text})
		}
	}
	paths := slices.Sorted(maps.Keys(m.texts))
	for _, name := range names {
		add(name)
		if !strings.Contains(name, "*") {
			continue
		}
		for _, p := range paths {
			if buildfiles.Named(name, p) {
				add(p)
			}
		}
	}
	return out, nil
}
