"""The size budgets of an archive: their attributes, and what the program is told of them."""

load(":kheaders_budget_info.bzl", "KheadersBudgetInfo")
load(":tree_args.bzl", "shown")
load(":units.bzl", "parse_percent", "parse_size", "parse_waivers")
load(":values.bzl", "check_glob", "check_lines")

# Growth that moves by the compressor's blocks alone, in bytes, of all and of paths; tools/internal/gate has them as well.
_FLOOR = 2048
_PATH_FLOOR = 512

# Tells a budget that was left out from one that was set to 0, which is an error.
UNSET = -2147483648

_INT_BUDGETS = {
    "max_bytes": "`max_compressed`, as a number of bytes. Default: none.",
    "max_files": "Budget of the number of files in the archive. Default: none.",
    "max_uncompressed_bytes": "`max_uncompressed`, as a number of bytes. Default: none.",
}

LIMIT_ATTRS = {
    "creep": attr.string(
        doc = "The most that it may grow since the base, which `--@rules_kheaders//:size_base` gives, such as `8KiB`. Less than 2 KiB in all, or 512 B of a path, is never too much: so much moves with the compressor's blocks. Default: none.",
    ),
    "creep_percent": attr.string(
        doc = "With `creep`: growth is too much only if it is above this share, too, such as `0.5%`. Default: none.",
    ),
    "creep_release": attr.string(
        doc = "In place of `creep` where the base is of another kernel release. Releases that differ only in a commit's name at their end (`-g0123456`) count as one. Default: as `creep`.",
    ),
    "headroom": attr.string(
        doc = "How much of the budget a change must leave: with `--@rules_kheaders//:size_gate=pr` the budget counts as exceeded that much earlier, so that two changes, each green, are not red together. It must be at least what a change may grow by: `creep`, `creep_release`, `creep_percent` of the budget, 2 KiB in all or 512 B of a path. A change that does not grow, by a report of the base, passes without it. Where growth is counted by a baseline, main may be above `creep` by as much. Default: none.",
    ),
    "waivers": attr.string_dict(
        doc = "What is allowed in addition until a kernel release, and why: `{\"+60KiB until 7.4\": \"reason\"}`. It ends by itself with that release, and the test names it then. It adds to the budget, not to `creep`. Default: none.",
    ),
}

