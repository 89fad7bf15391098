package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/bazelbuild/buildtools/build"
	"golang.org/x/sys/unix"

	"rules_kheaders/tools/internal/bazelfile"
	"rules_kheaders/tools/internal/codec"
	"rules_kheaders/tools/internal/cstrip"
	"rules_kheaders/tools/internal/locate"
	"rules_kheaders/tools/internal/selection"
	"rules_kheaders/tools/internal/tree"
	"rules_kheaders/tools/internal/workspace"
)

// rulesVersion is the version in this repository's MODULE.bazel.
const rulesVersion = "0.1.0"

var initCommand = &command{
	name:    "init",
	operand: "dir",
	summary: "add a kernel of this machine and a kheaders target to a Bazel workspace",
	help: `
Init adds to MODULE.bazel the dependency on rules_kheaders and a kernel, and to
the top BUILD.bazel a kheaders target for it. Files that are not there are made;
what is in them stays as it is. It shows the change as a unified diff, then asks
on a terminal; otherwise it writes with --yes only. Where all is there already,
it changes nothing and says so.

DIR is a kernel's source tree, its build directory (O=…), or a directory below
/lib/modules. By default the kernel is that of /lib/modules/$(uname -r)/build.
It is as well where DIR is a workspace, which is then the one to change, or the
directory of an external module (Makefile or Kbuild with obj-m), for which the
profile is modules. With --suite the kernel is one of Debian's, which Bazel
fetches, and no directory is looked at.

The kernel must have been through make prepare modules_prepare. MODULE.bazel
names it by the path it was found under, or relative to the workspace when it is
inside.

The workspace is the one that the working directory is in. 'bazel run' passes
the directory it was called from; there, give --workspace when the target is in
another workspace, such as a checkout of rules_kheaders.

Exit status 1 where a change was shown and not written.

Example:
  kheaders init
  kheaders init --name=my_kernel --profile=modules --yes ~/linux/build
  kheaders init --suite=bookworm --max-bytes=5600000`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var o initOptions
		fs.StringVar(&o.dir, "dir", "", "`directory` of the kernel; the flag's name can be left out (default: that of the running kernel)")
		fs.StringVar(&o.name, "name", "kheaders", "`name` of the target")
		fs.StringVar(&o.repo, "repo", "", "`name` of the kernel's repository (default linux)")
		fs.StringVar(&o.arch, "arch", "", "`architecture` of the kernel, such as x86 or arm64 (default: what it was built for; with --suite this machine's)")
		fs.StringVar(&o.suite, "suite", "", "take the kernel of this Debian `suite`, such as bookworm")
		fs.StringVar(&o.pkg, "package", "", "with --suite, the `package` with the headers (default linux-headers-ARCH)")
		fs.StringVar(&o.profile, "profile", "", "`profile`: "+strings.Join(selection.Profiles(), ", ")+" (default headers; modules for an external module)")
		fs.StringVar(&o.format, "format", "tgz", "`format` of the archive: tgz, tar, tar.zst or tar.bz2")
		fs.StringVar(&o.strip, "strip", "comments", "`mode`: none, comments, comments_keep_license or minify")
		fs.Int64Var(&o.maxBytes, "max-bytes", 0, "budget of the archive, in bytes: adds a test that fails above it")
		fs.BoolVar(&o.noModule, "no-module", false, "leave kheaders.ko out, which make and a C compiler build; so it is for another architecture than this machine's")
		fs.StringVar(&o.workspace, "workspace", "", "`directory` of the workspace (default: where the working directory is in)")
		fs.StringVar(&o.rules, "rules", "", "checkout of rules_kheaders to use, a `directory`, for as long as it is in no registry")
		fs.BoolVar(&o.yes, "yes", false, "write without asking")
		return func(stdout io.Writer) error {
			fs.Visit(func(f *flag.Flag) { o.asked = append(o.asked, strings.ReplaceAll(f.Name, "-", "_")) })
			return o.run(stdout)
		}
	},
}

type initOptions struct {
	dir, name, repo, arch, suite, pkg, profile, format, strip, workspace, rules string

	maxBytes      int64
	noModule, yes bool
	// asked are the names of the flags that were given, as attributes.
	asked []string
}

