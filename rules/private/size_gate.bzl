"""What holds the sizes of an archive against budgets: attributes, and the arguments of the program."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":budgets.bzl", "BUDGET_ATTRS", "UNSET", "budgets_of")
load(":tree_args.bzl", "shown")

# Three steps of the smallest rows of a baseline, in bytes; tools/internal/gate counts those of each row.
_LEAST_CREEP = 3 * 1024

_OWN_ATTRS = {
    "baseline": attr.label(
        allow_single_file = [".txt"],
        doc = "The baseline, a file of the workspace that says what paths took, rounded up so that few changes touch it: `my_kernel.sizes.txt`. `bazel run` of the test with `-- --update` writes it. It begins as an empty file, and many tests may share one. `creep` of paths is counted from it where `--@rules_kheaders//:size_base` gives no report. Default: none.",
    ),
    "max_module": attr.string(
        doc = "Budget of the memory that `module` takes once it is loaded: its allocated sections, in whole pages of 4 KiB, such as `5240KiB`. Default: none.",
    ),
    "module": attr.label(
        allow_files = [".ko", ".ko.xz", ".ko.zst"],
        doc = "The `kheaders_module` of `max_module`.",
    ),
}

GATE_ATTRS = BUDGET_ATTRS | _OWN_ATTRS | {
    "_base": attr.label(
        default = Label("//:size_base"),
        allow_files = True,
    ),
    "_gate": attr.label(
        default = Label("//:size_gate"),
        providers = [BuildSettingInfo],
    ),
}

def given_budgets(ctx):
    """Returns the names of those attributes that a target was given.

    Args:
      ctx: the rule's context; its attributes have GATE_ATTRS.

    Returns:
      list of string.
    """
    return [
        name
        for name in BUDGET_ATTRS.keys() + _OWN_ATTRS.keys()
        if getattr(ctx.attr, name) and getattr(ctx.attr, name) != UNSET or getattr(ctx.attr, name) == 0
    ]

def _module(ctx):
    if not ctx.attr.max_module:
        return []
    if not ctx.attr.module:
        fail("%s: max_module is given without module; name the kheaders_module" % ctx.label)

    # Its memory is that of the module before it is signed and compressed.
    groups = ctx.attr.module[OutputGroupInfo] if OutputGroupInfo in ctx.attr.module else None
    files = groups.unsigned.to_list() if hasattr(groups, "unsigned") else ctx.files.module
    modules = [file for file in files if file.extension == "ko"]
    if len(modules) != 1:
        fail("%s: module = \"%s\" has %d files that end in .ko; name a kheaders_module" % (ctx.label, ctx.attr.module.label, len(modules)))
    return modules

def _baseline(ctx, budgets):
    """Returns the path of the baseline in the workspace, "" if there is none that could be written."""
    file = ctx.file.baseline
    if not file:
        return ""
    if not file.is_source:
        fail("%s: baseline = \"%s\" is made by an action; name a file of the workspace, which bazel run writes" % (ctx.label, ctx.attr.baseline.label))
    for budget in budgets:
        for name in ["creep", "creep_release"]:
            if budget[name] and budget[name] < _LEAST_CREEP and not ctx.files._base:
                fail("%s: %s = \"%s\" of %s is below 3KiB, three steps of the smallest rows of a baseline, which are rounded up; raise it, or give the merge base's report by --@rules_kheaders//:size_base" % (ctx.label, name, budget["texts"][name], budget["label"]))
    return "" if file.short_path.startswith("../") else file.short_path

def size_gate(ctx, accept):
    """Reads the budgets of a target, and writes them down for the program.

    Args:
      ctx: the rule's context; its attributes have GATE_ATTRS.
      accept: string: label of the test that accepts what there is; "" for none.

    Returns:
      struct: `budgets`, what the program reads; `files`, a dict of the flags of `size-test` to lists of File.
    """
    gate = ctx.attr._gate[BuildSettingInfo].value
    budgets = budgets_of(ctx, gate)
    spec = ctx.actions.declare_file(ctx.label.name + ".budgets.json")
    ctx.actions.write(spec, json.encode_indent(budgets | {
        "accept": accept,
        "base_label": shown(ctx.attr._base.label) if ctx.files._base else "",
        "baseline": _baseline(ctx, budgets["budgets"]),
        "test": shown(ctx.label),
    }) + "\n")
    return struct(
        budgets = budgets,
        files = {
            "--base": ctx.files._base,
            "--baseline": ctx.files.baseline,
            "--budgets": [spec],
            "--module": _module(ctx),
        },
    )
