package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"rules_kheaders/tools/internal/closure"
	"rules_kheaders/tools/internal/selection"
)

// splitRoot reads LABEL<TAB>PATH, or a path that is its own label: its last
// part, for a path of this machine has no place in a manifest.
func splitRoot(s string) (label, path string) {
	if label, path, ok := strings.Cut(s, "\t"); ok {
		return label, path
	}
	return filepath.Base(s), s
}

// follow narrows the rules to the headers that the roots can reach.
func (l *loaded) follow(rules *selection.Rules, t *treeFlags, name string) (*selection.Rules, error) {
	o := closure.Options{Tree: name, Arch: l.arch, Modules: t.profile != "headers", Roots: t.roots, Barred: rules.Barred}
	for _, f := range t.rootFiles {
		label, path := splitRoot(f)
		if path == "" {
			return nil, usagef("--root-file is empty: give a file or a directory")
		}
		o.Files = append(o.Files, closure.File{Label: label, Path: path})
	}
	for _, e := range l.Entries {
		// What the profile compiles, such as scripts/module-common.c. Of the
		// sources of host tools those below scripts/ include the kernel's
		// headers, those below tools/ have their own.
		if v := rules.Decide(e.Path); v.In && isSource(e.Path) && (!v.Verbatim || strings.HasPrefix(e.Path, "scripts/")) {
			o.Roots = append(o.Roots, e.Path)
		}
	}
	res, err := closure.Run(l.Tree, o)
	if err != nil {
		return nil, err
	}
	for _, w := range res.Warnings {
		fmt.Fprintf(os.Stderr, "kheaders: warning: tree %s: %s\n", name, w)
	}
	return rules.WithReached(res.Reasons), nil
}

func isSource(path string) bool {
	return strings.HasSuffix(path, ".c") || strings.HasSuffix(path, ".S")
}
