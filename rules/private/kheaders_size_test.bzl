"""The rule `kheaders_size_test`: holds an archive to its size budgets."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":size_action.bzl", "size_action")
load(":size_gate.bzl", "GATE_ATTRS", "size_gate")
load(":tool.bzl", "TOOLCHAIN", "runfile", "target_args", "tool_target")
load(":tree_args.bzl", "shown")

_DOC = """Fails when an archive is larger than its budgets, or grows faster than they allow.

At least one budget has to be given: of the whole archive, of paths in it, of the module's memory. A failure names the budget,
the size, the excess, what has grown most or is largest, and who owns the budget. [A gate for sizes](../gate.md) goes from
nothing to budgets with owners.

`bazel run` of the test accepts the sizes that there are: `-- --update` writes its rows of the `baseline`, `-- --raise --reason=…`
raises the budgets that are exceeded, in the BUILD files where they stand, also in the call of a macro of yours.
"""

def _sizes(ctx, info):
    if not ctx.attr.report:
        return size_action(ctx, info, {"sizes": ctx.actions.declare_file(ctx.label.name + ".sizes.json")})
    report = ctx.attr.report[KheadersSizeInfo]
    if hasattr(ctx.attr.report[OutputGroupInfo], "_validation"):
        fail("%s: report = \"%s\" validates: what exceeds a budget could not be accepted, since Bazel builds no target whose dependencies are not valid; leave report out" % (ctx.label, ctx.attr.report.label))
    if not report.sizes or report.archive.archive != info.archive:
        fail("%s: report = \"%s\" is no kheaders_size_report of the archive %s; name that, or leave report out" % (ctx.label, ctx.attr.report.label, info.label))
    return report.sizes

def _impl(ctx):
    info = ctx.attr.archive[KheadersArchiveInfo]
    gate = size_gate(ctx, shown(ctx.label))
    files = gate.files | {"--sizes": [_sizes(ctx, info)]}
    args = target_args(ctx, "size-test")
    for flag in sorted(files):
        args.add_all(files[flag], map_each = runfile, format_each = flag + "=%s")
    return tool_target(
        ctx,
        args,
        progress_message = "Preparing size test %{label}",
        runfiles = ctx.runfiles(transitive_files = depset(transitive = [depset(some) for some in files.values()])),
    ) + [
        KheadersSizeInfo(
            archive = info,
            label = ctx.label,
            max_bytes = gate.budgets["total"]["max"] or None,
            max_files = gate.budgets["files"]["max"] or None,
            max_uncompressed_bytes = gate.budgets["uncompressed"]["max"] or None,
            sizes = None,
            stats = info.stats,
        ),
    ]

kheaders_size_test = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = GATE_ATTRS | {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive` to measure.",
        ),
        "report": attr.label(
            providers = [KheadersSizeInfo],
            doc = "The `kheaders_size_report` of the archive, to share its action. Default: none; then the sizes are measured once more.",
        ),
    },
    provides = [KheadersSizeInfo],
    test = True,
    toolchains = [TOOLCHAIN],
)
