package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

// What is made from each kernel.
var (
	profiles = []string{"headers", "modules", "rfc", "tracing"}
	formats  = []string{"tgz", "tar.xz", "tar.zst"}
)

const buildFile = `load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_archive", "kheaders_set")

kernel_tree(
    name = "tree",
    arch = "x86",
%s
)

[
    kheaders_set(
        name = profile,
        profile = profile,
        tree = "tree",
    )
    for profile in [%s]
]

[
    kheaders_archive(
        name = "%%s.archive.%%s" %% (profile, format),
        format = format,
        set = profile,
        strip = "comments",
    )
    for profile in [%[2]s]
    for format in [%s]
]
`

// A small kernel is two directories, whose index all archives are made from; a real
// one is Debian's packages.
const (
	smallTree = `    srcs = ["srctree"],
    generated = ["objtree"],
    index = True,`
	realTree = `    archives = glob(["packages/*"]),`
)

// kernels are those of a workspace.
type kernels struct {
	mini     string
	packages []string
	// every tells which are real: each of so many; 0 is none.
	every int
}

func (k kernels) real(i int) bool { return k.every > 0 && i%k.every == 0 }

// actions returns how many there are for so many kernels: one for each archive, and
// one that reads each small tree.
func (k kernels) actions(count int) int64 {
	n := archives(count)
	for i := range count {
		if !k.real(i) {
			n++
		}
	}
	return int64(n)
}

func archives(count int) int { return count * len(profiles) * len(formats) }

// quoted is a list as a BUILD file has it.
func quoted(words []string) string { return `"` + strings.Join(words, `", "`) + `"` }

// write writes so many kernels below a directory of the workspace. No two have the
// same files.
func (k kernels) write(w *measure.Workspace, below string, count int) error {
	for i := range count {
		dir := fmt.Sprintf("%s/kernel%d", below, i)
		tree := smallTree
		if k.real(i) {
			tree = realTree
		}
		if err := w.Put(dir+"/BUILD.bazel", fmt.Sprintf(buildFile, tree, quoted(profiles), quoted(formats))); err != nil {
			return err
		}
		at := filepath.Join(w.Dir, dir)
		if k.real(i) {
			packages := filepath.Join(at, "packages")
			if err := measure.Do("mkdir", packages); err != nil {
				return err
			}
			if err := measure.Do(slices.Concat([]string{"cp", "-L"}, k.packages, []string{packages})...); err != nil {
				return err
			}
			continue
		}
		if err := measure.Do("cp", "-rL", filepath.Join(k.mini, "srctree"), filepath.Join(k.mini, "objtree"), at); err != nil {
			return err
		}
		if err := w.Put(dir+"/srctree/include/linux/this_kernel.h", fmt.Sprintf("#define THIS_KERNEL \"%s/%d\"\n", below, i)); err != nil {
			return err
		}
	}
	return nil
}
