// Command kbuild builds kheaders.ko: it unpacks a kernel's build tree near the
// output, runs make there with an environment of its own, and keeps the
// module alone. What it builds does not depend on where it ran.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildtree"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/untar"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, quote.Block("kbuild: "+err.Error()))
		stop()
		os.Exit(1)
	}
}

// job is what the command line asks for.
type job struct {
	tree, output, arch, make string
	// compiler is a file that says which compiler is expected; "" is any.
	compiler       string
	werror, probes bool
	// strips has debug information removed, as INSTALL_MOD_STRIP=1 does.
	strips            bool
	sources, makeArgs listflag.List
	// tools are make variables and the programs they name, such as CC.
	tools []tool
}

func parse(args []string) (*job, error) {
	args, err := ruleset.Take(args)
	if err != nil {
		return nil, err
	}
	fs := flag.NewFlagSet("kbuild", flag.ContinueOnError)
	j := &job{}
	fs.StringVar(&j.tree, "tree", "", "`tar`, not compressed, of what an external module build needs, as kheaders archive --build-tree writes it (required)")
	fs.Var(&j.sources, "source", "`file` of the module's source directory: kheaders.c, Kbuild, …; repeated")
	fs.StringVar(&j.output, "output", "", "`file` to write the module to (required)")
	fs.BoolVar(&j.probes, "probe", false, "build nothing: write to the output which compiler would")
	fs.StringVar(&j.compiler, "compiler", "", "`file` that --probe has written: build with that compiler alone (default: with any)")
	fs.StringVar(&j.arch, "arch", "", "the kernel's own `name` of the architecture, such as x86 (required)")
	fs.StringVar(&j.make, "make", "/usr/bin/make", "GNU make")
	fs.BoolVar(&j.werror, "werror", false, "switch on the warnings of W=1, and take every one for an error")
	fs.BoolVar(&j.strips, "strip-debug", false, "have make's STRIP remove debug information from the module")
	fs.Var(&j.makeArgs, "make-arg", "further `argument` of make, after all others; KCFLAGS=… and KAFLAGS=… add to the flags given already; repeated")
	for _, variable := range []string{"CC", "LD", "AR", "NM", "OBJCOPY", "OBJDUMP", "STRIP"} {
		name := strings.ToLower(variable)
		j.tools = append(j.tools, tool{variable, fs.String(name, "", "`program` for make's "+variable+" (default: what the tree's Makefile says)")})
	}
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case fs.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q: flags are --name=value", fs.Arg(0))
	case j.tree == "" && !j.probes:
		return nil, errors.New("no build tree: give --tree")
	case len(j.sources) == 0 && !j.probes:
		return nil, errors.New("no source: give --source for each file")
	case j.output == "":
		return nil, errors.New("no output: give --output")
	case j.arch == "":
		return nil, errors.New("no architecture: give --arch")
	}
	return j, infile.Existing([]string{j.output}, nil).CheckNames(append(slices.Clone(j.sources), j.tree, j.compiler))
}

func run(ctx context.Context, args []string) error {
	j, err := parse(args)
	if err != nil {
		return err
	}
	if j.probes {
		return j.probe(ctx)
	}
	if err := j.checkCompilers(ctx); err != nil {
		return fmt.Errorf("build kheaders.ko for %s: %w", j.arch, err)
	}
	if _, err := exec.LookPath(j.make); err != nil {
		return fmt.Errorf("build kheaders.ko for %s: no GNU make %s: %w: install it on every machine that may run the action, or name another by make (--make=…)", j.arch, onMachine, err)
	}
	dir, err := makeWorkDir(j.output)
	if err != nil {
		return err
	}
	defer dir.Release()
	work := dir.Name
	defer os.RemoveAll(work)
	if err := j.prepare(work); err != nil {
		return err
	}
	if err := j.runMake(ctx, work); err != nil {
		return err
	}
	module := filepath.Join(work, "src", "kheaders.ko")
	if _, err := os.Stat(module); err != nil {
		return fmt.Errorf("make went well, but there is no kheaders.ko: does Kbuild name kheaders.o? (%w)", err)
	}
	if j.strips {
		if err := j.strip(ctx, work, module); err != nil {
			return err
		}
	}
	if err := os.Chmod(module, 0o644); err != nil {
		return err
	}
	return move(module, j.output)
}

// prepare fills the work directory: tree, src and tmp.
func (j *job) prepare(work string) error {
	f, err := os.Open(j.tree)
	if err != nil {
		return fmt.Errorf("read build tree: %w", err)
	}
	defer f.Close()
	tree, err := buildtree.Open(f)
	if err != nil {
		return fmt.Errorf("no module can be built from the tree: %w", err)
	}
	if err := untar.Tar(tree, filepath.Join(work, "tree"), untar.Options{}); err != nil {
		return fmt.Errorf("build tree %q: %w", j.tree, err)
	}
	for _, dir := range []string{"src", "tmp"} {
		if err := os.Mkdir(filepath.Join(work, dir), 0o755); err != nil {
			return err
		}
	}
	for _, source := range j.sources {
		if err := copyFile(filepath.Join(work, "src", filepath.Base(source)), source); err != nil {
			return fmt.Errorf("copy source: %w", err)
		}
	}
	return nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

func (j *job) runMake(ctx context.Context, work string) error {
	args, err := j.makeArguments(work)
	if err != nil {
		return err
	}
	cmd := inGroup(ctx, work, j.make, args)
	cmd.Dir = work
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("build kheaders.ko for %s: stopped", j.arch)
		}
		return fmt.Errorf("build kheaders.ko for %s: %s: %w%s\n%s", j.arch, j.make, err, wrongMachine(work), strings.ReplaceAll(said.String(), work+"/", ""))
	}
	return nil
}

// makeArguments returns the arguments of make. No path of this machine gets
// into the module: there is no debug information, and what the compiler
// writes of its file names begins at the work directory.
func (j *job) makeArguments(work string) ([]string, error) {
	flags := "-g0 -ffile-prefix-map=" + work + "/="
	args := []string{
		"-C", filepath.Join(work, "tree"),
		"M=" + filepath.Join(work, "src"),
		"ARCH=" + j.arch,
		"KAFLAGS=" + flags,
	}
	if j.werror {
		// W=1 also has a script check comments, for which perl or python would
		// have to be there.
		args = append(args, "KCFLAGS="+flags+" -Werror", "W=1", "cmd_checkdoc=")
	} else {
		args = append(args, "KCFLAGS="+flags)
	}
	for _, t := range j.tools {
		arg, err := t.argument(j.makeArgs)
		if err != nil {
			return nil, err
		}
		if arg != "" {
			args = append(args, arg)
		}
	}
	return addMakeArgs(append(args, "modules"), j.makeArgs), nil
}

// inGroup is a command with make's environment, in a process group of its own:
// stopping make stops its compilers too.
func inGroup(ctx context.Context, work, program string, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = environment(work)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// searchPath is where make finds programs.
const searchPath = "/usr/sbin:/usr/bin:/sbin:/bin"

// environment is the whole environment of make; nothing is inherited.
func environment(work string) []string {
	return []string{
		"PATH=" + searchPath,
		"HOME=" + work,
		"TMPDIR=" + filepath.Join(work, "tmp"),
		"LC_ALL=C",
		"TZ=UTC",
		"SOURCE_DATE_EPOCH=0",
		"KBUILD_BUILD_TIMESTAMP=1970-01-01",
		"KBUILD_BUILD_USER=kheaders",
		"KBUILD_BUILD_HOST=kheaders",
		"KBUILD_BUILD_VERSION=1",
	}
}
