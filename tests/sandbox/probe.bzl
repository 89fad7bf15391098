"""Builds targets with another kheaders toolchain."""

def _with_toolchain_impl(_settings, attr):
    return {"//command_line_option:extra_toolchains": [str(attr.toolchain)]}

_with_toolchain = transition(
    implementation = _with_toolchain_impl,
    inputs = [],
    outputs = ["//command_line_option:extra_toolchains"],
)

def _impl(ctx):
    return [DefaultInfo(files = depset(transitive = [t[DefaultInfo].files for t in ctx.attr.targets]))]

built_with = rule(
    implementation = _impl,
    doc = "The files of targets, built with a toolchain that wins over those registered.",
    attrs = {
        "targets": attr.label_list(cfg = _with_toolchain, mandatory = True),
        "toolchain": attr.label(mandatory = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
