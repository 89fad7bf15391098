"""What the tests in virtual machines boot, and the one that builds a module meanwhile."""

load("@rules_go//go:def.bzl", "go_test")

def packaged_files(name, package, patterns, **kwargs):
    """Takes files out of a Debian package.

    Args:
      name: name of the target, and of the directory of the files.
      package: label of the `.deb`.
      patterns: dict: a name for each file to its path in the package, a wildcard of tar's; what ends in `.xz` is decompressed.
      **kwargs: as in `genrule`.
    """
    native.genrule(
        name = name,
        srcs = [package],
        outs = [name + "/" + file for file in patterns],
        cmd = "dpkg-deb --fsys-tarfile $< > $(RULEDIR)/{name}.tar && ".format(name = name) + " && ".join([
            "tar -xOf $(RULEDIR)/{name}.tar --wildcards '{pattern}'{decompress} > $(RULEDIR)/{name}/{file}".format(
                decompress = " | xz -dc" if pattern.endswith(".xz") else "",
                file = file,
                name = name,
                pattern = pattern,
            )
            for file, pattern in patterns.items()
        ]) + " && rm $(RULEDIR)/{name}.tar".format(name = name),
        **kwargs
    )

def roundtrip_test(name, kernel, busybox, archive, module, arch = "x86", drivers = [], compressor = None, cross_compile = "", program = None, **kwargs):
    """Boots a kernel, and builds a module for it from what it hands out.

    Args:
      name: name of the test.
      kernel: label of the kernel image.
      busybox: label of a static busybox for it.
      archive: label of the `kheaders_archive`.
      module: label of the `kheaders_module` made from it.
      arch: the kernel's name of its architecture.
      drivers: labels of kernel modules to load first, in this order.
      compressor: label of a program that compresses the initramfs; None leaves it as it is.
      cross_compile: make's CROSS_COMPILE.
      program: label of a `kheaders` that runs in the guest and unpacks the archive there; None has the archive unpacked here.
      **kwargs: as in `go_test`.
    """
    labels = {
        "ARCHIVE": archive,
        "BUSYBOX": busybox,
        "EXTMOD": "//tests/kernels:extmod/Kbuild",
        "KERNEL": kernel,
        "MODULE": module,
    } | ({"COMPRESSOR": compressor} if compressor else {}) | ({"KHEADERS": program} if program else {})
    go_test(
        name = name,
        size = "large",
        timeout = "eternal",
        srcs = ["roundtrip_test.go"],
        data = labels.values() + drivers + ["//tests/kernels:extmod"],
        embedsrcs = ["roundtrip.sh"],
        env = {
            "ARCH": arch,
            "CROSS_COMPILE": cross_compile,
            "DRIVERS": " ".join(["$(rlocationpath %s)" % d for d in drivers]),
        } | {k: "$(rlocationpath %s)" % v for k, v in labels.items()},
        deps = [
            "//tests/runfile",
            "//tests/vm/machine",
            "//tools/cpulimit",
        ],
        **kwargs
    )
