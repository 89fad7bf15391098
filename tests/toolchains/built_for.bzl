"""A target's files, built for another platform."""

def _platform_impl(_settings, attr):
    return {"//command_line_option:platforms": [attr.platform]}

_platform = transition(
    implementation = _platform_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _impl(ctx):
    return [DefaultInfo(files = depset(transitive = [t[DefaultInfo].files for t in ctx.attr.target]))]

built_for = rule(
    implementation = _impl,
    doc = "As `bazel build --platforms=...` on the command line, so that `bazel test //...` has both.",
    attrs = {
        "platform": attr.label(mandatory = True, doc = "The platform."),
        "target": attr.label(mandatory = True, cfg = _platform, doc = "What to build for it."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def placed(name, target, platform = None):
    """Names a target's files, built for a platform where a test wants them.

    Args:
      name: name of the target.
      target: what to build.
      platform: label of the platform; None is this machine's.
    """
    if platform:
        built_for(
            name = name,
            platform = platform,
            tags = ["manual"],
            target = target,
        )
    else:
        native.alias(
            name = name,
            actual = target,
            tags = ["manual"],
        )
