"""The size budgets of an archive: their attributes, and what the program is told of them."""

load(":kheaders_budget_info.bzl", "KheadersBudgetInfo")
load(":tree_args.bzl", "shown")
load(":units.bzl", "parse_percent", "parse_size", "parse_waivers")
load(":values.bzl", "check_glob", "check_lines")

# Growth that moves by the compressor's blocks alone, in bytes; tools/internal/gate has it as well, and a test compares them.
_FLOOR = 2048

# Tells a budget that was left out from one that was set to 0, which is an error.
_UNSET = -2147483648

_INT_BUDGETS = {
    "max_bytes": "`max_compressed`, as a number of bytes. Default: none.",
    "max_files": "Budget of the number of files in the archive. Default: none.",
    "max_uncompressed_bytes": "`max_uncompressed`, as a number of bytes. Default: none.",
}

LIMIT_ATTRS = {
    "creep": attr.string(
        doc = "The most that it may grow since the base, which `--@rules_kheaders//:size_base` gives, such as `8KiB`; less than 2 KiB in all, or 512 B of a path, is never too much, since the compressor's blocks move that. Default: none.",
    ),
    "creep_percent": attr.string(
        doc = "With `creep`: growth is too much only if it is above this share, too, such as `0.5%`. Default: none.",
    ),
    "creep_release": attr.string(
        doc = "In place of `creep` where the base is of another kernel release; a commit's name at its end (`-g0123456`) makes no other one. Default: as `creep`.",
    ),
    "waivers": attr.string_dict(
        doc = "What is allowed more until a kernel release, and why: `{\"+60KiB until 7.4\": \"reason\"}`. It ends by itself with that release, and is named then. It is of the budget, not of `creep`. Default: none.",
    ),
}

BUDGET_ATTRS = LIMIT_ATTRS | {
    name: attr.int(default = _UNSET, doc = doc)
    for name, doc in _INT_BUDGETS.items()
} | {
    "budgets": attr.label_list(
        providers = [KheadersBudgetInfo],
        doc = "`kheaders_budget` targets: what paths may take, each in the package of its owners. Default: none.",
    ),
    "headroom": attr.string(
        doc = "How much of `max_compressed` a change must leave: with `--@rules_kheaders//:size_gate=pr` the test fails that much earlier, so that two changes, each green, are not red together. It is at least what a change may grow by: `creep`, `creep_release`, `creep_percent` of the budget, 2 KiB. What does not grow needs none. Budgets of paths have none. Default: none.",
    ),
    "max_compressed": attr.string(
        doc = "Budget of the archive file, such as `5200KiB` (units: B, kB, MB, KiB, MiB). Default: none.",
    ),
    "max_uncompressed": attr.string(
        doc = "Budget of the sum of the files in the archive (after stripping, before compression), in the same units. Default: none.",
    ),
    "other": attr.string(
        doc = "What files of no budget may take together, where there are budgets of paths. Default: none; each file must be in a budget then.",
    ),
    "path_budgets": attr.string_dict(
        doc = "What paths may take of the archive, compressed: a glob to a size, `{\"include/net/**\": \"448KiB\"}`. A file in two budgets is an error. Default: none.",
    ),
}

def check_paths(label, attribute, paths):
    """Fails for globs that can be of no file.

    Args:
      label: Label: the target, for messages.
      attribute: string: the attribute's name.
      paths: list of string: its globs.
    """
    check_lines(label, attribute, paths)
    for path in paths:
        check_glob(label, attribute, path)

def limit_of(label, attrs, maximum):
    """Reads the attributes of one limit.

    Args:
      label: Label: the target, for messages.
      attrs: struct: has LIMIT_ATTRS.
      maximum: string: name of the attribute that has the most there may be; "" for none.

    Returns:
      dict: what the program reads.
    """
    text = getattr(attrs, maximum) if maximum else ""
    creep = parse_size(label, "creep", attrs.creep) if attrs.creep else 0
    for name in ["creep_percent", "creep_release"]:
        if getattr(attrs, name) and not creep:
            fail("%s: %s = \"%s\" without creep says nothing; set creep" % (label, name, getattr(attrs, name)))
    return {
        "attr": maximum,
        "creep": creep,
        "creep_percent": parse_percent(label, "creep_percent", attrs.creep_percent) if attrs.creep_percent else 0,
        "creep_release": parse_size(label, "creep_release", attrs.creep_release) if attrs.creep_release else 0,
        "max": parse_size(label, maximum, text) if text else 0,
        "waivers": parse_waivers(label, attrs.waivers),
    }

