// Command analysis measures what Bazel spends on analysing trees of many files:
// the seconds that `bazel build --nobuild` takes, and the memory of Bazel's
// server after it. With --against it does the same with another checkout of
// these rules, in the same run, in turns.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
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

const moduleFile = `bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = %q,
)

register_toolchains("//:toolchain")
`

const buildFile = `load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")

kheaders_toolchain(
    name = "stand_in",
    kbuild = "program",
    tool = "program",
)

toolchain(
    name = "toolchain",
    toolchain = ":stand_in",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)
`

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
	here := os.Getenv("BUILD_WORKSPACE_DIRECTORY")
	if here == "" {
		return fmt.Errorf("run this by `tools/bazel run //tests/bench:analysis`")
	}
	checkouts, names := []string{here}, []string{"this checkout"}
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
			s, err := measure(filepath.Join(work, fmt.Sprintf("%d-%d", c, i)), checkout, here)
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
		m := sample{median(all, func(s sample) float64 { return s.seconds }), median(all, func(s sample) float64 { return s.megabytes })}
		medians = append(medians, m)
		fmt.Fprintf(t, "%s\t%.2f\t%.0f\t\n", names[c], m.seconds, m.megabytes)
	}
	if len(medians) > 1 {
		fmt.Fprintf(t, "this : the other\t%.2f\t%.2f\t\n", medians[0].seconds/medians[1].seconds, medians[0].megabytes/medians[1].megabytes)
	}
	return t.Flush()
}

// measure makes a workspace and analyses it with a Bazel server of its own, in
// which the files and all but the trees are there already. The seconds are of
// the trees, the memory is what they add.
func measure(workspace, checkout, here string) (s sample, err error) {
	if err := write(workspace, checkout); err != nil {
		return s, err
	}
	bazel := func(args ...string) ([]byte, error) {
		cmd := exec.Command(filepath.Join(here, "tools/bazel"), append([]string{"--max_idle_secs=60"}, args...)...)
		cmd.Dir = workspace
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("bazel %s: %w\n%s", strings.Join(args, " "), err, said.String())
		}
		return out.Bytes(), nil
	}
	heap := func() (float64, error) {
		out, err := bazel("info", "used-heap-size-after-gc")
		if err != nil {
			return 0, err
		}
		m := regexp.MustCompile(`(\d+)MB`).FindSubmatch(out)
		if m == nil {
			return 0, fmt.Errorf("bazel info says %q of its heap", out)
		}
		return strconv.ParseFloat(string(m[1]), 64)
	}
	defer func() {
		if _, e := bazel("clean", "--expunge"); e != nil && err == nil {
			err = e
		}
	}()
	if _, err := bazel("build", "--nobuild", "//warm/...", "//trees:files"); err != nil {
		return s, err
	}
	before, err := heap()
	if err != nil {
		return s, err
	}
	begin := time.Now()
	if _, err := bazel("build", "--nobuild", "//trees/..."); err != nil {
		return s, err
	}
	s.seconds = time.Since(begin).Seconds()
	after, err := heap()
	s.megabytes = after - before
	return s, err
}

// write writes the workspace.
func write(workspace, checkout string) error {
	rules := filepath.Join(checkout, "rules")
	if _, err := os.Stat(filepath.Join(rules, "MODULE.bazel")); err != nil {
		return fmt.Errorf("%s is no checkout of the rules: %w", checkout, err)
	}
	if err := put(workspace, "MODULE.bazel", fmt.Sprintf(moduleFile, rules)); err != nil {
		return err
	}
	if err := put(workspace, "BUILD.bazel", buildFile); err != nil {
		return err
	}
	if err := put(workspace, "program", "#!/bin/false\n"); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(workspace, "program"), 0o755); err != nil {
		return err
	}
	// One tree of one file, so that rules and toolchains are loaded.
	for dir, n := range map[string]struct{ trees, files int }{"warm": {1, 1}, "trees": {trees, files}} {
		if err := put(workspace, dir+"/BUILD.bazel", fmt.Sprintf(treeFile, n.trees, n.trees)); err != nil {
			return err
		}
		for i := range n.files {
			if err := put(workspace, fmt.Sprintf("%s/include/dir%d/header%d.h", dir, i/100, i), ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func put(workspace, name, text string) error {
	path := filepath.Join(workspace, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func median(all []sample, of func(sample) float64) float64 {
	var v []float64
	for _, s := range all {
		v = append(v, of(s))
	}
	slices.Sort(v)
	return v[len(v)/2]
}