// The names that Bazel takes, without those that would need quoting somewhere.
var (
	targetName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+=~@-]*$`)
	repoName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)
	debianName = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]*$`)
)

// check looks at the flags alone.
func (o *initOptions) check() error {
	if !targetName.MatchString(o.name) {
		return usagef("--name=%q cannot be the name of a target: use letters, digits and _", o.name)
	}
	if o.repo != "" && !repoName.MatchString(o.repo) {
		return usagef("--repo=%q cannot be the name of a repository: use a letter, then letters, digits and _", o.repo)
	}
	if o.maxBytes < 0 {
		return usagef("--max-bytes=%d is below zero: give the bytes that the archive may have", o.maxBytes)
	}
	if _, err := codec.ParseFormat(o.format); err != nil {
		return asUsage(err)
	}
	if _, err := cstrip.ParseMode(o.strip); err != nil {
		return asUsage(err)
	}
	if p := selection.Profiles(); o.profile != "" && !strings.Contains(" "+strings.Join(p, " ")+" ", " "+o.profile+" ") {
		return usagef("unknown profile %q: use one of %s", o.profile, strings.Join(p, ", "))
	}
	if o.arch != "" {
		if _, err := tree.ParseArch(o.arch); err != nil {
			return asUsage(err)
		}
	}
	switch {
	case o.suite == "" && o.pkg != "":
		return usagef("--package=%s is a package of a Debian suite: give --suite as well", o.pkg)
	case o.suite != "" && o.dir != "":
		return usagef("there is a directory, %q, and --suite=%s: give one of them", o.dir, o.suite)
	case o.suite != "" && !debianName.MatchString(o.suite):
		return usagef("--suite=%q cannot be a suite of Debian's: name one such as bookworm", o.suite)
	case o.pkg != "" && !debianName.MatchString(o.pkg):
		return usagef("--package=%q cannot be a package of Debian's: name one such as linux-headers-amd64", o.pkg)
	}
	return nil
}

// userPath is a path as the user of `bazel run` means it, who is elsewhere.
func userPath(path string) (string, error) {
	if base := os.Getenv("BUILD_WORKING_DIRECTORY"); base != "" && !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return filepath.Abs(path)
}

func (o *initOptions) run(stdout io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	root, err := o.root()
	if err != nil {
		return err
	}
	m := &bazelfile.Module{Version: rulesVersion}
	m.Kernel.Repo, m.Kernel.Anew = "linux", o.repo != ""
	if o.repo != "" {
		m.Kernel.Repo = o.repo
	}
	if m.Path, err = o.rulesPath(); err != nil {
		return err
	}
	arch := ""
	if o.suite != "" {
		arch, err = o.debianKernel(&m.Kernel)
	} else {
		arch, err = o.localKernel(&m.Kernel, root)
	}
	if err != nil {
		return err
	}

	moduleFile, err := workspace.Open(root, "MODULE.bazel")
	if err != nil {
		return err
	}
	buildFile, err := workspace.Open(root, "BUILD.bazel", "BUILD")
	if err != nil {
		return err
	}
	var added *bazelfile.Added
	if moduleFile.New, added, err = bazelfile.EditModule(moduleFile.Name, moduleFile.Old, m); err != nil {
		return err
	}
	if buildFile.New, err = bazelfile.EditBuild(buildFile.Name, buildFile.Old, added, o.target(added, arch)); err != nil {
		return err
	}
	return o.finish(stdout, root, moduleFile, buildFile)
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

// rulesPath is the path of the checkout as the user named it.
func (o *initOptions) rulesPath() (string, error) {
	if o.rules == "" {
		return "", nil
	}
	dir, err := userPath(o.rules)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "rules/extensions.bzl")); err != nil {
		return "", fmt.Errorf("--rules=%q is no checkout of rules_kheaders: it has no rules/extensions.bzl", dir)
	}
	return dir, nil
}

