"""Tests of one archive of a real kernel."""

load("@rules_go//go:def.bzl", "go_test")
load("@rules_kheaders//:defs.bzl", "kheaders_archive", "kheaders_set")
load("//tests/layers:layer_files.bzl", "layer_files")

def _here(files):
    # Other packages have tests of these, too.
    return ["//tests/kernels:" + file for file in files]

def extmod_test(name, archive, dkms = {}, make_args = "", machine = "x86-64", host_tools = "keep", layer = "", **kwargs):
    """Builds, installs and cleans an external module from an unpacked archive alone, and modules that others wrote.

    Args:
      name: name of the test.
      archive: label of the `kheaders_archive`.
      dkms: dict from the label of a package for dkms to the directories of its modules, in the order in which they are built. None: only our own module.
      make_args: what to give to make besides, parted by blanks.
      machine: what the modules are for, one of //tests/elfmachine.
      host_tools: what the set says of them.
      layer: name of a repository of //tests/layers, such as `@llvm`, whose programs are found before the machine's. Default: none.
      **kwargs: as in `go_test`.
    """
    go_test(
        name = name,
        size = "medium",
        timeout = "eternal",
        srcs = _here([
            "extmod_test.go",
            "helpers_test.go",
            "module_test.go",
        ] + (["dkms_test.go"] if dkms else [])),
        data = [archive] + _MODULE + dkms.keys() + (layer_files(layer) if layer else []),
        env = {
            "ARCHIVE": "$(rlocationpath %s)" % archive,
            "DKMS": " ".join(["$(rlocationpath %s)=%s" % (package, ",".join(dirs)) for package, dirs in dkms.items()]),
            "EXTMOD": "$(rlocationpath //tests/kernels:extmod/Kbuild)",
            "HOST_TOOLS": host_tools,
            "MACHINE": machine,
            "MAKE_ARGS": make_args,
        } | ({"LAYER": "$(rlocationpath %s)" % layer_files(layer)[0]} if layer else {}),
        deps = [
            "//tests/elfmachine",
            "//tests/runfile",
            "//tools/cpulimit",
        ],
        **kwargs
    )

_MODULE = _here([
    "extmod/Kbuild",
    "extmod/counter.c",
    "extmod/counter.h",
    "extmod/main.c",
])

def rebuild_test(name, archive, **kwargs):
    """Builds the host tools anew in an unpacked archive without them, as the archive says, and a module.

    Args:
      name: name of the test.
      archive: label of the `kheaders_archive`, whose set has host_tools = "none".
      **kwargs: as in `go_test`.
    """
    go_test(
        name = name,
        size = "medium",
        timeout = "eternal",
        srcs = [
            "helpers_test.go",
            "hosttools_test.go",
            "module_test.go",
        ],
        data = [archive] + _MODULE,
        env = {
            "ARCHIVE": "$(rlocationpath %s)" % archive,
            "EXTMOD": "$(rlocationpath //tests/kernels:extmod/Kbuild)",
            "MACHINE": "x86-64",
        },
        deps = [
            "//tests/elfmachine",
            "//tests/runfile",
            "//tools/cpulimit",
        ],
        **kwargs
    )

def markers_test(name, archive, module):
    """Compares an archive with what a module holds between its markers.

    Args:
      name: name of the test.
      archive: label of the `kheaders_archive`.
      module: label of the `kheaders_module` made from it.
    """
    go_test(
        name = name,
        size = "small",
        srcs = [
            "helpers_test.go",
            "markers_test.go",
        ],
        data = [
            archive,
            module,
        ],
        env = {
            "ARCHIVE": "$(rlocationpath %s)" % archive,
            "MODULE": "$(rlocationpath %s)" % module,
        },
        deps = [
            "//tests/runfile",
            "//tools/cpulimit",
        ],
    )

def mainline_test(name, kernel, tree, packages = None, source = None, made = None, **kwargs):
    """Compares profile `headers` with what the kernel's own gen_kheaders.sh takes of the same packages.

    Args:
      name: name of the test.
      kernel: what mainline.txt calls the kernel.
      tree: label of the `kernel_tree`.
      packages: label of the header packages that it is made of.
      source: label of a tar with the kernel's own `kernel/`.
      made: label of what the script has made, a tar, in place of `packages` and `source`.
      **kwargs: as in `go_test`.
    """
    kheaders_set(
        name = name + ".set",
        tags = ["manual"],
        tree = tree,
    )
    inputs = {"MADE": made} if made else {"PACKAGES": packages, "SOURCE": source}
    kheaders_archive(
        name = name + ".archive",
        format = "tar",
        set = name + ".set",
        tags = ["manual"],
    )
    go_test(
        name = name,
        size = "medium",
        timeout = "eternal",
        srcs = _here([
            "helpers_test.go",
            "mainline_test.go",
        ]),
        data = [
            "//tests/kernels:mainline.txt",
            name + ".archive",
        ] + inputs.values(),
        env = {
            "ARCHIVE": "$(rlocationpath %s.archive)" % name,
            "EXCEPTIONS": "$(rlocationpath //tests/kernels:mainline.txt)",
            "KERNEL": kernel,
        } | {variable: "$(rlocationpaths %s)" % label for variable, label in inputs.items()},
        deps = [
            "//tests/runfile",
            "//tools/cpulimit",
        ],
        **kwargs
    )
