"""The rule `kheaders_size_report`: tells how much each file takes of an archive."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_size_info.bzl", "KheadersSizeInfo")
load(":size_action.bzl", "size_action")
load(":size_gate.bzl", "GATE_ATTRS", "given_budgets", "size_gate")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "shown")

_DOC = """Tells how much of an archive each directory and file takes, in bytes of the archive itself, to the bit.

Made in one action, each with an output group of its own:

| group | file | |
| --- | --- | --- |
| `txt` | `<name>.txt` | totals, the largest directories, files and sources, as text: what is built by default |
| `sizes` | `<name>.sizes.json` | every file with its bits, for programs: [Sizes](../sizes.md#the-json) |
| `md` | `<name>.md` | a comment for a review; empty where there is a `base` and nothing has changed |
| `html` | `<name>.html` | a picture for a browser, in one file that needs no network |

With `validate = True` it compares the archive with its budgets, too, so that `bazel build` of the report fails where one is
exceeded. Then Bazel builds nothing that depends on the report, not even by a filegroup, so let nothing depend on it: the macro
`kheaders` leaves the report out of `:name`.
"""

def _gate(ctx):
    """Returns what the archive is held against, as `size_gate` does; None for nothing."""
    given = given_budgets(ctx)
    if not ctx.attr.validate:
        if given:
            fail("%s: %s is held against nothing; set validate = True, or leave it out" % (ctx.label, given[0]))
        return None
    if ctx.attr.baseline and not ctx.attr.test:
        fail("%s: baseline = \"%s\" has the rows of a test; name that by test" % (ctx.label, ctx.attr.baseline.label))
    test = ctx.attr.test
    if test and test[0] not in "/@":
        test = "%s:%s" % (shown(ctx.label).rpartition(":")[0], test.removeprefix(":"))
    return size_gate(ctx, test)

def _validation(ctx, gate, sizes):
    """Returns what fails to be built where a budget is exceeded, by its output group."""
    if not gate:
        return {}
    files = gate.files | {"--sizes": [sizes]}
    table = ctx.actions.declare_file(ctx.label.name + ".validation.txt")
    args = tool_args(ctx)
    for flag in sorted(files):
        args.add_all(files[flag], format_each = flag + "=%s")
    args.add(table, format = "--output=%s")
    run_kheaders(
        ctx,
        subcommand = "size-test",
        mnemonic = "KheadersSizeGate",
        args = args,
        inputs = depset(transitive = [depset(some) for some in files.values()]),
        outputs = [table],
        progress_message = "Holding sizes against budgets %{label}",
    )
    return {"_validation": table}

def _impl(ctx):
    info = ctx.attr.archive[KheadersArchiveInfo]
    outputs = {
        "html": ctx.actions.declare_file(ctx.label.name + ".html"),
        "md": ctx.actions.declare_file(ctx.label.name + ".md"),
        "sizes": ctx.actions.declare_file(ctx.label.name + ".sizes.json"),
        "txt": ctx.actions.declare_file(ctx.label.name + ".txt"),
    }
    sizes = size_action(ctx, info, outputs, ctx.file.base, ctx.attr.verbose)
    gate = _gate(ctx)
    groups = outputs | _validation(ctx, gate, sizes)
    return [
        DefaultInfo(files = depset([outputs["txt"]])),
        OutputGroupInfo(**{group: depset([file]) for group, file in groups.items()}),
        KheadersSizeInfo(
            archive = info,
            label = ctx.label,
            max_bytes = gate.budgets["total"]["max"] or None if gate else None,
            max_files = gate.budgets["files"]["max"] or None if gate else None,
            max_uncompressed_bytes = gate.budgets["uncompressed"]["max"] or None if gate else None,
            sizes = sizes,
            stats = info.stats,
        ),
    ]

kheaders_size_report = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = GATE_ATTRS | {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive` to measure.",
        ),
        "base": attr.label(
            allow_single_file = [".json"],
            doc = "What the archive was before: the file of the output group `sizes` of an earlier build. The reports then tell what has changed. Default: none.",
        ),
        "test": attr.string(
            doc = "With `validate`: label of the `kheaders_size_test` of the same budgets. Failures name it, for it accepts the sizes that there are. Nothing depends on it. Default: none.",
        ),
        "validate": attr.bool(
            doc = "Compare the archive with the budgets whenever the report is built. Default: False; then the report has no budgets.",
        ),
        "verbose": attr.bool(
            doc = "Print the summary on the terminal as well, whenever it is made. Default: False.",
        ),
    },
    provides = [KheadersSizeInfo],
    toolchains = [TOOLCHAIN],
)
