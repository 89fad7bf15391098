package main

import (
	"fmt"
	"runtime"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/locate"
)

// debianKernel makes a tag for a kernel of Debian's; it returns the SRCARCH.
func (o *initOptions) debianKernel(k *bazelfile.Kernel) (string, error) {
	arch := o.arch
	if arch == "" {
		arch = runtime.GOARCH
	}
	k.Tag = "debian_kernel"
	k.Attrs = map[string]string{"suite": o.suite}
	k.Defaults = map[string]string{"arch": "amd64", "package": ""}
	src, err := kernel.ParseArch(arch)
	if err != nil {
		return "", asUsage(err)
	}
	if src != "x86" || arch == "i386" || arch == "i686" {
		k.Attrs["arch"] = arch
	}
	if o.pkg != "" {
		k.Attrs["package"] = o.pkg
	}
	say("kernel of Debian's suite %s for %s", o.suite, arch)
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
	if err := found.Check(o.profile == "modules", !o.noModule && crossMachine(found.Arch) == ""); err != nil {
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
	objtree := ""
	if found.Objtree != "" {
		objtree = fmt.Sprintf(", objtree %q", k.Attrs["objtree"])
	}
	say("kernel %s for %s: srctree %q%s", found.Release, found.Arch, k.Attrs["srctree"], objtree)
	return found.Arch, nil
}

// crossMachine is the machine's architecture where a kernel's is another.
func crossMachine(arch string) string {
	own, err := kernel.ParseArch(runtime.GOARCH)
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
	if machine := crossMachine(arch); o.noModule || machine != "" {
		t.Attrs["module"] = bazelfile.False()
		if !o.noModule {
			t.Comment = "This machine is " + machine + ": for kheaders.ko name a compiler for " + arch + " by cross_compile, in place of module = False."
		}
	}
	return t
}
