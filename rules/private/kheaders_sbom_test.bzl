"""The rule `kheaders_sbom_test`: holds the licences of an archive against a list."""

load(":kheaders_sbom_info.bzl", "KheadersSbomInfo")
load(":tool.bzl", "TOOLCHAIN", "runfile", "target_args", "tool_target")
load(":values.bzl", "check_lines")

_DOC = """Fails, with a line for each file, where a file of an archive needs a licence that is not to be there.

An expression fails only where no alternative of it avoids the list: `GPL-2.0 OR MIT` passes with `must_not = ["GPL-2.0"]`.

```starlark
kheaders_sbom_test(
    name = "licences_test",
    must_not = ["GPL-3.0-only", "GPL-3.0-or-later"],
    sbom = ":my_kernel.sbom",
)
```
"""

def _impl(ctx):
    check_lines(ctx.label, "must_not", ctx.attr.must_not)
    if not ctx.attr.must_not:
        fail("%s: must_not is empty, so the test could never fail; name the licences that may not be there" % ctx.label)
    if ctx.attr.max_errors < 0:
        fail("%s: max_errors = %d is below 0; use the number of lines to show, or 0 for all" % (ctx.label, ctx.attr.max_errors))
    document = ctx.attr.sbom[KheadersSbomInfo].document
    args = target_args(ctx, "sbom-test")
    args.add_all([document], map_each = runfile, format_each = "--sbom=%s")
    args.add(ctx.attr.max_errors, format = "--max-errors=%s")
    args.add_all(ctx.attr.must_not, format_each = "--must-not=%s")
    return tool_target(
        ctx,
        args,
        progress_message = "Preparing licence test %{label}",
        runfiles = ctx.runfiles(files = [document]),
    )

kheaders_sbom_test = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "max_errors": attr.int(
            default = 20,
            doc = "How many lines a failure shows before it only counts; 0 shows all.",
        ),
        "must_not": attr.string_list(
            mandatory = True,
            doc = "Licences by their SPDX names, such as `GPL-3.0-only`. GPL-2.0 and GPL-2.0-only are one, as are GPL-2.0+ and GPL-2.0-or-later; a name without WITH means the licence with any exception, too. `NOASSERTION` is of files that state none, `LicenseRef-…` of those that state what is no expression.",
        ),
        "sbom": attr.label(
            mandatory = True,
            providers = [KheadersSbomInfo],
            doc = "The `kheaders_sbom`.",
        ),
    },
    test = True,
    toolchains = [TOOLCHAIN],
)
