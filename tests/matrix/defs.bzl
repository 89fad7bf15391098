"""The modules of one kernel, and the test of them."""

load("@rules_go//go:def.bzl", "go_test")
load("@rules_kheaders//:defs.bzl", "kheaders_archive", "kheaders_module", "kheaders_module_source", "kheaders_set")
load("//tests/toolchains:built_for.bzl", "placed")

# How the archive gets into the module of an interface: each way is on each kernel.
_EMBED = {
    "both": "header",
    "procfs": "incbin",
    "sysfs": "incbin",
}

def matrix(name, tree, interfaces, archive = None, platform = "", machine = "x86-64", sysfs_name = "kheaders.tar.xz", embed = _EMBED, tags = []):
    """Builds modules for one kernel, warnings being errors, and looks at them.

    | target | what it is |
    | --- | --- |
    | `name_archive` | the archive |
    | `name_<interface>` | `kheaders.ko` |
    | `name_test` | the test |

    Args:
      name: what the kernel is called here.
      tree: label of the `kernel_tree`.
      interfaces: list of the interfaces to build a module for.
      archive: label of the `kheaders_archive`; None makes one.
      platform: full label of the platform to build the modules for; "" is this machine's.
      machine: what the ELF file is for, one of //tests/elfmachine.
      sysfs_name: name of the file in /sys/kernel: the one that the kernel's own has, or "" for the one that follows from the
        format.
      embed: dict from each interface to how the archive gets into its module.
      tags: of the test, as in `go_test`.
    """
    if not archive:
        archive = name + ".archive"
        kheaders_set(
            name = name + ".set",
            tags = ["manual"],
            tree = tree,
        )
        kheaders_archive(
            name = archive,
            set = name + ".set",
            strip = "comments",
            tags = ["manual"],
        )
    placed(name + "_archive", archive)
    modules = []
    for interface in interfaces:
        module = "%s_%s" % (name, interface)
        kheaders_module_source(
            name = module + ".module_source",
            archive = archive,
            embed = embed[interface],
            interface = interface,
            sysfs_name = "" if interface == "procfs" else sysfs_name,
            tags = ["manual"],
        )
        kheaders_module(
            name = module + ".module",
            platform = platform,
            source = module + ".module_source",
            tags = ["manual"],
        )
        placed(module, module + ".module")
        modules.append(module)
    go_test(
        name = name + "_test",
        size = "small",
        srcs = ["//tests/matrix:matrix_test.go"],
        data = [name + "_archive"] + modules,
        env = {
            "ARCHIVE": "$(rlocationpath %s_archive)" % name,
            "MACHINE": machine,
            "SYSFS_NAME": sysfs_name,
        } | {
            interface.upper(): "$(rlocationpath %s_%s)" % (name, interface)
            for interface in interfaces
        },
        tags = tags,
        deps = [
            "//tests/elfmachine",
            "//tests/runfile",
        ],
    )
