"""The rule `kheaders_size_report`: tells what takes how much of an archive."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":size_action.bzl", "size_action")
load(":tool.bzl", "TOOLCHAIN")

_DOC = """Tells what each directory and file takes of an archive, in bytes of the archive itself, to the bit.

Made in one action, each with an output group of its own:

| group | file | |
| --- | --- | --- |
| `txt` | `<name>.txt` | totals, the largest directories, files and sources, as text: what is built by default |
| `sizes` | `<name>.sizes.json` | every file with its bits, with the number of the layout: see [Sizes](../sizes.md) |
| `md` | `<name>.md` | a comment for a review; empty where there is a `base` and nothing has changed |
| `html` | `<name>.html` | a picture for a browser, in one file that asks for nothing |
"""

def _impl(ctx):
    info = ctx.attr.archive[KheadersArchiveInfo]
    outputs = {
        "html": ctx.actions.declare_file(ctx.label.name + ".html"),
        "md": ctx.actions.declare_file(ctx.label.name + ".md"),
        "sizes": ctx.actions.declare_file(ctx.label.name + ".sizes.json"),
        "txt": ctx.actions.declare_file(ctx.label.name + ".txt"),
    }
    size_action(ctx, info, outputs, ctx.file.base, ctx.attr.verbose)
    return [
        DefaultInfo(files = depset([outputs["txt"]])),
        OutputGroupInfo(**{group: depset([file]) for group, file in outputs.items()}),
        KheadersSizeInfo(
            archive = info,
            label = ctx.label,
            max_bytes = None,
            max_files = None,
            max_uncompressed_bytes = None,
            sizes = outputs["sizes"],
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
        "base": attr.label(
            allow_single_file = [".json"],
            doc = "What the archive was before: the file of the output group `sizes` of an earlier build. The reports then tell what has changed. Default: none.",
        ),
        "verbose": attr.bool(
            doc = "Print the summary on the terminal as well, whenever it is made anew. Default: False.",
        ),
    },
    provides = [KheadersSizeInfo],
    toolchains = [TOOLCHAIN],
)
