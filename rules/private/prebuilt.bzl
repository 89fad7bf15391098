"""The toolchains of a release's own programs."""

load(":toolchain.bzl", "kheaders_toolchain")

# A directory of prebuilt/ for each platform that a release has programs for.
_PLATFORMS = {
    "linux_aarch64": ["@platforms//os:linux", "@platforms//cpu:aarch64"],
    "linux_x86_64": ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    "macos_aarch64": ["@platforms//os:macos", "@platforms//cpu:aarch64"],
}

def prebuilt_toolchains(programs):
    """Declares a toolchain for each platform that there is a program for.

    Args:
      programs: list of string: the files, `<platform>/kheaders` and `<platform>/kbuild`. In a checkout there are none.
    """
    for platform, constraints in _PLATFORMS.items():
        if platform + "/kheaders" not in programs:
            continue
        kheaders_toolchain(
            name = platform + "_programs",
            kbuild = platform + "/kbuild" if platform + "/kbuild" in programs else None,
            tool = platform + "/kheaders",
        )
        native.toolchain(
            name = platform,
            exec_compatible_with = constraints,
            toolchain = platform + "_programs",
            toolchain_type = Label("//:toolchain_type"),
        )
