package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/locate"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/workspace"
)

// userPath is a path as the user of `bazel run` means it, who is elsewhere.
func userPath(path string) (string, error) {
	if base := os.Getenv("BUILD_WORKING_DIRECTORY"); base != "" && !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return filepath.Abs(path)
}

// root is the workspace's directory: the one that is named, in whichever way,
// or that the user is in.
func (o *initOptions) root() (dir string, err error) {
	if o.dir != "" {
		if o.dir, err = userPath(o.dir); err != nil {
			return "", err
		}
	}
	if o.workspace != "" {
		dir, err = userPath(o.workspace)
		if err != nil {
			return "", err
		}
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			return "", fmt.Errorf("--workspace=%q is not a directory: name the one with MODULE.bazel, or an empty one", dir)
		}
		return dir, nil
	}
	if o.dir != "" && locate.Classify(o.dir) == locate.Other {
		if _, err := os.Stat(filepath.Join(o.dir, "MODULE.bazel")); err == nil {
			return o.dir, nil
		}
	}
	if dir, err = userPath("."); err != nil {
		return "", err
	}
	return workspace.Find(dir)
}

// splitName takes the name apart where it is a label.
func (o *initOptions) splitName() error {
	given := o.name
	if label, ok := strings.CutPrefix(given, "//"); ok {
		var colon bool
		if o.into, o.name, colon = strings.Cut(label, ":"); !colon { // //a/b is //a/b:b
			o.name = path.Base(o.into)
		}
		if o.into != "" && (!packageName.MatchString(o.into) || !filepath.IsLocal(o.into) || path.Clean(o.into) != o.into) {
			return usagef("--name=%q cannot be the label of a target: write //DIRECTORY:NAME, with a directory of the workspace", given)
		}
	}
	if !targetName.MatchString(o.name) {
		return usagef("--name=%q cannot be the name of a target: use letters, digits and _", given)
	}
	return nil
}

// label is that of the target.
func (o *initOptions) label() string { return "//" + o.into + ":" + o.name }

// openBuild opens the BUILD file that the target goes to.
func (o *initOptions) openBuild(root string) (*workspace.File, error) {
	dir := filepath.Join(root, o.into)
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, fmt.Errorf("there is no directory %q for %s: make it, or choose another package by --name", dir, o.label())
	}
	ignores := bazelfile.ReadIgnores(func(name string) string {
		f, err := workspace.Open(root, name)
		if err != nil {
			return ""
		}
		return string(f.Old)
	})
	for _, by := range []string{ignores.By(root, o.into), workspace.DeletedBy(root, o.into)} {
		if by != "" {
			return nil, fmt.Errorf("%s: the package of %s is not there for Bazel: choose another one by --name, or take that out", by, o.label())
		}
	}
	return workspace.Open(root, filepath.Join(o.into, "BUILD.bazel"), filepath.Join(o.into, "BUILD"))
}

// rulesPath is the path of the rules as the user named it, or rules/ in that of a
// checkout, which then has the tools.
func (o *initOptions) rulesPath() (dir, tools string, err error) {
	if o.rules == "" {
		return "", "", nil
	}
	if dir, err = userPath(o.rules); err != nil {
		return "", "", err
	}
	has := func(path string) bool {
		_, err := os.Stat(filepath.Join(dir, path))
		return err == nil
	}
	switch {
	case has("rules/extensions.bzl"):
		dir, tools = filepath.Join(dir, "rules"), dir
	case !has("extensions.bzl"):
		return "", "", fmt.Errorf("--rules=%q is neither a release nor a checkout of rules_kheaders: it has no extensions.bzl and no rules/extensions.bzl", dir)
	}
	if inTmp(dir) {
		say("warning: --rules=%q is in /tmp, where each of Bazel's sandboxes has a /tmp of its own: move the checkout, or build with --sandbox_add_mount_pair=/tmp", dir)
	}
	return dir, tools, nil
}

// kernelDir is the directory to find the kernel in.
func (o *initOptions) kernelDir(root string) (string, error) {
	dir := root
	if o.dir != "" {
		dir = o.dir
	}
	switch kind := locate.Classify(dir); {
	case kind == locate.Source || kind == locate.Build || kind == locate.Other && dir != root:
		return dir, nil
	case kind == locate.Module && o.profile == "":
		o.profile = "modules"
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "", fmt.Errorf("ask for the running kernel: %w: name a directory", err)
	}
	return locate.Running(locate.ModulesDir, unix.ByteSliceToString(u.Release[:]))
}

// within returns the path to write for a directory of the kernel: relative to
// the workspace when it is inside.
func within(root, dir string) (string, error) {
	if rel, err := filepath.Rel(dir, root); err == nil && rel != ".." && !strings.HasPrefix(rel, "../") {
		return "", fmt.Errorf("the workspace %q is in the kernel's own directory %q, where Bazel's links would become part of the kernel: run this in another directory, or give it by --workspace", root, dir)
	}
	if rel, err := filepath.Rel(root, dir); err == nil && rel != ".." && !strings.HasPrefix(rel, "../") {
		return rel, nil
	}
	return dir, nil
}

// inTmp tells whether a directory is one that Bazel's actions do not see: each
// has a /tmp of its own.
func inTmp(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	return err == nil && (strings.HasPrefix(real, "/tmp/") || strings.HasPrefix(dir, "/tmp/"))
}
