"""The rule `kheaders_toolchain`: names the programs that the rules run."""

load(":kheaders_toolchain_info.bzl", "KheadersToolchainInfo")

_DOC = """Names the programs that the rules run.

Register one with `toolchain(toolchain_type = "@rules_kheaders//:toolchain_type", toolchain = ...)` and
`register_toolchains`. Without that a release's own programs are used; other executables are named so:

```starlark
kheaders_toolchain(
    name = "prebuilt",
    kbuild = "//prebuilts:kbuild",
    tool = "//prebuilts:kheaders",
    visibility = ["//visibility:public"],
)

toolchain(
    name = "toolchain",
    exec_compatible_with = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    toolchain = ":prebuilt",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)
```
"""

def _impl(ctx):
    tool = ctx.attr.tool[DefaultInfo]
    info = KheadersToolchainInfo(
        kbuild = ctx.attr.kbuild[DefaultInfo].files_to_run if ctx.attr.kbuild else None,
        runfiles = ctx.runfiles(files = [tool.files_to_run.executable]).merge(tool.default_runfiles),
        tool = tool.files_to_run,
    )
    return [
        DefaultInfo(files = depset([tool.files_to_run.executable])),
        platform_common.ToolchainInfo(kheaders = info),
        info,
    ]

kheaders_toolchain = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "kbuild": attr.label(
            executable = True,
            allow_single_file = True,
            cfg = "exec",
            doc = "The program that builds a kernel module with make, as `@rules_kheaders_tools//tools/kbuild` does. Without it `kheaders_module` is an error; everything else works.",
        ),
        "tool": attr.label(
            executable = True,
            allow_single_file = True,
            cfg = "exec",
            mandatory = True,
            doc = "The `kheaders` program, as `@rules_kheaders_tools//tools/kheaders` is. Tests run it as well, so it must run where tests do.",
        ),
    },
    provides = [platform_common.ToolchainInfo, KheadersToolchainInfo],
)
