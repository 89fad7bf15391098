"""The rule `kheaders_verify_test`: checks that an archive is whole and keeps its contract."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":tool.bzl", "TOOLCHAIN", "runfile", "target_args", "tool_target")
load(":tree_args.bzl", "shown")
load(":values.bzl", "check_glob", "check_lines")

_DOC = """Fails when an archive lacks a header or does not keep the determinism contract, with one line for each thing that is wrong.

A header is missing when

- a file of the archive includes it, or Kbuild includes it by itself, such as linux/kconfig.h;
- the archive lacks that file, the one of the tree that the kernel's search path comes to first;
- and include/generated/autoconf.h does not rule out the `#if` around the `#include`.

What the kernel's own headers include and no archive has (of other architectures and systems, or private to a subsystem) is in
a table of the tool's own, with the reasons. [Verify](../verify.md) tells more.
"""

def _impl(ctx):
    for attribute in ["exceptions", "must_contain", "must_not_contain"]:
        check_lines(ctx.label, attribute, getattr(ctx.attr, attribute))
        for glob in getattr(ctx.attr, attribute):
            check_glob(ctx.label, attribute, glob.split(" ")[0] if attribute == "exceptions" else glob)
    if ctx.attr.max_errors < 0:
        fail("%s: max_errors = %d is below 0; use the number of lines to show, or 0 for all" % (ctx.label, ctx.attr.max_errors))
    info = ctx.attr.archive[KheadersArchiveInfo]

    args = target_args(ctx, "verify")
    args.add_all([info.archive], map_each = runfile, format_each = "--archive=%s")
    args.add_all([info.tree.paths], map_each = runfile, format_each = "--tree-list=%s")
    args.add(shown(info.label), format = "--name=%s")
    args.add(info.arch, format = "--arch=%s")
    args.add(info.mtime, format = "--mtime=%s")
    args.add(ctx.attr.max_errors, format = "--max-errors=%s")
    args.add_all(info.set.extra, format_each = "--extra=%s")
    args.add_all(ctx.attr.must_contain, format_each = "--must-contain=%s")
    args.add_all(ctx.attr.must_not_contain, format_each = "--must-not-contain=%s")
    args.add_all(ctx.attr.exceptions, format_each = "--exception=%s")
    return tool_target(
        ctx,
        args,
        progress_message = "Preparing verify test %{label}",
        runfiles = ctx.runfiles(files = [info.archive, info.tree.paths]),
    )

kheaders_verify_test = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive` to check.",
        ),
        "exceptions": attr.string_list(
            doc = "Includes that may lack their header: a glob over files of the archive and, after a space, one over the names in their `#include`s (`include/soc/** mach/*.h`); without it, any name. An exception that excuses nothing fails the test. Default: only those of the tool's own table.",
        ),
        "max_errors": attr.int(
            default = 20,
            doc = "How many lines a failure shows before it only counts; 0 shows all.",
        ),
        "must_contain": attr.string_list(
            doc = "Globs over paths in the archive, each of which has to match a file: `include/linux/sched.h`, `include/trace/events/*.h`. Default: none.",
        ),
        "must_not_contain": attr.string_list(
            doc = "Globs over paths in the archive that may match no file: `**/*.c`. Default: none.",
        ),
    },
    test = True,
    toolchains = [TOOLCHAIN],
)
