"""A C/C++ toolchain of GNU tools in /usr/bin that have a prefix, as cross compilers do."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "tool_path")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/toolchains:cc_toolchain_config_info.bzl", "CcToolchainConfigInfo")

_TOOLS = ["ar", "cpp", "gcc", "gcov", "ld", "nm", "objcopy", "objdump", "strip"]

def _impl(ctx):
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        compiler = "gcc",
        cxx_builtin_include_directories = ["/usr/lib/gcc-cross", "/usr/" + ctx.attr.triplet + "/include"],
        target_cpu = ctx.attr.cpu,
        target_libc = "unknown",
        target_system_name = ctx.attr.triplet,
        tool_paths = [
            tool_path(name = tool, path = ctx.attr.paths.get(tool, "/usr/bin/%s-%s" % (ctx.attr.triplet, tool)))
            for tool in _TOOLS
        ],
        toolchain_identifier = ctx.attr.triplet,
    )

cc_toolchain_config = rule(
    implementation = _impl,
    attrs = {
        "cpu": attr.string(mandatory = True, doc = "Bazel's name of the architecture that is compiled for."),
        "paths": attr.string_dict(doc = "Tools that are elsewhere, by their names without the prefix."),
        "triplet": attr.string(mandatory = True, doc = "What the names of the tools begin with, such as `aarch64-linux-gnu`."),
    },
    provides = [CcToolchainConfigInfo],
)
