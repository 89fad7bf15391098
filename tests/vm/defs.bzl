"""Tests in virtual machines, and what they boot."""

load("@rules_go//go:def.bzl", "go_test")

def packaged_files(name, package, patterns, **kwargs):
    """Takes files out of a Debian package.

    Args:
      name: name of the target, and of the directory of the files.
      package: label of the `.deb`.
      patterns: dict: a name for each file to its path in the package, a wildcard of tar's.
      **kwargs: as in `genrule`.
    """
    native.genrule(
        name = name,
        srcs = [package],
        outs = [name + "/" + file for file in patterns],
        cmd = "dpkg-deb --fsys-tarfile $< > $(RULEDIR)/{name}.tar && ".format(name = name) + " && ".join([
            "tar -xOf $(RULEDIR)/{name}.tar --wildcards '{pattern}' > $(RULEDIR)/{name}/{file}".format(file = file, name = name, pattern = pattern)
            for file, pattern in patterns.items()
        ]) + " && rm $(RULEDIR)/{name}.tar".format(name = name),
        **kwargs
    )

def vm_test(name, src, scripts, kernel, busybox, archive, module, arch = "x86", drivers = [], data = [], env = {}, **kwargs):
    """Boots a kernel and runs the checks of a script in it.

    Args:
      name: name of the test.
      src: the Go file that says what the guest gets.
      scripts: the guest's scripts, which the Go file embeds.
      kernel: label of the kernel image.
      busybox: label of a static busybox for it.
      archive: label of the `kheaders_archive`.
      module: label of the `kheaders_module` made from it.
      arch: the kernel's name of its architecture.
      drivers: labels of kernel modules to load first, in this order.
      data: further runfiles.
      env: further environment variables.
      **kwargs: as in `go_test`.
    """
    labels = {
        "ARCHIVE": archive,
        "BUSYBOX": busybox,
        "KERNEL": kernel,
        "MODULE": module,
    }
    go_test(
        name = name,
        size = "large",
        timeout = "eternal",
        srcs = [
            src,
            "helpers_test.go",
        ],
        data = labels.values() + drivers + data,
        embedsrcs = scripts,
        env = {
            "ARCH": arch,
            "DRIVERS": " ".join(["$(rlocationpath %s)" % d for d in drivers]),
        } | {k: "$(rlocationpath %s)" % v for k, v in labels.items()} | env,
        deps = [
            "//tests/cpulimit",
            "//tests/runfile",
            "//tests/vm/machine",
        ],
        **kwargs
    )
