// Command change measures what Bazel takes for one header that has changed: the
// archive of a kernel whose trees are in the workspace, by a server that has built
// it before. Beside it, in turns, are what Bazel takes where nothing has changed,
// and mainline's own kernel/gen_kheaders.sh.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench change:", err)
		os.Exit(1)
	}
}

const buildFile = `load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_archive", "kheaders_set")

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
	w, err := newWorkspace(filepath.Join(work, "workspace"), files[0], srctree, objtree)
	if err != nil {
		return err
	}
	defer w.Close()
	if _, err := w.Run("build", "//:directories", "//:files"); err != nil {
		return err
	}
	var commands []measure.Command
	for _, form := range []string{"directories", "files"} {
		commands = append(commands, measure.Command{
			Name:    "trees as " + form,
			Prepare: w.change,
			Make:    func() *exec.Cmd { return w.Command("build", "//:"+form) },
			Size:    w.changed(form),
		})
	}
	// What starting and asking Bazel takes of that.
	commands = append(commands, measure.Command{
		Name: "nothing changes",
		Make: func() *exec.Cmd { return w.Command("build", "//:files") },
	})
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
type workspace struct{ *measure.Workspace }

// newWorkspace writes the workspace. Links of the packages that lead nowhere are
// left out, since Bazel refuses them.
func newWorkspace(dir, tool, srctree, objtree string) (workspace, error) {
	program, err := os.ReadFile(tool)
	if err != nil {
		return workspace{}, err
	}
	made, err := measure.NewWorkspace(dir, "", program)
	if err == nil {
		err = made.Put("BUILD.bazel", buildFile)
	}
	for _, cmd := range [][]string{
		{"cp", "-r", srctree, filepath.Join(dir, "srctree")},
		{"cp", "-r", objtree, filepath.Join(dir, "objtree")},
		{"find", dir, "-xtype", "l", "-delete"},
	} {
		if err == nil {
			err = measure.Do(cmd...)
		}
	}
	return workspace{made}, err
}

// changed tells the size of an archive, which is to be another one than last time.
func (w workspace) changed(form string) func() (int64, error) {
	var last []byte
	return func() (int64, error) {
		archive, err := os.ReadFile(filepath.Join(w.Dir, "bazel-bin", form+".tgz"))
		if err == nil && bytes.Equal(archive, last) {
			err = fmt.Errorf("the header changed, and the archive of the trees as %s did not", form)
		}
		last = archive
		return int64(len(archive)), err
	}
}

// change changes the header: a number that no run before has had, of this
// benchmark or an earlier one, whose results a cache may have.
func (w workspace) change() error {
	path := filepath.Join(w.Dir, header)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const mark = "\n#define BENCH_CHANGE "
	before, _, _ := bytes.Cut(text, []byte(mark))
	return os.WriteFile(path, fmt.Appendf(before, "%s%d", mark, time.Now().UnixNano()), 0o644)
}
