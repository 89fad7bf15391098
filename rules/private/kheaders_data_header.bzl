"""The rule `kheaders_data_header`: an archive as a C header."""

load(":embed_header.bzl", "embed_header")
load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_data_header_info.bzl", "KheadersDataHeaderInfo")
load(":tool.bzl", "TOOLCHAIN")

_DOC = """Writes an archive as a C header, `<name>/kheaders_data.h`.

The bytes stand between the markers `IKHD_ST` and `IKHD_ED`, so that they can be cut out of a kernel image.
"""

def _impl(ctx):
    header = ctx.actions.declare_file(ctx.label.name + "/kheaders_data.h")
    archive = ctx.attr.archive[KheadersArchiveInfo]
    embed_header(ctx, archive.archive, header)
    return [
        DefaultInfo(files = depset([header])),
        KheadersDataHeaderInfo(archive = archive, header = header),
    ]

kheaders_data_header = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive`.",
        ),
    },
    provides = [KheadersDataHeaderInfo],
    toolchains = [TOOLCHAIN],
)
