"""A C/C++ toolchain that states its tools by actions, and has no tool paths."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "action_config", "tool")

def _impl(ctx):
    # buildifier: disable=native-cc-common
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        action_configs = [
            action_config(
                action_name = getattr(ACTION_NAMES, action),
                enabled = True,
                tools = [tool(path = path)],
            )
            for action, path in ctx.attr.tools.items()
        ],
        compiler = "clang",
        target_cpu = ctx.attr.cpu,
        target_libc = "unknown",
        target_system_name = "unknown",
        toolchain_identifier = ctx.label.name,
    )

actions_toolchain_config = rule(
    implementation = _impl,
    attrs = {
        "cpu": attr.string(mandatory = True, doc = "Bazel's name of the architecture that is compiled for."),
        "tools": attr.string_dict(mandatory = True, doc = "For each action, by its name in ACTION_NAMES, the program below this package."),
    },
    provides = [CcToolchainConfigInfo],
)
