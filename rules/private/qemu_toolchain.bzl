"""The rule `kheaders_qemu_toolchain`: names the QEMU that tests boot kernels in."""

load(":kheaders_qemu_info.bzl", "KheadersQemuInfo")
load(":values.bzl", "check_arch")

_DOC = """Names the QEMU that `kheaders_vm_test` boots kernels in.

Register one with `toolchain(toolchain_type = "@rules_kheaders//:qemu_toolchain_type", toolchain = ...)` and
`register_toolchains`. Without that, and for architectures that it does not name, QEMU is the `qemu-system-…` on the PATH of the machine that
runs the test:

```starlark
kheaders_qemu_toolchain(
    name = "qemu",
    programs = {"//prebuilts:qemu-system-x86_64": "x86"},
)

toolchain(
    name = "qemu_toolchain",
    exec_compatible_with = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    toolchain = ":qemu",
    toolchain_type = "@rules_kheaders//:qemu_toolchain_type",
)
```
"""

def _impl(ctx):
    programs, runfiles = {}, ctx.runfiles()
    for target, arch in ctx.attr.programs.items():
        program = target[DefaultInfo]
        if not program.files_to_run.executable:
            fail("%s: programs = %s is no program; name one that can be run" % (ctx.label, target.label))
        arch = check_arch(ctx.label, arch)
        if arch in programs:
            fail("%s: programs has two for %s; take one out" % (ctx.label, arch))
        programs[arch] = program.files_to_run.executable
        runfiles = runfiles.merge(ctx.runfiles(files = [programs[arch]])).merge(program.default_runfiles)
    info = KheadersQemuInfo(programs = programs, runfiles = runfiles)
    return [DefaultInfo(files = depset(programs.values())), platform_common.ToolchainInfo(qemu = info), info]

kheaders_qemu_toolchain = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "programs": attr.label_keyed_string_dict(
            allow_files = True,
            cfg = "exec",
            mandatory = True,
            doc = "Dict: a program, to the architecture that it emulates: `x86`, `arm64`, `arm`, `riscv` or `s390`.",
        ),
    },
    provides = [platform_common.ToolchainInfo, KheadersQemuInfo],
)
