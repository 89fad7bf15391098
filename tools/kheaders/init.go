package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/term"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/workspace"
)

var initCommand = &command{
	name:    "init",
	operand: "dir",
	summary: "add a kernel of this machine and a kheaders target to a Bazel workspace",
	help: `
Init adds to MODULE.bazel the dependency on rules_kheaders and a kernel, and to
the top BUILD.bazel, or that of the package that --name says, a kheaders target
for it. It makes files that are not there, and leaves all that is in them as it
is. It shows the change as a unified diff. Then, on a terminal, it asks whether to
write; elsewhere it writes with --yes only. If there is nothing to add it changes
nothing and says so. While another init works in the workspace it waits, and says
so.

DIR is one of:
  - a kernel's source tree, its build directory (O=…), or a directory below
    /lib/modules: that kernel. It must have been through make prepare
    modules_prepare. MODULE.bazel names it by the path that DIR has, relative to
    the workspace when it is inside.
  - an external module (a directory with obj-m in its Kbuild or Makefile): the
    running kernel, /lib/modules/$(uname -r)/build, with the profile modules.
  - a workspace, which is then the one that is changed: the running kernel.
Without DIR it is the running kernel. With --suite no directory is looked at: the
kernel is one of Debian's, which Bazel fetches.

The workspace is the one that the working directory is in; if there is none, the
working directory becomes one. Under 'bazel run' that is where bazel was called,
so in a checkout of rules_kheaders name your own by --workspace.

Exit status: 1 also where a change was shown and not written.

Example:
  kheaders init
  kheaders init --name=my_kernel --profile=modules --yes ~/linux/build
  kheaders init --suite=bookworm --max-bytes=5600000`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var o initOptions
		fs.StringVar(&o.dir, "dir", "", "`directory` of the kernel; the flag's name can be left out (default: that of the running kernel)")
		fs.StringVar(&o.name, "name", "kheaders", "`name` of the target, or its label as in //third_party/linux:kheaders")
		fs.StringVar(&o.repo, "repo", "", "`name` of the kernel's repository (default linux)")
		fs.StringVar(&o.arch, "arch", "", "`architecture` of the kernel, such as x86 or arm64 (default: what it was built for; with --suite this machine's)")
		fs.StringVar(&o.suite, "suite", "", "take the kernel of this Debian `suite`, such as bookworm")
		fs.StringVar(&o.pkg, "package", "", "with --suite, the `package` with the headers (default linux-headers-ARCH)")
		fs.StringVar(&o.profile, "profile", "", "`profile`: "+strings.Join(selection.Profiles(), ", ")+" (default headers; modules for an external module)")
		fs.StringVar(&o.format, "format", "tgz", "`format` of the archive: "+codec.FormatList())
		fs.StringVar(&o.strip, "strip", "comments", "`mode`: none, comments, comments_keep_license or minify")
		fs.Int64Var(&o.maxBytes, "max-bytes", 0, "budget of the archive, in `bytes`: adds a test that fails above it")
		fs.BoolVar(&o.noModule, "no-module", false, "leave out kheaders.ko, which make and a C compiler build; for a kernel of another architecture than this machine's it is left out anyway")
		fs.StringVar(&o.workspace, "workspace", "", "`directory` of the workspace (default: the one that the working directory is in)")
		fs.StringVar(&o.rules, "rules", "", "`directory` of an unpacked release of rules_kheaders, or of a checkout, to use where no registry has the module")
		fs.BoolVar(&o.yes, "yes", false, "write without asking")
		return func(stdout io.Writer) error {
			fs.Visit(func(f *flag.Flag) { o.asked = append(o.asked, strings.ReplaceAll(f.Name, "-", "_")) })
			return o.run(stdout)
		}
	},
}

type initOptions struct {
	// pkg is Debian's package; into is Bazel's, of the target with the name.
	dir, name, into, repo, arch, suite, pkg, profile, format, strip, workspace, rules string

	maxBytes      int64
	noModule, yes bool
	// asked are the names of the flags that were given, as attributes.
	asked []string
}

// The names that Bazel takes, without those that would need quoting somewhere.
var (
	targetName  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+=~@-]*$`)
	packageName = regexp.MustCompile(`^[A-Za-z0-9_.+=~@/-]*$`)
	repoName    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)
	debianName  = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]*$`)
)

// check looks at the flags alone.
func (o *initOptions) check() error {
	if err := o.splitName(); err != nil {
		return err
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
		if _, err := kernel.ParseArch(o.arch); err != nil {
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

func (o *initOptions) run(stdout io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	root, err := o.root()
	if err != nil {
		return err
	}
	if err := workspace.CheckBzlmod(root); err != nil {
		return err
	}
	read := func(path string) ([]byte, error) {
		f, err := workspace.Open(root, path)
		if err != nil {
			return nil, err
		}
		return f.Old, nil
	}
	m := &bazelfile.Module{Version: ruleset.Version, Include: read}
	m.Kernel.Repo, m.Kernel.Anew = "linux", o.repo != ""
	if o.repo != "" {
		m.Kernel.Repo = o.repo
	}
	if m.Path, m.Tools, err = o.rulesPath(); err != nil {
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

	if o.yes { // what is asked in between may take its time
		release, err := workspace.Lock(root, waiting(root))
		if err != nil {
			return err
		}
		defer release()
	}
	moduleFile, err := workspace.Open(root, "MODULE.bazel")
	if err != nil {
		return err
	}
	buildFile, err := o.openBuild(root)
	if err != nil {
		return err
	}
	var added *bazelfile.Added
	if moduleFile.New, added, err = bazelfile.EditModule(moduleFile.Name, moduleFile.Old, m); err != nil {
		return err
	}
	target := o.target(added, arch)
	target.Read = read
	if buildFile.New, err = bazelfile.EditBuild(buildFile.Name, buildFile.Old, added, target); err != nil {
		return err
	}
	for _, at := range target.Unseen {
		say("note: %s: should Bazel say that there are two of %q, run this again with another --name", at, o.name)
	}
	return o.finish(stdout, root, moduleFile, buildFile)
}

// waiting says that another has the workspace's lock.
func waiting(root string) func(holder string) {
	return func(holder string) {
		say("waiting for %s, which has %q locked, as init does while it works", holder, root)
	}
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
		_, err := fmt.Fprintf(stdout, "Nothing to change: %s has this kernel and %s already.\n", quote.Line(root), o.label())
		return err
	}
	what := strings.Join(names, " and ") + " in " + root
	if !o.yes {
		if !term.IsTerminal(int(os.Stdin.Fd())) {
			return fmt.Errorf("nothing is written: give --yes to write %s", what)
		}
		fmt.Fprintf(os.Stderr, "Write %s? [y/N] ", quote.Line(what))
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
		default:
			return fmt.Errorf("nothing is written, as you wish")
		}
		release, err := workspace.Lock(root, waiting(root))
		if err != nil {
			return err
		}
		defer release()
	}
	if err := workspace.Write(files...); err != nil {
		return err
	}
	if o.suite == "" && !workspace.TracksSources(root) {
		say("note: Bazel warns that it does not look into the kernel's directories, unless .bazelrc has `startup %s`; what sets take of them is watched either way", workspace.TrackSources)
	}
	_, err := fmt.Fprintf(stdout, "Wrote %s. Next: bazel build %s\n", quote.Line(what), o.label())
	return err
}
