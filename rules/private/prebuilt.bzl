"""The toolchains of a release's own programs."""

load(":toolchain.bzl", "kheaders_toolchain")

# A directory of prebuilt/ for each platform that a release has programs for.
_PLATFORMS = {
    "linux_aarch64": ["@platforms//os:linux", "@platforms//cpu:aarch64"],
    "linux_x86_64": ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    "macos_aarch64": ["@platforms//os:macos", "@platforms//cpu:aarch64"],
}

def prebuilt_toolchains(name, programs):
    """Declares a toolchain for each platform that there is a program for.

    Args:
      name: string: what the names of the programs' targets begin with.
      programs: list of string: the files, `<platform>/kheaders` and `<platform>/kbuild`. In a checkout there are none.
    """
    for platform, constraints in _PLATFORMS.items():
        if platform + "/kheaders" not in programs:
            continue
        kheaders_toolchain(
            name = name + "_" + platform,
            kbuild = platform + "/kbuild" if platform + "/kbuild" in programs else None,
            tool = platform + "/kheaders",
            visibility = ["//visibility:public"],
        )
        native.toolchain(
            name = platform,
            exec_compatible_with = constraints,
            toolchain = name + "_" + platform,
            toolchain_type = Label("//:toolchain_type"),
        )
