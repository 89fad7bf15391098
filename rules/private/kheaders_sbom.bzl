"""The rule `kheaders_sbom`: tells the licences of what is in an archive."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_sbom_info.bzl", "KheadersSbomInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "add_set_of_tree", "set_inputs")

_DOC = """Tells the licences of what is in an archive: `<name>.spdx.json`, an SPDX 2.3 document, and `<name>.txt`, a summary.

Of each file both have the SPDX expression that its source states, or that it states none, whether words about licence and
copyright are kept or stripped, and the package that it is from. Licences are read before files are stripped; checksums are of
what is in the archive. The same archive and tree give the same document. [Licences](../licences.md) says more.

```starlark
kheaders_sbom(
    name = "my_kernel.sbom",
    archive = ":my_kernel.archive",
)
```
"""

def _impl(ctx):
    info = ctx.attr.archive[KheadersArchiveInfo]
    document = ctx.actions.declare_file(ctx.label.name + ".spdx.json")
    summary = ctx.actions.declare_file(ctx.label.name + ".txt")
    args = tool_args(ctx)
    add_set_of_tree(args, info.set, info.label)
    args.add(info.archive, format = "--archive=%s")
    args.add(document, format = "--json=%s")
    args.add(summary, format = "--text=%s")
    run_kheaders(
        ctx,
        subcommand = "sbom",
        mnemonic = "KheadersSbom",
        args = args,
        inputs = depset([info.archive], transitive = [set_inputs(info.set)]),
        outputs = [document, summary],
        progress_message = "Telling licences of %{label}",
    )
    return [
        DefaultInfo(files = depset([document, summary])),
        OutputGroupInfo(spdx = depset([document]), txt = depset([summary])),
        KheadersSbomInfo(document = document, label = info.label, summary = summary),
    ]

kheaders_sbom = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive`.",
        ),
    },
    provides = [KheadersSbomInfo],
    toolchains = [TOOLCHAIN],
)