BUDGET_ATTRS = LIMIT_ATTRS | {
    name: attr.int(default = UNSET, doc = doc)
    for name, doc in _INT_BUDGETS.items()
} | {
    "budgets": attr.label_list(
        providers = [KheadersBudgetInfo],
        doc = "`kheaders_budget` targets: what paths may take, each in the package of its owners. Default: none.",
    ),
    "max_compressed": attr.string(
        doc = "Budget of the archive file, such as `5200KiB` (units: B, kB, MB, KiB, MiB). Default: none.",
    ),
    "max_uncompressed": attr.string(
        doc = "Budget of the sum of the files in the archive (after stripping, before compression), in the same units. Default: none.",
    ),
    "other": attr.string(
        doc = "What files in no budget may take together, where there are budgets of paths. Default: none; then each file must be in a budget.",
    ),
    "path_budgets": attr.string_dict(
        doc = "What paths may take of the archive, compressed: a glob to a size, `{\"include/net/**\": \"448KiB\"}`. A file in two budgets is an error. Default: none.",
    ),
    "path_headroom": attr.string(
        doc = "The `headroom` of each of `path_budgets`, and of `other`. Default: none.",
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

def _check_headroom(label, attribute, limit, floor):
    """Reads what a change must leave of a limit, into it; fails where two changes could be too much together."""
    text = limit["texts"].get(attribute)
    if not text:
        return
    headroom = parse_size(label, attribute, text)
    if not limit["max"]:
        fail("%s: %s = \"%s\" is of %s, which is not given; set it, or leave %s out" % (label, attribute, text, limit["attr"], attribute))
    if limit["creep"]:
        most, what = limit["creep"], "creep = \"%s\"" % limit["texts"]["creep"]
        if limit["creep_release"] > most:
            most, what = limit["creep_release"], "creep_release = \"%s\"" % limit["texts"]["creep_release"]
        if limit["max"] * limit["creep_percent"] // 10000 > most:
            most, what = limit["max"] * limit["creep_percent"] // 10000, "creep_percent = \"%s\" of the budget" % limit["texts"]["creep_percent"]
        if floor > most:
            most, what = floor, "the %d B of growth that are always allowed" % floor
        if headroom < most:
            fail("%s: %s = \"%s\" is below %s: two changes that are both allowed could be too much together; raise %s" % (label, attribute, text, what, attribute))
    if headroom >= limit["max"]:
        fail("%s: %s = \"%s\" leaves nothing of %s; lower it" % (label, attribute, text, limit["attr"]))
    limit["headroom"] = headroom

def call_of(ctx):
    """Returns the name of the call in the BUILD file that makes a target: a macro's, or its own.

    Args:
      ctx: the rule's context.

    Returns:
      string: its `name`.
    """
    return getattr(ctx.attr, "generator_name", "") or ctx.label.name

def limit_of(label, attrs, maximum, path = True):
    """Reads the attributes of one limit.

    Args:
      label: Label: the target, for messages.
      attrs: struct: has LIMIT_ATTRS.
      maximum: dict: the limit without the attributes.
      path: bool: whether it is of paths, and not of all.

    Returns:
      dict: what the program reads.
    """
    creep = parse_size(label, "creep", attrs.creep) if attrs.creep else 0
    for name in ["creep_percent", "creep_release"]:
        if getattr(attrs, name) and not creep:
            fail("%s: %s = \"%s\" without creep says nothing; set creep" % (label, name, getattr(attrs, name)))
    texts = {name: getattr(attrs, name) for name in ["creep", "creep_percent", "creep_release", "headroom"] if getattr(attrs, name)}
    limit = maximum | {
        "creep": creep,
        "creep_percent": parse_percent(label, "creep_percent", attrs.creep_percent) if attrs.creep_percent else 0,
        "creep_release": parse_size(label, "creep_release", attrs.creep_release) if attrs.creep_release else 0,
        "texts": maximum["texts"] | texts,
        "waivers": parse_waivers(label, attrs.waivers),
    }
    _check_headroom(label, "headroom", limit, _PATH_FLOOR if path else _FLOOR)
    if limit["waivers"] and not limit["max"]:
        fail("%s: waivers are of %s, which is not given; set it, or leave waivers out" % (label, limit["attr"]))
    return limit

def _plain(attribute, maximum, text):
    return {
        "attr": attribute,
        "creep": 0,
        "creep_percent": 0,
        "creep_release": 0,
        "headroom": 0,
        "max": maximum,
        "texts": {attribute: text} if text else {},
        "waivers": [],
    }

def size_limit(label, attribute, text):
    """Reads a limit that is a size alone.

    Args:
      label: Label: the target, for messages.
      attribute: string: the attribute's name.
      text: string: its value; "" for no limit.

    Returns:
      dict: what the program reads.
    """
    return _plain(attribute, parse_size(label, attribute, text) if text else 0, text)

def _path_limit(ctx, attribute, key, text):
    limit = size_limit(ctx.label, attribute, text)
    if key:
        limit = _plain("%s[%s]" % (attribute, repr(key)), limit["max"], text)
    if ctx.attr.path_headroom:
        limit["texts"]["path_headroom"] = ctx.attr.path_headroom
        _check_headroom(ctx.label, "path_headroom", limit, _PATH_FLOOR)
    return limit

def _either(ctx, size, number):
    """Returns the limit that a size or a number of bytes gives."""
    value = getattr(ctx.attr, number)
    text = getattr(ctx.attr, size) if size else ""
    if value != UNSET and text:
        fail("%s: %s and %s are both given; leave one out" % (ctx.label, size, number))
    if value == UNSET:
        return size_limit(ctx.label, size or number, text)
    if value <= 0:
        fail("%s: %s = %d can never be met; use a number above zero, or leave %s out for no budget" % (ctx.label, number, value, number))
    return _plain(number, value, str(value))

def budgets_of(ctx, gate):
    """Reads the budgets of a rule; fails when one is no budget.

    Args:
      ctx: the rule's context; its attributes have BUDGET_ATTRS.
      gate: string: "main", or "pr" for what is to be merged.

    Returns:
      dict: what the program reads, without the labels of what holds the archive against them.
    """
    label = ctx.label
    total = limit_of(label, ctx.attr, _either(ctx, "max_compressed", "max_bytes"), path = False)
    check_paths(label, "path_budgets", ctx.attr.path_budgets.keys())
    budgets = [
        {"call": call_of(ctx), "label": shown(label), "paths": [path]} | _path_limit(ctx, "path_budgets", path, size)
        for path, size in ctx.attr.path_budgets.items()
    ] + [
        {"label": shown(target[KheadersBudgetInfo].label), "paths": target[KheadersBudgetInfo].paths} | target[KheadersBudgetInfo].limit
        for target in ctx.attr.budgets
    ]
    of = {}
    for budget in budgets:
        for path in budget["paths"]:
            if path in of:
                fail("%s: %s is in two budgets, of %s and of %s; leave it out of one" % (label, repr(path), of[path], budget["label"]))
            of[path] = budget["label"]
    if ctx.attr.other and not budgets:
        fail("%s: other = \"%s\" is of what no budget of paths has, and there is none; set path_budgets or budgets" % (label, ctx.attr.other))
    if ctx.attr.path_headroom and not ctx.attr.path_budgets and not ctx.attr.other:
        fail("%s: path_headroom = \"%s\" is of path_budgets and other, and there are none; set path_budgets, or the headroom of each kheaders_budget" % (label, ctx.attr.path_headroom))
    files = _either(ctx, "", "max_files")
    uncompressed = _either(ctx, "max_uncompressed", "max_uncompressed_bytes")
    if not total["max"] and not total["creep"] and not files["max"] and not uncompressed["max"] and not budgets and not ctx.attr.max_module:
        fail("%s: no budget is given, so the test could never fail; set max_compressed, max_uncompressed, max_files, max_module, path_budgets or budgets" % label)
    return {
        "budgets": budgets,
        "call": call_of(ctx),
        "files": files,
        "gate": gate,
        "module": size_limit(label, "max_module", ctx.attr.max_module),
        "other": _path_limit(ctx, "other", "", ctx.attr.other) if ctx.attr.other else None,
        "total": total,
        "uncompressed": uncompressed,
    }
