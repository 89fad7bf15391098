"""The rule `kheaders_size_test`: holds an archive to its size budgets."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":budgets.bzl", "BUDGET_ATTRS", "budgets_of")
load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":size_action.bzl", "size_action")
load(":tool.bzl", "TOOLCHAIN", "runfile", "target_args", "tool_target")
load(":tree_args.bzl", "shown")

_DOC = """Fails when an archive is larger than its budgets, or grows faster than they allow.

At least one budget has to be given: of the whole archive, of paths in it, of the module's memory. A failure names the budget,
what there is, the excess, what has grown most or is largest, and who owns the budget. [A gate for sizes](../gate.md) goes from
nothing to budgets with owners.
"""

def _module(ctx):
    if not ctx.attr.max_module:
        return []
    if not ctx.attr.module:
        fail("%s: max_module is given without module; name the kheaders_module" % ctx.label)
    modules = [file for file in ctx.files.module if file.extension == "ko"]
    if len(modules) != 1:
        fail("%s: module = \"%s\" has %d files that end in .ko; name a kheaders_module" % (ctx.label, ctx.attr.module.label, len(modules)))
    return modules

def _sizes(ctx, info):
    if not ctx.attr.report:
        return size_action(ctx, info, {"sizes": ctx.actions.declare_file(ctx.label.name + ".sizes.json")})
    report = ctx.attr.report[KheadersSizeInfo]
    if not report.sizes or report.archive.archive != info.archive:
        fail("%s: report = \"%s\" is no kheaders_size_report of the archive %s; name that, or leave report out" % (ctx.label, ctx.attr.report.label, info.label))
    return report.sizes

def _impl(ctx):
    info = ctx.attr.archive[KheadersArchiveInfo]
    gate = ctx.attr._gate[BuildSettingInfo].value
    budgets = budgets_of(ctx, gate)
    modules = _module(ctx)
    sizes = _sizes(ctx, info)
    spec = ctx.actions.declare_file(ctx.label.name + ".budgets.json")
    ctx.actions.write(spec, json.encode_indent({"test": shown(ctx.label)} | budgets) + "\n")

    args = target_args(ctx, "size-test")
    args.add_all([spec], map_each = runfile, format_each = "--budgets=%s")
    args.add_all([sizes], map_each = runfile, format_each = "--sizes=%s")
    args.add_all(modules, map_each = runfile, format_each = "--module=%s")
    args.add_all(ctx.files._base, map_each = runfile, format_each = "--base=%s")
    files = [spec, sizes] + modules + ctx.files._base
    return tool_target(
        ctx,
        args,
        progress_message = "Preparing size test %{label}",
        runfiles = ctx.runfiles(files = files),
    ) + [
        KheadersSizeInfo(
            archive = info,
            label = ctx.label,
            max_bytes = budgets["total"]["max"] or None,
            max_files = budgets["files"]["max"] or None,
            max_uncompressed_bytes = budgets["uncompressed"]["max"] or None,
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
        "max_module": attr.string(
            doc = "Budget of the memory that `module` takes once it is loaded: its allocated sections, in whole pages of 4 KiB, such as `5240KiB`. Default: none.",
        ),
        "module": attr.label(
            allow_files = [".ko"],
            doc = "The `kheaders_module` of `max_module`.",
        ),
        "report": attr.label(
            providers = [KheadersSizeInfo],
            doc = "The `kheaders_size_report` of the archive, whose action is shared then. Default: none; the sizes are found out once more.",
        ),
        "_base": attr.label(
            default = Label("//:size_base"),
            allow_files = True,
        ),
        "_gate": attr.label(
            default = Label("//:size_gate"),
            providers = [BuildSettingInfo],
        ),
    },
    provides = [KheadersSizeInfo],
    test = True,
    toolchains = [TOOLCHAIN],
)
