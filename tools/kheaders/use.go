package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/running"
)

var useCommand = &command{
	name:     "use",
	verbatim: true,
	summary:  "run a command with the headers of the running kernel",
	help: `
Use finds the headers of the running kernel, and runs COMMAND with variables that
name their directory. It takes the first of these that is there:
  - an installed headers package
  - /proc/kheaders.* or /sys/kernel/kheaders.*
  - the module kheaders below /lib/modules, which is loaded while its archive is
    unpacked

An archive must be of the kernel that runs. It is unpacked once, into a directory
named by the release and the archive's SHA-256, which all calls share: for root in
/var/cache/kheaders, or else /run/kheaders; for others in
$XDG_CACHE_HOME/kheaders (~/.cache/kheaders). No other program is needed: no tar,
xz, modprobe or shell.

  BCC_KERNEL_SOURCE, BPFTRACE_KERNEL_SOURCE, DD_KERNEL_HEADER_DIRS
        the directory
  KDIR, SYSTEMTAP_RELEASE
        the same, if it has all that builds modules: make -C $KDIR M=$PWD
  BPFTRACE_KERNEL_BUILD
        the second directory of an installed package, which has two as a rule;
        then there is no BCC_KERNEL_SOURCE, which knows one

Variables that do not fit are removed from the environment. 'kheaders use clean'
removes all that was unpacked; 'kheaders use -- clean' runs a command clean.

Exit status: that of COMMAND; 127 if there is none of that name, 126 if it cannot
be run, 1 if there are no headers.

Example:
  kheaders use execsnoop-bpfcc
  kheaders use sh -c 'make -C $KDIR M=$PWD modules'`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		var o running.Options
		fs.StringVar(&o.From, "from", "", "take the headers from this `path`: an archive, a module (.ko, also compressed), or the directory of an installed package")
		fs.StringVar(&o.Dir, "dir", "", "`directory` to unpack into, as one named by release and SHA-256; nobody else may write to it or to a directory above it, apart from directories with a sticky bit, such as /tmp")
		show := fs.Bool("print", false, "write the directory, and run no command; for an installed package in two directories that is the one to build modules in")
		unpackFlags(fs, &o.MaxBytes, &o.MaxFiles)
		return func(stdout io.Writer) error {
			// What follows "--" is a command, whatever it is called.
			clean := fs.NArg() == 1 && fs.Arg(0) == "clean" && !afterDashes(os.Args)
			switch {
			case fs.NArg() == 0 && !*show:
				return usagef("no command: name one to run, or say --print or clean")
			case fs.NArg() > 0 && *show:
				return usagef("--print runs no command: leave out %q", fs.Arg(0))
			case o.MaxBytes < 0 || o.MaxFiles < 0:
				return usagef("--max-bytes and --max-files are 0, for no limit, or more")
			case given(fs, "dir") && o.Dir == "" || given(fs, "from") && o.From == "":
				return usagef("--dir and --from name a path: leave out the one that is empty")
			}
			running.LimitMemory()
			machine, err := running.ThisMachine(say)
			if err != nil {
				return err
			}
			if clean {
				return running.Clean(machine, o.Dir)
			}
			program := ""
			if !*show {
				if program, err = lookUp(fs.Arg(0)); err != nil {
					return err
				}
			}
			h, err := running.Find(machine, o)
			if err != nil {
				return err
			}
			if *show {
				_, err := fmt.Fprintln(stdout, h.Built())
				return err
			}
			return runInstead(program, fs.Args(), h.Env(os.Environ()))
		}
	},
}

// afterDashes tells whether the last argument stands behind "--".
func afterDashes(args []string) bool {
	return len(args) > 1 && args[len(args)-2] == "--"
}

// Exit statuses of a command that cannot be run, as a shell has them.
const (
	notRunnable = 126
	notFound    = 127
)

// lookUp finds a program as a shell does.
func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	status := statusError(notFound)
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EISDIR) {
		status = notRunnable
	}
	var reason *exec.Error
	if errors.As(err, &reason) {
		err = reason.Err
	}
	say("use: run %q: %s", name, strings.TrimPrefix(err.Error(), "exec: "))
	return "", status
}

// runInstead runs a program in place of this one.
func runInstead(path string, args, env []string) error {
	// cleanUpOnSignal has it ignored, and that would be handed on.
	signal.Reset(syscall.SIGXFSZ)
	err := syscall.Exec(path, args, env)
	say("use: run %q: %v", path, err)
	return statusError(notRunnable)
}
