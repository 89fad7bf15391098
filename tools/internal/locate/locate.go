// Package locate finds the kernel tree that a directory of this machine
// belongs to: its source tree, its build directory, and for what it was built.
package locate

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/makefile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// ModulesDir is where distributions and `make modules_install` link to the
// kernels of this machine.
const ModulesDir = "/lib/modules"

// Kind is what a directory is.
type Kind int

// The kinds of directories. An Other is none of the rest.
const (
	Other  Kind = iota
	Source      // a kernel's source tree; it may have been built in it
	Build       // a build directory (make O=…), apart from the source tree
	Module      // an external module: a Kbuild or Makefile with obj-m
)

// Kernel is a kernel tree that was found.
type Kernel struct {
	// Srctree and Objtree are absolute, by the names they were found under,
	// which may be links. Objtree is "" where the kernel was built in its
	// source tree.
	Srctree, Objtree string
	// Arch is the SRCARCH.
	Arch string
	// Release is `uname -r` of the kernel.
	Release string
	// Configured and Tools tell whether `make prepare` and `make
	// modules_prepare` were done, Symvers whether there is a Module.symvers.
	Configured, Tools, Symvers bool
}

// Built is the directory that the kernel was built in.
func (k *Kernel) Built() string {
	if k.Objtree != "" {
		return k.Objtree
	}
	return k.Srctree
}

// Classify tells what dir is. What cannot be read is not there.
func Classify(dir string) Kind {
	top := readSmall(dir, kernel.Makefile)
	_, versioned := SourceVersion(dir)
	switch {
	case versioned && isDir(dir, "include"):
		return Source
	case isDir(dir, "include/generated") || kernel.IncludedSrctree(top) != "" && isFile(dir, ".config"):
		return Build
	case makefile.Read(makefile.Options{Dir: dir, Root: "/", Open: readFile}) != nil:
		return Module
	}
	return Other
}

// Running returns the build directory of a kernel release below modules, which
// is ModulesDir but for tests.
func Running(modules, release string) (string, error) {
	dir := filepath.Join(modules, release, "build")
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("no headers of the running kernel at %q (%w): install them (Debian: linux-headers-%s), name the directory of another kernel, or take one of Debian's by --suite", dir, oserr.Reason(err), release)
	}
	return dir, nil
}

// Find tells of the kernel tree in dir: a source tree, a build directory, or a
// directory with a link "build" to one of them, as below ModulesDir. An arch of
// "" is the one that the kernel was built for. A tree that is not built is an
// error only where its architecture cannot be told: see Check.
func Find(dir, arch string) (*Kernel, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if st, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("look at %q: %w: name a kernel's source tree or build directory", dir, oserr.Reason(err))
	} else if !st.IsDir() {
		return nil, fmt.Errorf("%q is not a directory: name a kernel's source tree or build directory", dir)
	}
	kind := Classify(dir)
	if build := filepath.Join(dir, "build"); kind == Other {
		if isDir(build) {
			dir, kind = build, Classify(build)
		} else if to, err := os.Readlink(build); err == nil {
			return nil, fmt.Errorf("%q leads to %q, which is not there: install the kernel's headers (Debian: linux-headers-%s)", build, to, filepath.Base(dir))
		}
	}
	k := &Kernel{Srctree: dir}
	switch kind {
	case Source:
	case Build:
		k.Objtree = dir
		if k.Srctree, err = srctreeOf(dir); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%q is neither a kernel's source tree nor its build directory: there is no Makefile with VERSION and PATCHLEVEL, no include/generated, and no link \"build\" to a place that has them", dir)
	}
	built := k.Built()
	k.Configured = isFile(built, kernel.AutoConfHeader) && isFile(built, kernel.AutoConf) && isFile(built, kernel.UTSRelease)
	k.Tools = isFile(built, "scripts/mod/modpost") && isFile(built, "scripts/basic/fixdep")
	k.Symvers = isFile(built, "Module.symvers")
	k.Release = release(built)
	if !k.Configured {
		// Before the architecture, which no one can tell then.
		return k, nil
	}
	k.Arch, err = archOf(k, arch)
	return k, err
}

// Check returns an error with its mend where the kernel was not built as far
// as is needed: modules for a set from which external modules are built, tools
// for building kheaders.ko.
func (k *Kernel) Check(modules, tools bool) error {
	command := "make -C " + quote.Shell(k.Srctree)
	if k.Objtree != "" {
		command += " O=" + quote.Shell(k.Objtree)
	}
	built := k.Built()
	switch {
	case !k.Configured && k.Objtree == "":
		return fmt.Errorf("%q is a source tree that no kernel was configured in: name the build directory (the O= of make), or run `%s%s prepare modules_prepare`", built, command, defconfig(built))
	case !k.Configured:
		return fmt.Errorf("%q is a build directory that `make prepare` was not run in: run `%s%s prepare modules_prepare`", built, command, defconfig(built))
	case tools && !k.Tools:
		return fmt.Errorf("%q lacks the kernel's host tools (scripts/mod/modpost, scripts/basic/fixdep), by which kheaders.ko is built: run `%s modules_prepare`, or leave the module out by --no-module", built, command)
	case modules && !k.Symvers:
		return fmt.Errorf("%q lacks Module.symvers, which --profile=modules takes and a full build makes: run `%s`, or take another profile", built, command)
	}
	return nil
}

func defconfig(built string) string {
	if isFile(built, ".config") {
		return ""
	}
	return " defconfig"
}

// srctreeOf finds the source tree of the build directory dir: what its Makefile
// includes, else the links "source" in it and beside it. The name below
// ModulesDir goes before what it leads to.
func srctreeOf(dir string) (string, error) {
	beside := filepath.Join(filepath.Dir(dir), "source")
	var candidates []string
	included := kernel.IncludedSrctree(readSmall(dir, kernel.Makefile))
	if included != "" {
		real, err := filepath.EvalSymlinks(dir)
		if err != nil {
			real = dir
		}
		if !filepath.IsAbs(included) { // make runs in the true directory
			included = filepath.Join(real, included)
		}
		// A package that was unpacked elsewhere has its source tree beside it,
		// whatever this machine has in the place that the Makefile names.
		if unpacked := filepath.Join(filepath.Dir(real), filepath.Base(included)); Classify(unpacked) == Source {
			included = unpacked
		}
		if filepath.Base(dir) == "build" && same(beside, included) {
			included = beside
		}
		candidates = append(candidates, included)
	}
	candidates = append(candidates, filepath.Join(dir, "source"))
	if filepath.Base(dir) == "build" {
		candidates = append(candidates, beside)
	}
	for _, c := range candidates {
		if Classify(c) == Source {
			return filepath.Clean(c), nil
		}
	}
	if included == "" {
		return "", fmt.Errorf("%q is a build directory that does not say where its source tree is: link it as %q", dir, filepath.Join(dir, "source"))
	}
	return "", fmt.Errorf("%q is a build directory whose Makefile names the source tree %q, and there is none: install it (Debian: linux-headers-*-common), or link it as %q", dir, included, filepath.Join(dir, "source"))
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
