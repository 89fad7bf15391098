package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rules_kheaders/tools/internal/closure"
	"rules_kheaders/tools/internal/selection"
)

// splitRoot reads LABEL<TAB>PATH, as build rules do it that declare all that is
// read, or a path that is its own label: its last part, for a path of this
// machine has no place in a manifest.
func splitRoot(s string) closure.File {
	if label, path, ok := strings.Cut(s, "\t"); ok {
		return closure.File{Label: label, Path: path, Alone: true}
	}
	return closure.File{Label: filepath.Base(s), Path: s}
}

// follow narrows the rules to the headers that the roots can reach. Where these
// include a file that was not looked for in the tree, it says so by l.again.
func (l *loaded) follow(rules *selection.Rules, t *treeFlags, name string) (*selection.Rules, error) {
	if slices.Contains(t.roots, "") {
		return nil, usagef("--root is empty: give a header as in an #include, such as linux/sched.h, or a path in the tree")
	}
	o := closure.Options{
		Tree: name, Arch: l.arch, Modules: t.profile != "headers", Roots: slices.Clone(t.roots), Barred: rules.Barred, Loaded: l.reach.MayMatch,
	}
	for _, f := range t.rootFiles {
		file := splitRoot(f)
		if file.Path == "" {
			return nil, usagef("--root-file is empty: give a file or a directory")
		}
		o.Files = append(o.Files, file)
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
	if l.again = l.reach.Widen(res.Far); l.again {
		return rules, nil
	}
	for _, w := range res.Warnings {
		fmt.Fprintf(os.Stderr, "kheaders: warning: tree %s: %s\n", name, w)
	}
	return rules.WithReached(res.Reasons), nil
}

func isSource(path string) bool {
	return strings.HasSuffix(path, ".c") || strings.HasSuffix(path, ".S")
}
