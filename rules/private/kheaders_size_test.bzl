"""The rule `kheaders_size_test`: holds an archive to its size budgets."""

load(":budgets.bzl", "BUDGET_ATTRS", "add_budgets", "budgets_of")
load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":tool.bzl", "TOOLCHAIN", "runfile", "target_args", "tool_target")
load(":tree_args.bzl", "shown")

_DOC = """Fails when an archive is larger than its budgets.

At least one budget has to be given. A failure names the budget, the size, the excess and the largest directories.
"""

def _impl(ctx):
    budgets = budgets_of(ctx)
    if not budgets:
        fail("%s: no budget is given, so the test could never fail; set max_bytes, max_uncompressed_bytes or max_files" % ctx.label)
    info = ctx.attr.archive[KheadersArchiveInfo]

    args = target_args(ctx, "size")
    args.add_all([info.stats], map_each = runfile, format_each = "--stats=%s")
    args.add(shown(info.label), format = "--name=%s")
    add_budgets(args, budgets)
    return tool_target(
        ctx,
        args,
        progress_message = "Preparing size test %{label}",
        runfiles = ctx.runfiles(files = [info.stats]),
    ) + [
        KheadersSizeInfo(
            archive = info,
            label = ctx.label,
            max_bytes = budgets.get("max_bytes"),
            max_files = budgets.get("max_files"),
            max_uncompressed_bytes = budgets.get("max_uncompressed_bytes"),
            sizes = None,
            stats = info.stats,
        ),
    ]

kheaders_size_test = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = BUDGET_ATTRS | {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive` to measure.",
        ),
    },
    provides = [KheadersSizeInfo],
    test = True,
    toolchains = [TOOLCHAIN],
)
