package measure

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

const moduleFile = `bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = %q,
)

register_toolchains("//programs:toolchain")
`

const programsFile = `load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")

kheaders_toolchain(
    name = "programs",
    kbuild = "program",
    tool = "program",
)

toolchain(
    name = "toolchain",
    toolchain = ":programs",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)
`

// Workspace is a user's, with a Bazel server of its own.
type Workspace struct {
	// Dir is its directory.
	Dir   string
	bazel string
}

// NewWorkspace writes a workspace in dir, which need not be there, that takes the
// rules of a checkout, and program for each of their programs. It is run by the
// tools/bazel of the workspace that `bazel run` was called in, which checkout is as
// well if it is ""; elsewhere it is an error.
func NewWorkspace(dir, checkout string, program []byte) (*Workspace, error) {
	here := os.Getenv("BUILD_WORKSPACE_DIRECTORY")
	if here == "" {
		return nil, fmt.Errorf("no workspace: run this by `tools/bazel run //tests/bench:%s`", filepath.Base(os.Args[0]))
	}
	if checkout == "" {
		checkout = here
	}
	rules := filepath.Join(checkout, "rules")
	if _, err := os.Stat(filepath.Join(rules, "MODULE.bazel")); err != nil {
		return nil, fmt.Errorf("%s is no checkout of the rules: %w", checkout, err)
	}
	w := &Workspace{Dir: dir, bazel: filepath.Join(here, "tools/bazel")}
	for name, text := range map[string]string{
		"MODULE.bazel": fmt.Sprintf(moduleFile, rules), "programs/BUILD.bazel": programsFile, "programs/program": string(program),
	} {
		if err := w.Put(name, text); err != nil {
			return nil, err
		}
	}
	return w, os.Chmod(filepath.Join(dir, "programs/program"), 0o755)
}

// Put writes a file.
func (w *Workspace) Put(name, text string) error {
	path := filepath.Join(w.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// Command is a call of Bazel there.
func (w *Workspace) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.bazel, append([]string{"--max_idle_secs=600"}, args...)...)
	cmd.Dir = w.Dir
	return cmd
}

// Run calls Bazel, and returns what it writes to its standard output.
func (w *Workspace) Run(args ...string) ([]byte, error) {
	cmd := w.Command(args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("bazel %s: %w\n%s", strings.Join(args, " "), err, said.String())
	}
	return out, nil
}

// Heap is how much memory the server has in use, in MB, once it has given back what
// it does not need.
func (w *Workspace) Heap() (float64, error) {
	out, err := w.Run("info", "used-heap-size-after-gc")
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(`(\d+)MB`).FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("bazel info says %q of its heap", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// Close ends the server, and removes what it has built.
func (w *Workspace) Close() error {
	_, err := w.Run("clean", "--expunge")
	return err
}
