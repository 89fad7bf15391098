"""The rule `kheaders_set`: chooses the files of a kernel tree."""

load(":kernel_tree_info.bzl", "KernelTreeInfo")
load(":kheaders_set_info.bzl", "KheadersSetInfo")
load(":tool.bzl", "TOOLCHAIN_TYPE", "run_kheaders", "tool_args")
load(":tree_args.bzl", "add_set", "add_tree")
load(":values.bzl", "PROFILES", "check_choice", "check_lines", "check_tree_path")

_DOC = """Chooses the files of a kernel tree that are wanted.

The set alone reads nothing. Building it writes a manifest, one file a line; archives do not need that manifest, they
evaluate the set themselves.
"""

def _impl(ctx):
    check_choice(ctx.label, "profile", ctx.attr.profile, PROFILES)
    for attribute in ["include", "exclude", "extra"]:
        check_lines(ctx.label, attribute, getattr(ctx.attr, attribute))
    for path in ctx.attr.extra:
        check_tree_path(ctx.label, "extra", path)

    tree = ctx.attr.tree[KernelTreeInfo]
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest")
    info = KheadersSetInfo(
        exclude = ctx.attr.exclude,
        extra = ctx.attr.extra,
        include = ctx.attr.include,
        label = ctx.label,
        manifest = manifest,
        profile = ctx.attr.profile,
        tree = tree,
    )

    args = tool_args(ctx)
    add_tree(args, tree, ctx.label)
    add_set(args, info)
    args.add(manifest, format = "--manifest=%s")
    run_kheaders(
        ctx,
        subcommand = "select",
        mnemonic = "KheadersSelect",
        args = args,
        inputs = tree.files,
        outputs = [manifest],
        progress_message = "Selecting kernel headers %{label}",
    )
    return [
        DefaultInfo(files = depset([manifest])),
        OutputGroupInfo(manifest = depset([manifest])),
        info,
    ]

kheaders_set = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "exclude": attr.string_list(
            doc = "Globs over tree paths that are left out, even if the profile or `include` has them; `extra` wins over this. Default: none.",
        ),
        "extra": attr.string_list(
            doc = "Files that are added by their literal tree paths, without globs or directories, whatever `exclude` says (the RFC's IKH_EXTRA). One that is not in the tree is an error. Default: none.",
        ),
        "include": attr.string_list(
            doc = "Globs over tree paths that are added to the profile's: `*` stays within a path component, `**` does not. For a directory: `tools/include/**`. Default: none.",
        ),
        "profile": attr.string(
            default = "headers",
            doc = "`headers`: the headers that mainline's own kheaders has, for eBPF tools. `modules`: the smallest set from which external modules build. `rfc`: the list of the RFC \"Provide in-kernel headers\".",
        ),
        "tree": attr.label(
            mandatory = True,
            providers = [KernelTreeInfo],
            doc = "The `kernel_tree`.",
        ),
    },
    provides = [KheadersSetInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
