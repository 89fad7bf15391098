"""A C/C++ toolchain for Linux on arm64."""

load("@rules_cc//cc:defs.bzl", "cc_toolchain")

def arm64_toolchain(name, toolchain_config):
    """Declares `<name>_toolchain`, to be registered, and the `<name>_cc` that it stands for.

    Args:
      name: what the names begin with.
      toolchain_config: label of the rule that says what its tools are: files of the machine, not of the build.
    """
    cc_toolchain(
        name = name + "_cc",
        all_files = ":none",
        compiler_files = ":none",
        dwp_files = ":none",
        linker_files = ":none",
        objcopy_files = ":none",
        strip_files = ":none",
        toolchain_config = toolchain_config,
    )
    native.toolchain(
        name = name + "_toolchain",
        exec_compatible_with = ["@platforms//os:linux"],
        target_compatible_with = [
            "@platforms//cpu:arm64",
            "@platforms//os:linux",
        ],
        toolchain = name + "_cc",
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
