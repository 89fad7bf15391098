// Command change measures what Bazel takes for one header that has changed: the
// archive of a kernel whose trees are in the workspace, by a server that has built
// it before. Beside it, in turns, is mainline's own kernel/gen_kheaders.sh.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench change:", err)
		os.Exit(1)
	}
}

const moduleFile = `bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = %q,
)

register_toolchains("//:toolchain")
`

const buildFile = `load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_archive", "kheaders_set")
load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")

kheaders_toolchain(
    name = "program",
    tool = "kheaders",
)

toolchain(
    name = "toolchain",
    toolchain = ":program",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)

kernel_tree(
    name = "directories_tree",
    srcs = ["srctree"],
    arch = "x86",
    generated = ["objtree"],
)

kernel_tree(
    name = "files_tree",
    srcs = glob(["srctree/**"]),
    arch = "x86",
    generated = glob(["objtree/**"]),
    generated_strip_prefix = "objtree",
    strip_prefix = "srctree",
)

[
    kheaders_set(
        name = form + "_set",
        tree = form + "_tree",
    )
    for form in ["directories", "files"]
]

[
    kheaders_archive(
        name = form,
        set = form + "_set",
        strip = "comments",
    )
    for form in ["directories", "files"]
]
`

// header is what changes. More than a comment does, for those are stripped.
const header = "srctree/include/linux/types.h"

func run() error {
	tool := flag.String("kheaders", "", "the kheaders `binary`")
	script := flag.String("gen_kheaders", "", "the kernel's `script` kernel/gen_kheaders.sh")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	packages := measure.Args()
	here := os.Getenv("BUILD_WORKSPACE_DIRECTORY")
	files, err := measure.Files(append([]string{*tool, *script}, packages...)...)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-change-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	srctree, objtree, err := measure.UnpackHeaders(files[2:], filepath.Join(work, "root"))
	if err != nil {
		return err
	}
	w := workspace{dir: filepath.Join(work, "workspace"), bazel: filepath.Join(here, "tools/bazel")}
	if err := w.write(here, files[0], srctree, objtree); err != nil {
		return err
	}
	defer w.command("clean", "--expunge").Run()
	var commands []measure.Command
	for _, form := range []string{"directories", "files"} {
		build := w.command("build", "//:"+form)
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("bazel build //:%s: %w\n%s", form, err, out)
		}
		commands = append(commands, measure.Command{
			Name:    "trees as " + form,
			Prepare: w.change,
			Make:    func() *exec.Cmd { return w.command("build", "//:"+form) },
			Size:    w.changed(form),
		})
	}
	theirs := measure.Mainline("gen_kheaders.sh", files[1], srctree, objtree, "xz")
	results, err := measure.Run(os.Stderr, *runs, append(commands, theirs)...)
	if err != nil {
		return err
	}
	fmt.Printf("One header of 6.1 changes, tgz, a warm Bazel; %d cores, load %s, medians of %d. CPU and memory are those of Bazel's client.\n", runtime.NumCPU(), measure.Load(), *runs)
	measure.Print(os.Stdout, results)
	return nil
}

// workspace is one with the trees in it.
type workspace struct {
	dir, bazel string
}

func (w workspace) command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.bazel, append([]string{"--max_idle_secs=600"}, args...)...)
	cmd.Dir = w.dir
	return cmd
}

// write writes the workspace. Links of the packages that lead nowhere are left
// out, since Bazel refuses them.
func (w workspace) write(here, tool, srctree, objtree string) error {
	if err := os.Mkdir(w.dir, 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{"MODULE.bazel": fmt.Sprintf(moduleFile, filepath.Join(here, "rules")), "BUILD.bazel": buildFile} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	for _, cmd := range [][]string{
		{"cp", tool, filepath.Join(w.dir, "kheaders")},
		{"cp", "-r", srctree, filepath.Join(w.dir, "srctree")},
		{"cp", "-r", objtree, filepath.Join(w.dir, "objtree")},
		{"find", w.dir, "-xtype", "l", "-delete"},
	} {
		if err := measure.Do(cmd...); err != nil {
			return err
		}
	}
	return nil
}

// changed tells the size of an archive, which is to be another one than last time.
func (w workspace) changed(form string) func() (int64, error) {
	var last []byte
	return func() (int64, error) {
		archive, err := os.ReadFile(filepath.Join(w.dir, "bazel-bin", form+".tgz"))
		if err == nil && bytes.Equal(archive, last) {
			err = fmt.Errorf("the header changed, and the archive of the trees as %s did not", form)
		}
		last = archive
		return int64(len(archive)), err
	}
}

// change changes the header: a number that no run before has had.
func (w workspace) change() error {
	path := filepath.Join(w.dir, header)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const mark = "\n#define BENCH_CHANGE "
	before, after, _ := bytes.Cut(text, []byte(mark))
	return os.WriteFile(path, fmt.Appendf(before, "%s%s1", mark, strings.TrimSpace(string(after))), 0o644)
}
