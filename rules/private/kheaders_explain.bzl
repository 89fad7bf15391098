"""The rule `kheaders_explain`: answers why a path is in, or not in, a set."""

load(":kheaders_set_info.bzl", "KheadersSetInfo")
load(":tool.bzl", "TOOLCHAIN", "target_args", "tool_target")
load(":tree_args.bzl", "add_set_of_tree", "set_inputs")

_DOC = """Answers why a path is in, or not in, a set of kernel headers.

`bazel run //:my_set.explain -- include/linux/sched.h 'scripts/*'` says of each path, glob or directory what took it, or
what keeps it out: a profile's table and line, `include`, `exclude` or `extra`, another kernel version, option or
architecture; and which input it is from. The exit status is 4 if something is not in. `-- --help` shows more flags.

```starlark
kheaders_explain(
    name = "my_set.explain",
    set = ":my_set",
)
```
"""

def _impl(ctx):
    set = ctx.attr.set[KheadersSetInfo]

    args = target_args(ctx, "explain")
    add_set_of_tree(args, set, set.label, run = True)
    return tool_target(
        ctx,
        args,
        progress_message = "Preparing %{label}",
        runfiles = ctx.runfiles(transitive_files = set_inputs(set)),
    )

kheaders_explain = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "set": attr.label(
            mandatory = True,
            providers = [KheadersSetInfo],
            doc = "The `kheaders_set`.",
        ),
    },
    executable = True,
    toolchains = [TOOLCHAIN],
)
