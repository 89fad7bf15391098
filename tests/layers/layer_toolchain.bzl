"""C/C++ toolchains whose programs are those of a layer of Debian's packages."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "action_config", "tool")
load("@rules_cc//cc:defs.bzl", "cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/toolchains:cc_toolchain_config_info.bzl", "CcToolchainConfigInfo")

def _impl(ctx):
    # The other programs are found beside the compiler.
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        action_configs = [action_config(
            action_name = ACTION_NAMES.c_compile,
            enabled = True,
            tools = [tool(tool = ctx.file.compiler)],
        )],
        compiler = ctx.file.compiler.basename,
        target_cpu = ctx.attr.cpu,
        target_libc = "unknown",
        target_system_name = "unknown",
        toolchain_identifier = ctx.label.name,
    )

_layer_toolchain_config = rule(
    implementation = _impl,
    attrs = {
        "compiler": attr.label(mandatory = True, allow_single_file = True, doc = "The C compiler."),
        "cpu": attr.string(mandatory = True, doc = "The architecture that is compiled for, by any name."),
    },
    provides = [CcToolchainConfigInfo],
)

def layer_toolchain(name, cpu, layer, compiler):
    """Declares the platform `name`, and the toolchain `name_toolchain` for it alone, to be registered.

    Args:
      name: name of the platform.
      cpu: the architecture, by any name.
      layer: label of all files of the layer.
      compiler: label of its C compiler.
    """
    native.constraint_value(
        name = name + "_only",
        constraint_setting = ":layer",
    )
    native.platform(
        name = name,
        constraint_values = [
            ":%s_only" % name,
            "@platforms//os:linux",
        ],
    )
    _layer_toolchain_config(
        name = name + "_config",
        compiler = compiler,
        cpu = cpu,
        tags = ["manual"],
    )
    cc_toolchain(
        name = name + "_cc",
        all_files = layer,
        compiler_files = layer,
        dwp_files = layer,
        linker_files = layer,
        objcopy_files = layer,
        strip_files = layer,
        tags = ["manual"],
        toolchain_config = name + "_config",
    )
    native.toolchain(
        name = name + "_toolchain",
        exec_compatible_with = ["@platforms//os:linux"],
        target_compatible_with = [":%s_only" % name],
        toolchain = name + "_cc",
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
