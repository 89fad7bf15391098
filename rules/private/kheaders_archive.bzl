"""The rule `kheaders_archive`: packs a set of kernel headers."""

load(":kernel_tree_info.bzl", "tree_with")
load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_set_info.bzl", "KheadersSetInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "add_set_of_tree", "set_inputs")
load(":values.bzl", "STRIPS", "check_format", "check_level", "check_mtime")

_DOC = """Packs a set of kernel headers into `<name>.<format>`.

The same inputs give the same bytes on every machine: paths in bytewise order, owner and group 0, one modification
time, modes 0644 and 0755. `<name>.manifest` lists the files (output group `manifest`), `<name>.stats.json` has the
sizes (output group `stats`).
"""

# Stripping and compressing go on beside each other: 1.5 cores on average, whatever the format, and all there are at times.
# Memory in MB is for the largest kernel in the costliest format; more cores take more, for each has a block of its own.
RESOURCES = {"cpu": 2, "memory": 250}

# buildifier: disable=unused-variable
def _resources(os, inputs):
    return RESOURCES

def _impl(ctx):
    check_format(ctx.label, ctx.attr.format)
    check_level(ctx.label, ctx.attr.format, ctx.attr.level)
    check_mtime(ctx.label, ctx.attr.mtime)

    set = ctx.attr.set[KheadersSetInfo]
    archive = ctx.actions.declare_file(ctx.label.name + "." + ctx.attr.format)
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest")
    stats = ctx.actions.declare_file(ctx.label.name + ".stats.json")

    args = tool_args(ctx)
    add_set_of_tree(args, set, ctx.label)
    args.add(ctx.attr.format, format = "--format=%s")
    args.add(ctx.attr.level, format = "--level=%s")
    args.add(ctx.attr.strip, format = "--strip=%s")
    args.add(ctx.attr.mtime, format = "--mtime=%s")
    args.add(archive, format = "--output=%s")
    args.add(manifest, format = "--manifest=%s")
    args.add(stats, format = "--stats=%s")
    outputs = [archive, manifest, stats]
    beside = {}
    for field, flag, extension, asked in [
        ("build_tree", "--build-tree=%s", ".build_tree.tar", ctx.attr.build_tree),
        ("paths", "--tree-list=%s", ".paths", ctx.attr.paths),
    ]:
        if asked:
            beside[field] = ctx.actions.declare_file(ctx.label.name + extension)
            args.add(beside[field], format = flag)
            outputs.append(beside[field])
    run_kheaders(
        ctx,
        subcommand = "archive",
        mnemonic = "KheadersArchive",
        args = args,
        inputs = set_inputs(set),
        outputs = outputs,
        progress_message = "Packing kernel headers %{label}",
        resource_set = _resources,
    )
    return [
        DefaultInfo(files = depset([archive])),
        OutputGroupInfo(
            manifest = depset([manifest]),
            stats = depset([stats]),
        ),
        KheadersArchiveInfo(
            arch = set.tree.arch,
            archive = archive,
            format = ctx.attr.format,
            label = ctx.label,
            level = ctx.attr.level,
            manifest = manifest,
            mtime = ctx.attr.mtime,
            profile = set.profile,
            release = set.tree.release,
            set = set,
            stats = stats,
            strip = ctx.attr.strip,
            tree = tree_with(set.tree, **beside),
        ),
    ]

kheaders_archive = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "build_tree": attr.bool(
            doc = "True writes, in the same reading of the tree, what `kheaders_module` builds against, as `<name>.build_tree.tar`. Otherwise the tree is read once more where a module is built. Default: False; the macro `kheaders` sets it where there is a module.",
        ),
        "format": attr.string(
            default = "tgz",
            doc = "`tgz`, `tar`, `tar.xz`, `tar.zst` or `tar.bz2`. [Formats](../formats.md) says what each costs and who reads it.",
        ),
        "level": attr.int(
            default = 0,
            doc = "Compression level: 1 to 9 for `tgz`, `tar.xz` and `tar.bz2`, 1 to 4 for `tar.zst`, none for `tar`. Default: 0, the strongest.",
        ),
        "mtime": attr.int(
            default = 0,
            doc = "Modification time of every entry, in seconds since 1970-01-01 00:00:00 UTC. Default: 0.",
        ),
        "paths": attr.bool(
            doc = "True writes, in the same reading of the tree, the names of all its files, which `kheaders_verify_test` needs, as `<name>.paths`. Otherwise the tree is read once more for the test. Default: False; the macro `kheaders` sets it where there is such a test.",
        ),
        "set": attr.label(
            mandatory = True,
            providers = [KheadersSetInfo],
            doc = "The `kheaders_set`.",
        ),
        "strip": attr.string(
            default = "none",
            values = STRIPS,
            doc = "What is taken out of C and assembler files: `none`; `comments`, all of them; `comments_keep_license`, all but those that state the licence or copyright; `minify`, comments and needless white space. The tokens that a compiler sees never change.",
        ),
    },
    provides = [KheadersArchiveInfo],
    toolchains = [TOOLCHAIN],
)
