"""The rule `program`: a script that `bazel run` runs."""

def _impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = ctx.file.src, is_executable = True)
    return DefaultInfo(executable = program, files = depset([program]), runfiles = ctx.runfiles([ctx.file.src]))

program = rule(
    implementation = _impl,
    doc = "A script that needs nothing else, with no rules of another module.",
    attrs = {"src": attr.label(allow_single_file = True, mandatory = True, doc = "The script.")},
    executable = True,
)
