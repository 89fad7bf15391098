"""The rule `kheaders_module_source`: the sources of a kernel module that hands out an archive."""

load(":embed_header.bzl", "embed_header")
load(":kheaders_archive_info.bzl", "KheadersArchiveInfo")
load(":kheaders_module_source_info.bzl", "KheadersModuleSourceInfo")
load(":tool.bzl", "TOOLCHAIN_TYPE", "run_kheaders", "tool_args")
load(":values.bzl", "EMBEDS", "check_choice")

_DOC = """Writes the sources of a kernel module that hands out an archive as `/proc/kheaders.<format>`.

`kheaders.c`, `Kbuild`, `Kconfig` and the data file are in the directory `<name>/`. They build as an external module
(see `kheaders_module`), and as a directory inside a kernel tree, where `CONFIG_IKHEADERS_PROC` switches them on.
"""

def _impl(ctx):
    check_choice(ctx.label, "embed", ctx.attr.embed, EMBEDS)
    info = ctx.attr.archive[KheadersArchiveInfo]
    directory = ctx.label.name + "/"
    source = ctx.actions.declare_file(directory + "kheaders.c")
    kbuild = ctx.actions.declare_file(directory + "Kbuild")
    kconfig = ctx.actions.declare_file(directory + "Kconfig")

    if ctx.attr.embed == "header":
        data = ctx.actions.declare_file(directory + "kheaders_data.h")
        embed_header(ctx, info.archive, data)
    else:
        data = ctx.actions.declare_file(directory + "kheaders_data." + info.format)
        ctx.actions.symlink(output = data, target_file = info.archive)

    args = tool_args(ctx)
    args.add(info.archive, format = "--archive=%s")
    args.add(info.stats, format = "--stats=%s")
    args.add(info.format, format = "--format=%s")
    args.add(ctx.attr.embed, format = "--embed=%s")
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

    files = depset([source, kbuild, kconfig, data])
    return [
        DefaultInfo(files = files),
        KheadersModuleSourceInfo(
            archive = info,
            data = data,
            embed = ctx.attr.embed,
            files = files,
            kbuild = kbuild,
            kconfig = kconfig,
            label = ctx.label,
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
        "embed": attr.string(
            default = "header",
            doc = "How the archive gets into the module. `header`: as the string literal of `kheaders_data.h`, which any compiler takes. `incbin`: by the assembler's .incbin, from `kheaders_data.<format>`, which compiles faster and in less memory.",
        ),
    },
    provides = [KheadersModuleSourceInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
