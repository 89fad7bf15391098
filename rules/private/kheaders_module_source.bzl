"""The rule `kheaders_module_source`: the sources of a kernel module that hands out an archive."""

load(":embed_header.bzl", "embed_header")
load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_data_header_info.bzl", "KheadersDataHeaderInfo")
load(":kheaders_module_source_info.bzl", "KheadersModuleSourceInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":values.bzl", "EMBEDS", "INTERFACES", "check_sysfs_name")

_DOC = """Writes the sources of a kernel module that hands out an archive, in /proc, in /sys/kernel, or in both.

`kheaders.c`, `Kbuild`, `Kconfig` and the data file are in the directory `<name>/`. They build as an external module
(see `kheaders_module`), and as a directory inside a kernel tree, where `CONFIG_IKHEADERS_PROC` switches them on. Each is an
output group as well, `c`, `kbuild`, `kconfig` and `data`, for rules that write a Kbuild of their own, such as Kleaf's
`ddk_module`.
"""

def _impl(ctx):
    check_sysfs_name(ctx.label, ctx.attr.interface, ctx.attr.sysfs_name)
    info = ctx.attr.archive[KheadersArchiveInfo]
    if ctx.attr.data_header:
        of = ctx.attr.data_header[KheadersDataHeaderInfo].archive
        if of.archive != info.archive:
            fail("%s: data_header = \"%s\" is of the archive %s, not of %s; name the kheaders_data_header of the same archive, or leave data_header out" %
                 (ctx.label, ctx.attr.data_header.label, of.label, info.label))
    directory = ctx.label.name + "/"
    source = ctx.actions.declare_file(directory + "kheaders.c")
    kbuild = ctx.actions.declare_file(directory + "Kbuild")
    kconfig = ctx.actions.declare_file(directory + "Kconfig")

    if ctx.attr.embed == "header":
        data = ctx.actions.declare_file(directory + "kheaders_data.h")
        if ctx.attr.data_header:
            ctx.actions.symlink(output = data, target_file = ctx.attr.data_header[KheadersDataHeaderInfo].header)
        else:
            embed_header(ctx, info.archive, data)
    else:
        data = ctx.actions.declare_file(directory + "kheaders_data." + info.format)
        ctx.actions.symlink(output = data, target_file = info.archive)

    args = tool_args(ctx)
    args.add(info.archive, format = "--archive=%s")
    args.add(info.stats, format = "--stats=%s")
    args.add(info.format, format = "--format=%s")
    args.add(ctx.attr.embed, format = "--embed=%s")
    args.add(ctx.attr.interface, format = "--interface=%s")
    if ctx.attr.sysfs_name:
        args.add(ctx.attr.sysfs_name, format = "--sysfs-name=%s")
    args.add(source, format = "--source=%s")
    args.add(kbuild, format = "--kbuild=%s")
    args.add(kconfig, format = "--kconfig=%s")
    run_kheaders(
        ctx,
        subcommand = "module",
        mnemonic = "KheadersModuleSource",
        args = args,
        inputs = [info.archive, info.stats],
        outputs = [source, kbuild, kconfig],
        progress_message = "Writing kernel module sources %{label}",
    )

    paths = []
    if ctx.attr.interface != "sysfs":
        paths.append("/proc/kheaders." + info.format)
    if ctx.attr.interface != "procfs":
        paths.append("/sys/kernel/" + (ctx.attr.sysfs_name or "kheaders." + info.format))

    files = depset([source, kbuild, kconfig, data])
    return [
        DefaultInfo(files = files),
        OutputGroupInfo(
            c = depset([source]),
            data = depset([data]),
            kbuild = depset([kbuild]),
            kconfig = depset([kconfig]),
        ),
        KheadersModuleSourceInfo(
            archive = info,
            data = data,
            embed = ctx.attr.embed,
            files = files,
            kbuild = kbuild,
            kconfig = kconfig,
            label = ctx.label,
            paths = paths,
            source = source,
        ),
    ]

kheaders_module_source = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "archive": attr.label(
            mandatory = True,
            providers = [KheadersArchiveInfo],
            doc = "The `kheaders_archive` to hand out.",
        ),
        "data_header": attr.label(
            providers = [KheadersDataHeaderInfo],
            doc = "The `kheaders_data_header` of the same archive, for `embed = \"header\"`: its header is taken, so that the archive is not embedded a second time. With `incbin` no header is needed. Default: the rule makes a header of its own.",
        ),
        "embed": attr.string(
            default = "header",
            values = EMBEDS,
            doc = "How the archive gets into the module. `header`: as the string literal of `kheaders_data.h`, which any compiler takes. `incbin`: by the assembler's .incbin, from `kheaders_data.<format>`, which compiles faster and in less memory.",
        ),
        "interface": attr.string(
            default = "procfs",
            values = INTERFACES,
            doc = "Where the running kernel shows the archive. `procfs`: as `/proc/kheaders.<format>`. `sysfs`: as `/sys/kernel/kheaders.<format>`. `both`: as both of these, with one copy of it in memory.",
        ),
        "sysfs_name": attr.string(
            doc = "Name of the file in `/sys/kernel`. Default: `kheaders.<format>`. `kheaders.tar.xz` is what the kernel's own CONFIG_IKHEADERS calls it and what bcc looks for; GNU tar goes by what is in a file, not by its name, so `tar -xf` unpacks any format of that name. In a kernel with CONFIG_IKHEADERS that name is taken.",
        ),
    },
    provides = [KheadersModuleSourceInfo],
    toolchains = [TOOLCHAIN],
)
