"""The rule `kheaders_budget`: what some paths of an archive may take of it, owned by whoever owns the package."""

load(":budgets.bzl", "LIMIT_ATTRS", "call_of", "check_paths", "limit_of", "size_limit")
load(":kheaders_budget_info.bzl", "KheadersBudgetInfo")

_DOC = """What some paths may take of an archive, compressed.

The target lives in the package of those who own the paths, so that its BUILD file is what they approve changes of
(CODEOWNERS). `kheaders_size_test` holds archives to it by `budgets`.
"""

def _impl(ctx):
    if not ctx.attr.paths:
        fail("%s: paths is empty, so the budget is of nothing; name paths, such as \"include/net/**\"" % ctx.label)
    check_paths(ctx.label, "paths", ctx.attr.paths)
    limit = limit_of(ctx.label, ctx.attr, size_limit(ctx.label, "max", ctx.attr.max))
    if not limit["max"] and not limit["creep"]:
        fail("%s: neither max nor creep is given, so the budget could never be exceeded; set one" % ctx.label)
    return [KheadersBudgetInfo(label = ctx.label, limit = limit | {"call": call_of(ctx)}, paths = ctx.attr.paths)]

kheaders_budget = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = LIMIT_ATTRS | {
        "max": attr.string(
            doc = "The most that the paths may take together, such as `448KiB` (units: B, kB, MB, KiB, MiB). Default: none.",
        ),
        "paths": attr.string_list(
            mandatory = True,
            doc = "Globs of paths in the archive, such as `include/net/**`; `**` crosses directories.",
        ),
    },
    provides = [KheadersBudgetInfo],
)
