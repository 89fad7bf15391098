"""Archives of one kernel in all forms, for the page of costs."""

load("@rules_kheaders//:defs.bzl", "kheaders_archive", "kheaders_module", "kheaders_module_source", "kheaders_set")
load("//tests/toolchains:built_for.bzl", "placed")

STRIPS = [
    "none",
    "comments_keep_license",
    "comments",
    "minify",
]

FORMATS = [
    "tgz",
    "tar.xz",
    "tar.zst",
    "tar.bz2",
    "tar",
]

def archives(name, tree, platform, modules):
    """Makes an archive in each form, and modules of some.

    | target | what it is |
    | --- | --- |
    | `KERNEL_ARCH_STRIP_FORMAT` | the archive |
    | `KERNEL_ARCH_STRIP_FORMAT_stats` | its totals |
    | `KERNEL_ARCH_STRIP_FORMAT_ko` | `kheaders.ko` with it, as a file |

    Args:
      name: string: beginning of the names: KERNEL_ARCH.
      tree: label of the `kernel_tree`.
      platform: full label of the platform to build modules for; "" is this machine's.
      modules: list of (strip, format): the archives that modules are built of.
    """
    kheaders_set(
        name = name + ".set",
        tags = ["manual"],
        tree = tree,
    )
    for strip in STRIPS:
        for format in FORMATS:
            archive = "%s_%s_%s" % (name, strip, format)
            kheaders_archive(
                name = archive,
                format = format,
                set = name + ".set",
                strip = strip,
                tags = ["manual"],
            )
            native.filegroup(
                name = archive + "_stats",
                srcs = [archive],
                output_group = "stats",
                tags = ["manual"],
            )
            if (strip, format) in modules:
                kheaders_module_source(
                    name = archive + ".source",
                    archive = archive,
                    embed = "incbin",
                    tags = ["manual"],
                )
                kheaders_module(
                    name = archive + ".module",
                    platform = platform,
                    source = archive + ".source",
                    tags = ["manual"],
                )
                placed(archive + "_ko", archive + ".module")

def table(forms, modules):
    """What the test of the page is told, as environment and data.

    Args:
      forms: list of (kernel, arch, strip, format): the archives whose numbers it has.
      modules: list of (kernel, arch, strip, format): those that there is a module of.

    Returns:
      struct with `data`, a list of labels, and `env`, a dict.
    """
    stats = {form: ":%s_%s_%s_%s_stats" % form for form in forms}
    built = {form: ":%s_%s_%s_%s_ko" % form for form in modules}

    def lines(files):
        return "\n".join([" ".join(list(form) + ["$(rlocationpath %s)" % label]) for form, label in files.items()])

    return struct(
        data = stats.values() + built.values(),
        env = {
            "MODULES": lines(built),
            "STATS": lines(stats),
        },
    )

def table_of(kernels, trees, modules):
    """Returns what `table` does, of all forms of some kernels.

    Args:
      kernels: list of strings: the kernels.
      trees: what has a key (kernel, architecture) for each tree.
      modules: list of (kernel, architecture, strip, format): the modules of all kernels.
    """
    return table(
        [
            (kernel, arch, strip, format)
            for kernel, arch in trees
            if kernel in kernels
            for strip in STRIPS
            for format in FORMATS
        ],
        [form for form in modules if form[0] in kernels],
    )