def _plain(attribute, maximum):
    return {"attr": attribute, "creep": 0, "creep_percent": 0, "creep_release": 0, "max": maximum, "waivers": []}

def _either(ctx, size, number):
    """Returns the limit that a size or a number of bytes gives."""
    value = getattr(ctx.attr, number)
    text = getattr(ctx.attr, size) if size else ""
    if value != _UNSET and text:
        fail("%s: %s and %s are both given; leave one out" % (ctx.label, size, number))
    if value == _UNSET:
        return _plain(size or number, parse_size(ctx.label, size, text) if text else 0)
    if value <= 0:
        fail("%s: %s = %d can never be met; use a number above zero, or leave %s out for no budget" % (ctx.label, number, value, number))
    return _plain(number, value)

def budgets_of(ctx, gate):
    """Reads the budgets of a rule; fails when one is no budget.

    Args:
      ctx: the rule's context; its attributes have BUDGET_ATTRS.
      gate: string: "main", or "pr" for what is to be merged.

    Returns:
      dict: what the program reads, without the test's label.
    """
    label = ctx.label
    of_archive = _either(ctx, "max_compressed", "max_bytes")
    total = limit_of(label, ctx.attr, "") | {"attr": of_archive["attr"], "max": of_archive["max"]}
    headroom = parse_size(label, "headroom", ctx.attr.headroom) if ctx.attr.headroom else 0
    if headroom and not total["max"]:
        fail("%s: headroom = \"%s\" is of max_compressed, which is not given; set it, or leave headroom out" % (label, ctx.attr.headroom))
    if headroom and total["creep"]:
        most, what = total["creep"], "creep = \"%s\"" % ctx.attr.creep
        if total["creep_release"] > most:
            most, what = total["creep_release"], "creep_release = \"%s\"" % ctx.attr.creep_release
        if total["max"] * total["creep_percent"] // 10000 > most:
            most, what = total["max"] * total["creep_percent"] // 10000, "creep_percent = \"%s\" of the budget" % ctx.attr.creep_percent
        if _FLOOR > most:
            most, what = _FLOOR, "the 2 KiB of growth that are always allowed"
        if headroom < most:
            fail("%s: headroom = \"%s\" is below %s: two changes that are both allowed could be too much together; raise headroom" % (label, ctx.attr.headroom, what))
    if headroom and headroom >= total["max"]:
        fail("%s: headroom = \"%s\" leaves nothing of %s; lower it" % (label, ctx.attr.headroom, total["attr"]))
    if total["waivers"] and not total["max"]:
        fail("%s: waivers are of max_compressed, which is not given; set it, or leave waivers out" % label)
    check_paths(label, "path_budgets", ctx.attr.path_budgets.keys())
    budgets = [
        {"label": shown(label), "paths": [path]} | _plain("path_budgets[%s]" % repr(path), parse_size(label, "path_budgets", size))
        for path, size in ctx.attr.path_budgets.items()
    ] + [
        {"label": shown(target[KheadersBudgetInfo].label), "paths": target[KheadersBudgetInfo].paths} | target[KheadersBudgetInfo].limit
        for target in ctx.attr.budgets
    ]
    if ctx.attr.other and not budgets:
        fail("%s: other = \"%s\" is of what no budget of paths has, and there is none; set path_budgets or budgets" % (label, ctx.attr.other))
    files = _either(ctx, "", "max_files")
    uncompressed = _either(ctx, "max_uncompressed", "max_uncompressed_bytes")
    if not total["max"] and not total["creep"] and not files["max"] and not uncompressed["max"] and not budgets and not ctx.attr.max_module:
        fail("%s: no budget is given, so the test could never fail; set max_compressed, max_uncompressed, max_files, max_module, path_budgets or budgets" % label)
    return {
        "budgets": budgets,
        "files": files,
        "gate": gate,
        "headroom": headroom if gate == "pr" else 0,
        "module": _plain("max_module", parse_size(label, "max_module", ctx.attr.max_module) if ctx.attr.max_module else 0),
        "other": _plain("other", parse_size(label, "other", ctx.attr.other)) if ctx.attr.other else None,
        "total": total,
        "uncompressed": uncompressed,
    }
