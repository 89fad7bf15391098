"""The rule `kheaders_explain`: answers why a path is in, or not in, a set."""

load(":kheaders_set_info.bzl", "KheadersSetInfo")
load(":tool.bzl", "TOOLCHAIN_TYPE", "kheaders_toolchain_info")
load(":tree_args.bzl", "add_set", "add_tree", "set_inputs")

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
    toolchain = kheaders_toolchain_info(ctx)

    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.add("explain")
    add_tree(args, set.tree, set.label, run = True)
    add_set(args, set, run = True)
    argfile = ctx.actions.declare_file(ctx.label.name + ".args")
    ctx.actions.write(argfile, args)

    # The tool itself is what runs. It reads its first arguments from KHEADERS_ARGFILE, the user's come after them.
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = toolchain.tool.executable,
        is_executable = True,
        progress_message = "Preparing %{label}",
    )
    return [
        DefaultInfo(
            executable = executable,
            files = depset([executable]),
            runfiles = ctx.runfiles(files = [argfile], transitive_files = set_inputs(set)).merge(toolchain.runfiles),
        ),
        RunEnvironmentInfo(environment = {"KHEADERS_ARGFILE": argfile.short_path}),
    ]

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
    toolchains = [TOOLCHAIN_TYPE],
)
