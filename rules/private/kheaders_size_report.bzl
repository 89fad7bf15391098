"""The rule `kheaders_size_report`: writes an archive's sizes as text."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "shown")

_DOC = "Writes a short summary of an archive's sizes and its largest directories to `<name>.txt`."

def _impl(ctx):
    info = ctx.attr.archive[KheadersArchiveInfo]
    report = ctx.actions.declare_file(ctx.label.name + ".txt")
    args = tool_args(ctx)
    args.add(info.stats, format = "--stats=%s")
    args.add(shown(info.label), format = "--name=%s")
    args.add(report, format = "--output=%s")
    if ctx.attr.verbose:
        args.add("--print")
    run_kheaders(
        ctx,
        subcommand = "size",
        mnemonic = "KheadersSize",
        args = args,
        inputs = [info.stats],
        outputs = [report],
        progress_message = "Summing up sizes %{label}",
    )
    return [
        DefaultInfo(files = depset([report])),
        KheadersSizeInfo(
            archive = info,
            label = ctx.label,
            max_bytes = None,
            max_files = None,
            max_uncompressed_bytes = None,
            stats = info.stats,
        ),
    ]

kheaders_size_report = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive` to measure.",
        ),
        "verbose": attr.bool(
            doc = "Print the summary on the terminal as well, whenever it is made anew. Default: False.",
        ),
    },
    provides = [KheadersSizeInfo],
    toolchains = [TOOLCHAIN],
)
