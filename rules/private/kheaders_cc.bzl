"""The rule `kheaders_cc`: the C/C++ toolchain, for `kheaders_module` alone."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load(":cc_tools.bzl", "cc_tools")
load(":kheaders_cc_info.bzl", "KheadersCcInfo")
load(":tool.bzl", "TOOLCHAIN")
load(":values.bzl", "srcarch")

_DOC = """The tools of the C/C++ toolchain of the target platform, where there is one.

A target of its own, so that it can be reached with another platform than what it is for: `kheaders_module` has archive,
tree and sources in its own configuration.
"""

def _platform_arch(ctx):
    for cpu, arch in ctx.attr._cpus.items():
        if ctx.target_platform_has_constraint(cpu[platform_common.ConstraintValueInfo]):
            return arch
    return None

def _impl(ctx):
    cc = find_cc_toolchain(ctx, mandatory = False)
    if not cc:
        return [KheadersCcInfo(arch = None, compiler = "", files = depset(), found = False, tools = {})]
    tools = cc_tools(ctx, cc)
    return [KheadersCcInfo(
        # What the toolchain says of itself; those made of rules_cc's rules say nothing.
        arch = srcarch({"k8": "x86", "piii": "x86"}.get(cc.cpu, cc.cpu)) or _platform_arch(ctx),
        compiler = tools.get("CC", ""),
        files = cc.all_files,
        found = True,
        tools = tools,
    )]

kheaders_cc = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "_cpus": attr.label_keyed_string_dict(
            default = {
                "@platforms//cpu:aarch64": "arm64",
                "@platforms//cpu:armv7": "arm",
                "@platforms//cpu:riscv64": "riscv",
                "@platforms//cpu:s390x": "s390",
                "@platforms//cpu:x86_32": "x86",
                "@platforms//cpu:x86_64": "x86",
            },
            providers = [platform_common.ConstraintValueInfo],
        ),
    },
    fragments = ["cpp"],
    provides = [KheadersCcInfo],

    # The program that runs make as well: where it runs the compiler has to run.
    toolchains = use_cc_toolchain(mandatory = False) + [TOOLCHAIN],
)
