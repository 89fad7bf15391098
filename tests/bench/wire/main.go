// Command wire counts what machines that run actions are sent of a kernel tree, in
// each form that it may have: files and bytes, once each, and those that a worker
// lays out for the actions, by Bazel's own log of them.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench wire:", err)
		os.Exit(1)
	}
}

// forms are beginnings of names of targets.
var forms = []struct{ target, name string }{
	{"packages", ".deb packages"},
	{"tar", "one tar, gzip"},
	{"directories", "directories"},
	{"indexed", "directories, with index"},
	{"files", "loose files"},
	{"files_indexed", "loose files, with index"},
}

const buildFile = `load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")

kernel_tree(
    name = "packages_tree",
    archives = glob(["packages/*"]),
    arch = "x86",
)

kernel_tree(
    name = "tar_tree",
    archives = ["linux.tar.gz"],
    arch = "x86",
)

[
    kernel_tree(
        name = name + "_tree",
        srcs = ["srctree"],
        arch = "x86",
        generated = ["objtree"],
        index = name == "indexed",
    )
    for name in ["directories", "indexed"]
]

[
    kernel_tree(
        name = name + "_tree",
        srcs = glob(["srctree/**"]),
        arch = "x86",
        generated = glob(["objtree/**"]),
        generated_strip_prefix = "objtree",
        index = name == "files_indexed",
        strip_prefix = "srctree",
    )
    for name in ["files", "files_indexed"]
]

[
    kheaders(
        name = form,
        max_bytes = 10000000,
        module = False,
        strip = "comments",
        tree = form + "_tree",
    )
    for form in ["packages", "tar", "directories", "indexed", "files", "files_indexed"]
]
`

func run() error {
	tool := flag.String("kheaders", "", "the kheaders `binary`")
	packages, err := measure.Files(measure.Args()...)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-wire-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	w, err := newWorkspace(work, *tool, packages)
	if err != nil {
		return err
	}
	defer w.Close()
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tsent\t\tindex\t\tset\t\tarchive\t\tall others\t\t")
	fmt.Fprintln(t, "tree\tfiles\tMB\tfiles\tMB\tfiles\tMB\tfiles\tMB\tfiles\tMB\t")
	sums := map[string]string{}
	for _, form := range forms {
		log := filepath.Join(work, form.target+".log")
		if _, err := w.Run("build", "--disk_cache=", "--execution_log_json_file="+log, "//:"+form.target, "//:"+form.target+".set"); err != nil {
			return err
		}
		c, err := read(log)
		if err != nil {
			return err
		}
		rest := c.all
		var parts [3]amount
		for i, mnemonic := range []string{"KheadersIndex", "KheadersSelect", "KheadersArchive"} {
			parts[i] = c.by[mnemonic]
			rest.files, rest.bytes = rest.files-parts[i].files, rest.bytes-parts[i].bytes
		}
		fmt.Fprintf(t, "%s\t%v\t%v\t%v\t%v\t%v\t\n", form.name, c.once, parts[0], parts[1], parts[2], rest)
		archive, err := os.ReadFile(filepath.Join(w.Dir, "bazel-bin", form.target+".archive.tgz"))
		if err != nil {
			return err
		}
		sums[string(archive)] = form.name
	}
	if len(sums) != 1 {
		return fmt.Errorf("the archives are of %d kinds, and should be the same", len(sums))
	}
	fmt.Println("Inputs of the actions for an archive of Debian's 6.1, header, source and report, without the program: what is sent once, and what a worker lays out.")
	return t.Flush()
}

// newWorkspace writes the workspace. Links of the packages that lead nowhere are
// left out, since Bazel refuses them.
func newWorkspace(work, tool string, packages []string) (*measure.Workspace, error) {
	program, err := os.ReadFile(tool)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(work, "workspace")
	w, err := measure.NewWorkspace(dir, "", program)
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{
		"BUILD.bazel": buildFile,
		".bazelrc":    "startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1\n",
	} {
		if err := w.Put(name, text); err != nil {
			return nil, err
		}
	}
	srctree, objtree, err := measure.UnpackHeaders(packages, filepath.Join(work, "root"))
	if err != nil {
		return nil, err
	}
	for _, cmd := range [][]string{
		{"mkdir", filepath.Join(dir, "packages")},
		append(append([]string{"cp", "-L"}, packages...), filepath.Join(dir, "packages")),
		{"cp", "-r", srctree, filepath.Join(dir, "srctree")},
		{"cp", "-r", objtree, filepath.Join(dir, "objtree")},
		{"find", dir, "-xtype", "l", "-delete"},
		{"tar", "-C", dir, "-czf", filepath.Join(dir, "linux.tar.gz"), "srctree", "objtree"},
	} {
		if err := measure.Do(cmd...); err != nil {
			return nil, err
		}
	}
	return w, nil
}
