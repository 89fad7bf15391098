"""The rule `kheaders_size_table`: many archives in one table."""

load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")

_DOC = """Writes a line about each of many archives: kernels and architectures side by side, by their releases.

`<name>.txt` is text (output group `txt`), `<name>.md` the same as Markdown (output group `md`).
"""

def _impl(ctx):
    reports = []
    for target in ctx.attr.reports:
        sizes = target[KheadersSizeInfo].sizes
        if not sizes:
            fail("%s: %s is no kheaders_size_report: the table is made from what that writes; name the report of the same archive" % (ctx.label, target.label))
        reports.append(sizes)
    text = ctx.actions.declare_file(ctx.label.name + ".txt")
    markdown = ctx.actions.declare_file(ctx.label.name + ".md")
    args = tool_args(ctx)
    args.add("--table")
    args.add_all(reports, format_each = "--sizes=%s")
    args.add(text, format = "--output=%s")
    args.add(markdown, format = "--md=%s")
    run_kheaders(
        ctx,
        subcommand = "size",
        mnemonic = "KheadersSizeTable",
        args = args,
        inputs = reports,
        outputs = [text, markdown],
        progress_message = "Comparing sizes %{label}",
    )
    return [
        DefaultInfo(files = depset([text])),
        OutputGroupInfo(
            md = depset([markdown]),
            txt = depset([text]),
        ),
    ]

kheaders_size_table = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "reports": attr.label_list(
            mandatory = True,
            allow_empty = False,
            providers = [KheadersSizeInfo],
            doc = "The `kheaders_size_report` of each archive.",
        ),
    },
    toolchains = [TOOLCHAIN],
)
