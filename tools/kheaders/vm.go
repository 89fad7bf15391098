package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/booted"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/listflag"
	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

var vmCommand = &command{
	name:    "vm",
	summary: "boot a kernel in QEMU with a kheaders.ko in it, for kheaders_vm_test",
	help: `
Vm boots a kernel in QEMU, in a machine that has a busybox, the module and its
archive, and gives a shell there: the module is loaded, and /headers has what it
hands out. The end of the shell turns the machine off. Where standard input is no
terminal the shell runs it as a script.

With --test it loads the module instead, compares size and SHA-256 of what the
kernel hands out with the archive, loads and unloads the module many times, runs
the scripts of --check, and looks in the kernel's log for warnings and the like
that came since. It prints a line for each check. The guest is ended by the CPU
time that it takes, not by the time that passes.

All instructions are emulated, unless --accel=kvm is given: nothing is probed.
Kernel and modules may be for another architecture, with a busybox for that.

Exit status: that of a script from standard input, 0 after a shell at a terminal;
1 also where the machine cannot be booted, or a check of --test fails.

Example:
  kheaders vm --kernel=/boot/vmlinuz-6.1.0-50-amd64 --module=kheaders.ko --archive=kheaders.tgz
  bazel run //:my_kernel_vm_test.vm`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		v := &vm{files: guestFiles{}}
		var drivers, checks inFiles
		image := inFlag(fs, "kernel", "`file` of the kernel: an image, such as vmlinuz, or a package (.deb) that has it (required)")
		module := inFlag(fs, "module", "kernel module `file`, also compressed (required)")
		archive := inFlag(fs, "archive", "`file` that the module was made from (required)")
		arch := fs.String("arch", "x86", "architecture `name` of the kernel")
		busybox := inFlag(fs, "busybox", "`file` of a static busybox for that architecture (default: the one of PATH)")
		qemu := inFlag(fs, "qemu", "`file` of the QEMU for that architecture (default: its qemu-system-... of PATH)")
		fs.Var(&drivers, "driver", "kernel module `file` to load first, also compressed; may be repeated")
		fs.Var(&v.shown, "shown", "`path` in the guest by which the kernel hands out the archive (default: what is there once the module is loaded); may be repeated")
		fs.Var(&v.files, "file", "a further file of the guest, as its `path=file` of this machine; may be repeated")
		accel := fs.String("accel", "tcg", "tcg, or `kvm`")
		cpus := fs.Int("cpus", 1, "`number` of processors")
		memory := fs.Int("memory", 512, "memory of the guest in `MiB`")
		fs.BoolVar(&v.test, "test", false, "test the module; no shell")
		fs.IntVar(&v.Rounds, "rounds", 10, "with --test: `times` that the module is loaded and unloaded")
		fs.Var(&checks, "check", "with --test: script `file` of further checks; may be repeated")
		limit := fs.Duration("limit", 10*time.Minute, "with --test: CPU `time` that QEMU may take")
		return func(stdout io.Writer) error {
			switch {
			case *image == "" || *module == "" || *archive == "":
				return usagef("give --kernel, --module and --archive")
			case *accel != "tcg" && *accel != "kvm":
				return usagef("--accel=%q is unknown: use tcg or kvm", *accel)
			case *cpus < 1 || *memory < 1 || v.Rounds < 0 || *limit <= 0:
				return usagef("--cpus, --memory and --limit are above 0, --rounds not below")
			case !v.test && (len(checks.List) > 0 || given(fs, "rounds") || given(fs, "limit")):
				return usagef("--check, --rounds and --limit are of --test: give that, too")
			}
			srcarch, err := kernel.ParseArch(*arch)
			if err != nil {
				return asUsage(err)
			}
			if *busybox == "" {
				if *busybox, err = machine.FindBusybox(); err != nil {
					return err
				}
			}
			v.Kernel, v.Module, v.Archive = *image, *module, *archive
			v.Drivers, v.Checks, v.Files, v.Shown = drivers.List, checks.List, v.files, v.shown
			v.Machine = machine.Machine{
				Arch: srcarch, QEMU: *qemu, Accel: *accel, Busybox: *busybox,
				CPUs: *cpus, Memory: *memory, Limit: cpulimit.Limit{CPU: *limit},
			}
			if v.test {
				return v.try(stdout)
			}
			status, err := v.Shell(os.Stdin, os.Stdout)
			if err == nil && status != 0 {
				return statusError(status)
			}
			return err
		}
	},
}

// vm is what is booted, and for what.
type vm struct {
	booted.Options
	test  bool
	shown listflag.List
	files guestFiles
}

// guestFiles is a flag that may be repeated: a path in the guest, and a file.
type guestFiles map[string]string

// String is of flag.Value.
func (f guestFiles) String() string { return "" }

// Set adds a file.
func (f guestFiles) Set(s string) error {
	to, from, ok := strings.Cut(s, "=")
	if !ok || !path.IsAbs(to) || path.Clean(to) != to || to == "/" {
		return errors.New("give an absolute path in the guest, =, and a file")
	}
	if _, twice := f[to]; twice {
		return fmt.Errorf("%q is given twice: give each file of the guest a path of its own", to)
	}
	f[to] = from
	return nil
}

// try has the guest make its checks, and shows all that it says.
func (v *vm) try(stdout io.Writer) error {
	var failed []string
	n := 0
	err := v.Test(stdout, func(r machine.Result) {
		n++
		if !r.OK {
			failed = append(failed, fmt.Sprintf("%q", r.Name))
		}
	})
	if len(failed) == 0 {
		return err
	}
	checks := fmt.Errorf("%d of %d checks in the guest failed: %s", len(failed), n, strings.Join(failed, ", "))
	if err == nil {
		return checks
	}
	return fmt.Errorf("%w; %w", checks, err)
}
