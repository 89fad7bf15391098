"""The macro `kheaders_vm_test`: a module in a kernel that runs, tested, and with a shell beside it."""

load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_module_info.bzl", "KheadersModuleInfo")
load(":tool.bzl", "TOOLCHAIN", "runfile", "target_args", "tool_target")
load(":values.bzl", "check_arch", "check_lines")

_QEMU = Label("//:qemu_toolchain_type")

# What tests have and other rules have not.
_TEST_ATTRS = ["flaky", "local", "shard_count", "size", "timeout"]

def _known(ctx):
    """Returns what the module or the archive tell: the archive's file, architecture, and paths in the kernel."""
    module = ctx.attr.module[KheadersModuleInfo] if KheadersModuleInfo in ctx.attr.module else None
    archive = module.archive if module else None
    file = archive.archive if archive else None
    paths = module.paths if module else []
    if ctx.attr.archive:
        file = ctx.file.archive
        given = ctx.attr.archive[KheadersArchiveInfo] if KheadersArchiveInfo in ctx.attr.archive else None
        if module and given and given.archive != archive.archive:
            fail("%s: module = %s has another archive in it than archive = %s; leave archive out" % (ctx.label, ctx.attr.module.label, ctx.attr.archive.label))
        archive = archive or given
    if not file:
        fail("%s: module = %s is no kheaders_module, and does not tell what is in it; set archive" % (ctx.label, ctx.attr.module.label))
    if ctx.attr.arch:
        return file, check_arch(ctx.label, ctx.attr.arch), paths
    if not archive:
        fail("%s: neither module = %s nor archive = %s tells of its architecture; set arch" % (ctx.label, ctx.attr.module.label, ctx.attr.archive.label))
    return file, archive.arch, paths

def _check_least(ctx, least, attributes):
    for attribute in attributes:
        if getattr(ctx.attr, attribute) < least:
            fail("%s: %s = %d is below %d" % (ctx.label, attribute, getattr(ctx.attr, attribute), least))

def _machine(ctx):
    """Returns the program's arguments for the machine, and their runfiles."""
    archive, arch, paths = _known(ctx)
    _check_least(ctx, 1, ["cpus", "memory"])
    check_lines(ctx.label, "files", ctx.attr.files.values())

    args = target_args(ctx, "vm")
    args.add(arch, format = "--arch=%s")
    args.add_all([ctx.file.kernel], map_each = runfile, format_each = "--kernel=%s")
    args.add_all([ctx.file.module], map_each = runfile, format_each = "--module=%s")
    args.add_all([archive], map_each = runfile, format_each = "--archive=%s")
    args.add_all(paths, format_each = "--shown=%s")
    args.add_all(ctx.files.drivers, map_each = runfile, format_each = "--driver=%s")
    args.add(ctx.attr.accel, format = "--accel=%s")
    args.add(ctx.attr.cpus, format = "--cpus=%s")
    args.add(ctx.attr.memory, format = "--memory=%s")
    files = [ctx.file.kernel, ctx.file.module, archive] + ctx.files.drivers
    for target, path in ctx.attr.files.items():
        file = target[DefaultInfo].files.to_list()
        if len(file) != 1:
            fail("%s: files = %s has %d files; name one" % (ctx.label, target.label, len(file)))
        args.add_all(file, map_each = runfile, format_each = "--file=%s=%%s" % path.replace("%", "%%"))
        files += file
    if ctx.attr.busybox:
        args.add_all([ctx.file.busybox], map_each = runfile, format_each = "--busybox=%s")
        files.append(ctx.file.busybox)
    runfiles = ctx.runfiles(files)
    toolchain = ctx.toolchains[_QEMU]
    qemu = None
    if ctx.attr.qemu:
        qemu = ctx.executable.qemu
        runfiles = runfiles.merge(ctx.attr.qemu[DefaultInfo].default_runfiles)
    elif toolchain and arch in toolchain.qemu.programs:
        qemu = toolchain.qemu.programs[arch]
        runfiles = runfiles.merge(toolchain.qemu.runfiles)
    if qemu:
        args.add_all([qemu], map_each = runfile, format_each = "--qemu=%s")
        runfiles = runfiles.merge(ctx.runfiles([qemu]))
    return args, runfiles

def _vm_impl(ctx):
    args, runfiles = _machine(ctx)
    return tool_target(ctx, args, progress_message = "Preparing %{label}", runfiles = runfiles)

def _test_impl(ctx):
    _check_least(ctx, 0, ["rounds"])
    _check_least(ctx, 1, ["limit"])
    args, runfiles = _machine(ctx)
    args.add("--test")
    args.add(ctx.attr.rounds, format = "--rounds=%s")
    args.add(ctx.attr.limit, format = "--limit=%ss")
    args.add_all(ctx.files.checks, map_each = runfile, format_each = "--check=%s")
    return tool_target(ctx, args, progress_message = "Preparing %{label}", runfiles = runfiles.merge(ctx.runfiles(ctx.files.checks)))

