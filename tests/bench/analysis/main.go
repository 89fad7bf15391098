// Command analysis measures what Bazel spends on analysing trees of many files:
// the seconds that `bazel build --nobuild` takes, and the memory of Bazel's
// server after it. With --against it does the same with another checkout of
// these rules, in the same run, in turns.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench analysis:", err)
		os.Exit(1)
	}
}

// What is analysed: trees of files each, with a set, an archive and a module's
// source of each tree.
const (
	trees = 20
	files = 10_000
)

const treeFile = `load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")

filegroup(
    name = "files",
    srcs = glob(["include/**"]),
)

[
    kernel_tree(
        name = "tree%%d" %% i,
        srcs = [":files"],
        arch = "x86",
    )
    for i in range(%d)
]

[
    kheaders(
        name = "kernel%%d" %% i,
        module = False,
        tree = "tree%%d" %% i,
    )
    for i in range(%d)
]
`

// sample is one run.
type sample struct{ seconds, megabytes float64 }

func run() error {
	against := flag.String("against", "", "another checkout of the rules to measure as well, by its full `path` (outside of this workspace only where RULES_KHEADERS_BIND names it)")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	flag.Parse()
	checkouts, names := []string{""}, []string{"this checkout"}
	if *against != "" {
		checkouts, names = append(checkouts, *against), append(names, "the other")
	}
	work, err := os.MkdirTemp("", "bench-analysis-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fmt.Printf("%d cores. bazel build --nobuild of %d trees of %d files each, %d targets; the files are known to Bazel already.\n", runtime.NumCPU(), trees, files, 8*trees)
	results := make([][]sample, len(checkouts))
	for i := range *runs {
		for c, checkout := range checkouts {
			s, err := analyse(filepath.Join(work, fmt.Sprintf("%d-%d", c, i)), checkout)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "run %d of %d, %s: %.2f s\n", i+1, *runs, names[c], s.seconds)
			results[c] = append(results[c], s)
		}
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tseconds\tMB of heap\t")
	var medians []sample
	for c, all := range results {
		m := sample{measure.Median(all, func(s sample) float64 { return s.seconds }), measure.Median(all, func(s sample) float64 { return s.megabytes })}
		medians = append(medians, m)
		fmt.Fprintf(t, "%s\t%.2f\t%.0f\t\n", names[c], m.seconds, m.megabytes)
	}
	if len(medians) > 1 {
		fmt.Fprintf(t, "this : the other\t%.2f\t%.2f\t\n", medians[0].seconds/medians[1].seconds, medians[0].megabytes/medians[1].megabytes)
	}
	return t.Flush()
}

// analyse makes a workspace and analyses it with a Bazel server of its own, in
// which the files and all but the trees are there already. The seconds are of
// the trees, the memory is what they add.
func analyse(dir, checkout string) (s sample, err error) {
	w, err := measure.NewWorkspace(dir, checkout, []byte("#!/bin/false\n"))
	if err != nil {
		return s, err
	}
	if err := write(w); err != nil {
		return s, err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
	}()
	if _, err := w.Run("build", "--nobuild", "//warm/...", "//trees:files"); err != nil {
		return s, err
	}
	before, err := w.Heap()
	if err != nil {
		return s, err
	}
	begin := time.Now()
	if _, err := w.Run("build", "--nobuild", "//trees/..."); err != nil {
		return s, err
	}
	s.seconds = time.Since(begin).Seconds()
	after, err := w.Heap()
	s.megabytes = after - before
	return s, err
}

// write writes the trees: one of one file as well, so that rules and toolchains are
// loaded.
func write(w *measure.Workspace) error {
	for dir, n := range map[string]struct{ trees, files int }{"warm": {1, 1}, "trees": {trees, files}} {
		if err := w.Put(dir+"/BUILD.bazel", fmt.Sprintf(treeFile, n.trees, n.trees)); err != nil {
			return err
		}
		for i := range n.files {
			if err := w.Put(fmt.Sprintf("%s/include/dir%d/header%d.h", dir, i/100, i), ""); err != nil {
				return err
			}
		}
	}
	return nil
}
