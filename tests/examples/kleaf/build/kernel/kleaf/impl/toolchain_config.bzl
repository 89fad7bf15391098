"""A C/C++ toolchain that states its tools by actions, as one of Kleaf's does. Here it is the machine's cross compiler."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "action_config", "tool")

_TOOLS = {
    ACTION_NAMES.assemble: "gcc",
    ACTION_NAMES.c_compile: "gcc",
    ACTION_NAMES.cpp_link_executable: "gcc",
    ACTION_NAMES.cpp_link_static_library: "ar",
    ACTION_NAMES.strip: "strip",
}

def _impl(ctx):
    # buildifier: disable=native-cc-common
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        action_configs = [
            action_config(action_name = action, enabled = True, tools = [tool(path = "/usr/bin/aarch64-linux-gnu-" + name)])
            for action, name in _TOOLS.items()
        ],
        compiler = "clang",
        target_cpu = "arm64",
        target_libc = "unknown",
        target_system_name = "unknown",
        toolchain_identifier = ctx.label.name,
    )

toolchain_config = rule(implementation = _impl, provides = [CcToolchainConfigInfo])
