"""The BUILD file of a repository that holds one package of a distribution."""

_BUILD = """\
# {comment}
filegroup(
    name = "package",
    srcs = {files},
    visibility = ["//visibility:public"],
)

exports_files(
    {files},
    visibility = ["//visibility:public"],
)
"""

_ALIAS = """
alias(
    name = "{name}",
    actual = ":package",
    visibility = ["//visibility:public"],
)
"""

def write_package_build(ctx, package, files):
    """Writes BUILD.bazel with the package as `:package`, and its alias by the repository's name.

    Args:
      ctx: repository_ctx; its attributes `apparent_name` and `suite` are what the user gave.
      package: struct: what `find_package` found.
      files: list of string: its file.
    """
    text = _BUILD.format(
        comment = "%s %s, suite %s" % (package.name, package.version, ctx.attr.suite),
        files = repr(files),
    )
    if ctx.attr.apparent_name != "package":
        text += _ALIAS.format(name = ctx.attr.apparent_name)
    ctx.file("BUILD.bazel", text, executable = False)
