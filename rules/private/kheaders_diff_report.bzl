"""The rule `kheaders_diff_report`: tells what differs between two archives."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "shown")

_DOC = """Tells what differs between two archives: files that are added, removed, moved, grown or shrunk, and
which declarations of each header have changed. [Differences](../diff.md) says how headers are compared.

Made in one action, each with an output group of its own:

| group | file | |
| --- | --- | --- |
| `txt` | `<name>.txt` | all that differs, as text: what is built by default |
| `json` | `<name>.json` | the same for programs: [Differences](../diff.md#the-json) |
| `md` | `<name>.md` | a comment for a review; empty where nothing differs |
| `html` | `<name>.html` | a page for a browser, in one file that needs no network |
"""

_SIDE = "a `kheaders_archive`, or a file: an archive, the manifest of one, or a kernel or module that has an archive in it."

# The program's flags for what the action writes.
_OUTPUTS = {
    "html": "--html=%s",
    "json": "--json=%s",
    "md": "--md=%s",
    "txt": "--output=%s",
}

def _file(ctx, name):
    # What is compared, and what messages call it.
    target = getattr(ctx.attr, name)
    if KheadersArchiveInfo in target:
        info = target[KheadersArchiveInfo]
        return info.archive, info.label
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("%s: %s = %s has %d files: name a kheaders_archive, or a target of one file that is or has an archive" % (ctx.label, name, shown(target.label), len(files)))
    return files[0], target.label

def _impl(ctx):
    base, base_label = _file(ctx, "base")
    head, head_label = _file(ctx, "head")
    args = tool_args(ctx)
    args.add(base, format = "--archive=%s")
    args.add(head, format = "--archive=%s")
    args.add(shown(ctx.label), format = "--name=%s")
    args.add(shown(base_label), format = "--base-name=%s")
    args.add(shown(head_label), format = "--head-name=%s")
    if ctx.attr.api:
        args.add("--api")
    if ctx.attr.stat:
        args.add("--stat")
    outputs = {}
    for group, flag in _OUTPUTS.items():
        outputs[group] = ctx.actions.declare_file("%s.%s" % (ctx.label.name, group))
        args.add(outputs[group], format = flag)
    run_kheaders(
        ctx,
        subcommand = "diff",
        mnemonic = "KheadersDiff",
        args = args,
        inputs = [base, head],
        outputs = outputs.values(),
        progress_message = "Comparing headers %{label}",
    )
    return [
        DefaultInfo(files = depset([outputs["txt"]])),
        OutputGroupInfo(**{group: depset([file]) for group, file in outputs.items()}),
    ]

kheaders_diff_report = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "api": attr.bool(
            doc = "Leave out what programs that include the headers cannot notice: other files, comments, bodies of inline functions. Default: False.",
        ),
        "base": attr.label(
            mandatory = True,
            allow_files = True,
            doc = "What was before: " + _SIDE,
        ),
        "head": attr.label(
            mandatory = True,
            allow_files = True,
            doc = "What is: " + _SIDE,
        ),
        "stat": attr.bool(
            doc = "In the text, write a line for each file, and totals, in place of all that differs. Default: False.",
        ),
    },
    toolchains = [TOOLCHAIN],
)