_ATTRS = {
    "accel": attr.string(default = "tcg", values = ["tcg", "kvm"]),
    "arch": attr.string(),
    "archive": attr.label(allow_single_file = True),
    "busybox": attr.label(allow_single_file = True),
    "cpus": attr.int(default = 1),
    "drivers": attr.label_list(allow_files = True),
    "files": attr.label_keyed_string_dict(allow_files = True),
    "kernel": attr.label(mandatory = True, allow_single_file = True),
    "memory": attr.int(default = 512),
    "module": attr.label(mandatory = True, allow_single_file = True),
    "qemu": attr.label(executable = True, allow_files = True, cfg = "exec"),
}

_TOOLCHAINS = [TOOLCHAIN, config_common.toolchain_type(_QEMU, mandatory = False)]

_kheaders_vm = rule(
    implementation = _vm_impl,
    doc = "A shell in the machine of a `kheaders_vm_test`.",
    attrs = _ATTRS,
    executable = True,
    toolchains = _TOOLCHAINS,
)

_kheaders_vm_test = rule(
    implementation = _test_impl,
    doc = "What `kheaders_vm_test` declares.",
    attrs = _ATTRS | {
        "checks": attr.label_list(allow_files = [".sh"]),
        "limit": attr.int(default = 600),
        "rounds": attr.int(default = 10),
    },
    test = True,
    toolchains = _TOOLCHAINS,
)

def kheaders_vm_test(
        name,
        module,
        kernel,
        archive = None,
        arch = "",
        drivers = [],
        busybox = None,
        qemu = None,
        accel = "tcg",
        cpus = 1,
        memory = 512,
        files = {},
        rounds = 10,
        checks = [],
        limit = 600,
        **kwargs):
    """Boots a kernel in QEMU and tests a module in it.

    | target | what it is |
    | --- | --- |
    | `name` | the test |
    | `name.vm` | `bazel run //:name.vm`: a shell in that machine, with the module loaded, and what it hands out in /headers |

    The machine has nothing but busybox, the module and its archive. The test loads the module, compares size, mode and SHA-256 of each file in
    /proc and /sys that it shows with the archive, unloads it, does so many times, and fails for what the kernel's log tells of trouble since,
    and for a taint that is more than out-of-tree and unsigned. It is ended by the CPU time that QEMU takes. [The archive in a running
    kernel](../module.md#in-a-virtual-machine) shows more.

    ```starlark
    kheaders_vm_test(
        name = "my_kernel_vm_test",
        kernel = "@linux_image",
        module = ":my_kernel.module",
    )
    ```

    Args:
      name: name of the test.
      module: label of the `kheaders_module`, or of any such `kheaders.ko`, also compressed.
      kernel: label of the kernel: its image, such as `vmlinuz`, or Debian's package of it, which `image = True` of `kheaders.debian_kernel` fetches.
      archive: label of the archive that is in the module. Default: what the `kheaders_module` was made from.
      arch: the kernel's architecture. Default: that of the archive.
      drivers: labels of kernel modules to load first, in this order, also compressed.
      busybox: label of a busybox for that architecture, linked statically. Default: the one on the PATH of the machine that runs the test, such as that of Debian's busybox-static, which `tools/bazel` brings.
      qemu: label of the QEMU program for that architecture. Default: that of the `kheaders_qemu_toolchain`, else the one on the PATH of the machine that runs the test.
      accel: `tcg` emulates all instructions, on any machine. `kvm` is for hosts of the kernel's architecture with /dev/kvm, which the sandbox must let the test have; nothing is probed.
      cpus: how many processors the machine has.
      memory: the machine's memory, in MiB.
      files: dict: labels of further files, to their absolute paths in the guest; programs can be run there.
      rounds: how many times the module is loaded and unloaded after the first time.
      checks: labels of scripts for busybox's shell that make further checks, in this order.
      limit: the CPU time that QEMU may take, in seconds.
      **kwargs: attributes that every rule has, for both; `size` (without it `large`), `timeout` (without it `eternal`: what counts is `limit`), `flaky`, `local` and `shard_count` for the test.
    """
    test_attrs = {"size": "large", "timeout": "eternal"} | {key: kwargs.pop(key) for key in _TEST_ATTRS if key in kwargs}
    machine = {
        "accel": accel,
        "arch": arch,
        "archive": archive,
        "busybox": busybox,
        "cpus": cpus,
        "drivers": drivers,
        "files": files,
        "kernel": kernel,
        "memory": memory,
        "module": module,
        "qemu": qemu,
    } | kwargs
    _kheaders_vm(
        name = name + ".vm",
        **machine
    )
    _kheaders_vm_test(
        name = name,
        checks = checks,
        limit = limit,
        rounds = rounds,
        **(machine | test_attrs)
    )
