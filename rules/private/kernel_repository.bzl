"""The BUILD file of a repository that holds a kernel tree."""

def _call(rule, attrs):
    lines = ["    %s = %s," % (name, repr(value)) for name, value in attrs.items() if value]
    return "%s(\n%s\n)\n" % (rule, "\n".join(lines + ["    visibility = [\"//visibility:public\"],"]))

def write_kernel_build(ctx, comment = "", files = [], **attrs):
    """Writes BUILD.bazel with the `kernel_tree` `:tree`, and its alias by the repository's name.

    Args:
      ctx: repository_ctx; its attribute `apparent_name` is the name that the user gave.
      comment: string: one line on where the tree comes from.
      files: list of string: files to make available as `:packages`.
      **attrs: the attributes of `kernel_tree`; empty ones are left out.
    """
    parts = ["load(%s, \"kernel_tree\")\n" % repr(str(Label("//:defs.bzl")))]
    if comment:
        parts.append("# %s\n" % comment)
    parts.append(_call("kernel_tree", {"name": "tree", "repository": ctx.attr.apparent_name} | attrs))
    name = ctx.attr.apparent_name
    if name not in ["tree", "packages"]:
        parts.append(_call("alias", {"name": name, "actual": ":tree"}))
    if files:
        parts.append(_call("filegroup", {"name": "packages", "srcs": files}))
        parts.append("exports_files(\n    %s,\n    visibility = [\"//visibility:public\"],\n)\n" % repr(files))
    ctx.file("BUILD.bazel", "\n".join(parts), executable = False)