// debianKernel makes a tag for a kernel of Debian's; it returns the SRCARCH.
func (o *initOptions) debianKernel(k *bazelfile.Kernel) (string, error) {
	arch := o.arch
	if arch == "" {
		arch = runtime.GOARCH
	}
	k.Tag = "debian_kernel"
	k.Attrs = map[string]string{"suite": o.suite}
	k.Defaults = map[string]string{"arch": "amd64", "package": ""}
	src, err := tree.ParseArch(arch)
	if err != nil {
		return "", asUsage(err)
	}
	if src != "x86" || arch == "i386" || arch == "i686" {
		k.Attrs["arch"] = arch
	}
	if o.pkg != "" {
		k.Attrs["package"] = o.pkg
	}
	fmt.Fprintf(os.Stderr, "kheaders: kernel of Debian's suite %s for %s\n", o.suite, arch)
	return src, nil
}

// localKernel makes a tag for a kernel of this machine; it returns the SRCARCH.
func (o *initOptions) localKernel(k *bazelfile.Kernel, root string) (string, error) {
	dir, err := o.kernelDir(root)
	if err != nil {
		return "", err
	}
	found, err := locate.Find(dir, o.arch)
	if err != nil {
		return "", err
	}
	if err := found.Check(o.profile == "modules", !o.noModule && foreign(found.Arch) == ""); err != nil {
		return "", err
	}
	k.Tag = "local_kernel"
	k.Attrs = map[string]string{"arch": found.Arch}
	k.Defaults = map[string]string{"objtree": ""}
	for attr, dir := range map[string]string{"srctree": found.Srctree, "objtree": found.Objtree} {
		if dir == "" {
			continue
		}
		if k.Attrs[attr], err = within(root, dir); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(os.Stderr, "kheaders: kernel %s for %s: srctree %q", found.Release, found.Arch, k.Attrs["srctree"])
	if found.Objtree != "" {
		fmt.Fprintf(os.Stderr, ", objtree %q", k.Attrs["objtree"])
	}
	fmt.Fprintln(os.Stderr)
	return found.Arch, nil
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

// foreign is the machine's architecture where a kernel's is another.
func foreign(arch string) string {
	own, err := tree.ParseArch(runtime.GOARCH)
	if err == nil && own == arch {
		return ""
	}
	return runtime.GOARCH
}

// target is the target for the kernel.
func (o *initOptions) target(added *bazelfile.Added, arch string) *bazelfile.Target {
	t := &bazelfile.Target{
		Name:  o.name,
		Tree:  "@" + added.Repo + "//:tree",
		Attrs: map[string]build.Expr{"strip": bazelfile.String(o.strip)},
		Asked: map[string]bool{"module": o.noModule},
	}
	for _, a := range o.asked {
		t.Asked[a] = true
	}
	if o.profile != "" {
		t.Attrs["profile"] = bazelfile.String(o.profile)
	}
	if o.format != "tgz" || t.Asked["format"] {
		t.Attrs["format"] = bazelfile.String(o.format)
	}
	if o.maxBytes > 0 {
		t.Attrs["max_bytes"] = bazelfile.Int(o.maxBytes)
	}
	if machine := foreign(arch); o.noModule || machine != "" {
		t.Attrs["module"] = bazelfile.False()
		if !o.noModule {
			t.Comment = "This machine is " + machine + ": for kheaders.ko name a compiler for " + arch + " by cross_compile, in place of module = False."
		}
	}
	return t
}

// finish shows the change, and writes it if the user wants it.
func (o *initOptions) finish(stdout io.Writer, root string, files ...*workspace.File) error {
	var names []string
	for _, f := range files {
		if !f.Changed() {
			continue
		}
		names = append(names, f.Name)
		if _, err := stdout.Write(f.Diff()); err != nil {
			return fmt.Errorf("write diff: %w", err)
		}
	}
	if len(names) == 0 {
		_, err := fmt.Fprintf(stdout, "Nothing to change: %s has this kernel and //:%s already.\n", root, o.name)
		return err
	}
	what := strings.Join(names, " and ") + " in " + root
	if !o.yes {
		if !isTerminal(os.Stdin) || !isTerminal(os.Stdout) {
			return fmt.Errorf("nothing is written: give --yes to write %s", what)
		}
		fmt.Fprintf(stdout, "Write %s? [y/N] ", what)
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
		default:
			return fmt.Errorf("nothing is written, as you wish")
		}
	}
	if err := workspace.Write(files...); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, "Wrote %s. Next: bazel build //:%s\n", what, o.name)
	return err
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
