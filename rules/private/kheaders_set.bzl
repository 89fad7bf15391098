"""The rule `kheaders_set`: chooses the files of a kernel tree."""

load(":kernel_tree_info.bzl", "KernelTreeInfo")
load(":kheaders_set_info.bzl", "KheadersSetInfo")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "add_set_of_tree", "set_inputs")
load(":values.bzl", "HEADER_PROFILES", "HOST_TOOLS", "PROFILES", "check_host_tools", "check_lines", "check_tree_path")

_DOC = """Chooses the files of a kernel tree that are wanted.

The set alone reads nothing. Building it reads the tree and writes a manifest, a text with a line for each file. That is for
sets without an archive: archives evaluate the set themselves, and write a manifest that says more.
"""

# What sets take where they are asked for it, and the programs that this needs.
_ASKED = {
    "btf": "resolve_btfids",
    "rust": "the macros that rustc loads",
}

def _impl(ctx):
    for attribute, tools in _ASKED.items():
        if getattr(ctx.attr, attribute) and ctx.attr.profile in HEADER_PROFILES:
            fail("%s: no module is built from profile \"%s\"; leave %s out, or use profile \"modules\"" % (ctx.label, ctx.attr.profile, attribute))
        if getattr(ctx.attr, attribute) and ctx.attr.host_tools == "none":
            fail("%s: host_tools = \"none\" leaves out %s, which %s needs; use \"keep\" or \"stripped\", or leave %s out" % (ctx.label, tools, attribute, attribute))
    check_host_tools(ctx.label, ctx.attr.profile, ctx.attr.host_tools, ctx.attr.host_machine)
    for attribute in ["include", "exclude", "extra", "roots"]:
        check_lines(ctx.label, attribute, getattr(ctx.attr, attribute))
    for path in ctx.attr.extra:
        check_tree_path(ctx.label, "extra", path)
    for root in ctx.attr.roots:
        check_tree_path(ctx.label, "roots", root)
        if root.startswith(":") or root.startswith("@"):
            fail("%s: roots = \"%s\" looks like a label; roots has headers of the tree, such as \"linux/sched.h\"; put labels into root_files" % (ctx.label, root))
    for target in ctx.attr.root_files:
        if not target[DefaultInfo].files:
            fail("%s: %s in root_files has no files; take it out, or look at its glob" % (ctx.label, target.label))

    tree = ctx.attr.tree[KernelTreeInfo]
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest")
    info = KheadersSetInfo(
        btf = ctx.attr.btf,
        exclude = ctx.attr.exclude,
        extra = ctx.attr.extra,
        host_machine = ctx.attr.host_machine,
        host_tools = ctx.attr.host_tools,
        include = ctx.attr.include,
        label = ctx.label,
        manifest = manifest,
        profile = ctx.attr.profile,
        root_files = depset(transitive = [target[DefaultInfo].files for target in ctx.attr.root_files]),
        roots = ctx.attr.roots,
        rust = ctx.attr.rust,
        tree = tree,
    )

    args = tool_args(ctx)
    add_set_of_tree(args, info, ctx.label)
    args.add(manifest, format = "--manifest=%s")
    run_kheaders(
        ctx,
        subcommand = "select",
        mnemonic = "KheadersSelect",
        args = args,
        inputs = set_inputs(info),
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
        "btf": attr.bool(
            doc = "Takes what modules with BTF are built with: `vmlinux`, `resolve_btfids`, and the scripts that run pahole. The machine that builds modules must have pahole. A tree that lacks one of these files is an error that names it. Without `btf` make says of each module that BTF is skipped. For the profiles `modules` and `rfc`, of a kernel with CONFIG_DEBUG_INFO_BTF_MODULES.",
        ),
        "exclude": attr.string_list(
            doc = "Globs over paths in the tree that are left out, even if the profile or `include` has them; `extra` wins over this. `@drivers` leaves out the headers of driver subsystems that no other header of the set includes, as profile `tracing` does. Default: none.",
        ),
        "extra": attr.string_list(
            doc = "Files that are added by their literal paths in the tree, without globs or directories, whatever `exclude` says (the RFC's IKH_EXTRA). One that is not in the tree is an error. Default: none.",
        ),
        "host_machine": attr.string(
            doc = "The machine that the host tools must be for, as `uname -m` says it there (`x86_64`, `aarch64`, …; `amd64` and `arm64` are understood). Tools for another machine are an error. `any` takes them for any machine. Default: any machine, with a warning where the tools do not run on a machine of the kernel's architecture, so that modules can only be cross-compiled.",
        ),
        "host_tools": attr.string(
            default = "keep",
            values = HOST_TOOLS,
            doc = "The programs of the profiles `modules` and `rfc` that run while a module builds (fixdep, modpost, objtool, genksyms, …): `keep`; `stripped`, without symbols and debug information; `none`, left out, and what they are built from is taken where the tree has it. `kheaders.json` in the archive says which of these it is, for which machine they are, and the commands that build them again.",
        ),
        "include": attr.string_list(
            doc = "Globs over paths in the tree that are added to the profile's: `*` stays within one directory, `**` does not. For a directory: `tools/include/**`. Default: none.",
        ),
        "profile": attr.string(
            default = "headers",
            values = PROFILES,
            doc = "`headers`: the headers that mainline's own kheaders has, for eBPF tools. `modules`: the smallest set that builds external modules, and what systemtap needs. `rfc`: the list of the RFC \"Provide in-kernel headers\". `tracing`: `headers` without what drivers alone include, some 40 % smaller, for eBPF tools as well. [Profiles](../profiles.md) says what each holds.",
        ),
        "root_files": attr.label_list(
            allow_files = True,
            doc = "Files and directories outside of the tree that are roots as well, such as BPF programs. C files are read as C; in other files (a bcc tool in Python) whatever looks like an `#include` counts. Headers of yours that they include have to be among them. Default: none.",
        ),
        "roots": attr.string_list(
            doc = "The headers that the archive is for, as an `#include` names them (`linux/sched.h`), or paths in the tree. Then only those headers of the profile are taken that `roots` and `root_files` can reach by `#include`, whatever the configuration. Default: none, which takes all. [Roots](../roots.md) tells more.",
        ),
        "rust": attr.bool(
            doc = "Takes what modules in Rust are built with: the kernel's crates (`rust/*.rmeta`), the macros that rustc loads, `rustc_cfg` and `target.json`. The machine that builds modules needs the very rustc that the kernel was built with. A tree that lacks one of these files, such as Debian's packages, is an error that names it. For the profiles `modules` and `rfc`, of a kernel with CONFIG_RUST. Default: False.",
        ),
        "tree": attr.label(
            mandatory = True,
            providers = [KernelTreeInfo],
            doc = "The `kernel_tree`.",
        ),
    },
    provides = [KheadersSetInfo],
    toolchains = [TOOLCHAIN],
)
