"""The rule `kheaders_module`: builds the kernel module that hands out an archive."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load(":kernel_tree_info.bzl", "KernelTreeInfo")
load(":kheaders_module_source_info.bzl", "KheadersModuleSourceInfo")
load(":tool.bzl", "INTERFACE_ARG", "TOOLCHAIN", "TOOLCHAIN_TYPE", "kheaders_toolchain_info")
load(":values.bzl", "check_lines", "srcarch")

_DOC = """Builds `<name>/kheaders.ko` against a kernel tree, with make and the C/C++ toolchain of the build.

The tree must have what an external module build needs: Module.symvers, include/config/auto.conf and the kernel's host
tools (fixdep, modpost, objtool), which have to run where the action does. Compiler and binutils are those of Bazel's
C/C++ toolchain; make, a shell and the POSIX utilities come from /usr/bin of the machine that runs the action. No debug
information and no path of that machine gets into the module.
"""

def _impl(ctx):
    source = ctx.attr.source[KheadersModuleSourceInfo]
    tree = ctx.attr.tree[KernelTreeInfo] if ctx.attr.tree else source.archive.tree
    check_lines(ctx.label, "make_args", ctx.attr.make_args)
    check_lines(ctx.label, "make", [ctx.attr.make])
    if ctx.attr.cross_compile:
        check_lines(ctx.label, "cross_compile", [ctx.attr.cross_compile])

    kbuild = kheaders_toolchain_info(ctx).kbuild
    if not kbuild:
        fail("%s: the registered kheaders toolchain has no program that builds modules; set kbuild in its kheaders_toolchain (//tools/kbuild is one)" % ctx.label)

    cc = find_cc_toolchain(ctx)
    cpu = srcarch({"k8": "x86", "piii": "x86"}.get(cc.cpu, cc.cpu))
    if cpu and cpu != tree.arch and not ctx.attr.cross_compile:
        fail("%s: %s is a tree for %s, but the C/C++ toolchain compiles for %s; build with --platforms set to a platform of that architecture and register a C/C++ toolchain for it, or set cross_compile, or leave this target out" %
             (ctx.label, tree.label, tree.arch, cpu))

    module = ctx.actions.declare_file(ctx.label.name + "/kheaders.ko")
    args = ctx.actions.args()
    args.add(tree.build_tree, format = "--tree=%s")
    args.add_all(source.files, format_each = "--source=%s")
    args.add(module, format = "--output=%s")
    args.add(tree.arch, format = "--arch=%s")
    args.add(ctx.attr.make, format = "--make=%s")
    if ctx.attr.werror:
        args.add("--werror")
    if ctx.attr.cross_compile:
        args.add(ctx.attr.cross_compile, format = "--make-arg=CROSS_COMPILE=%s")
    else:
        args.add(cc.compiler_executable, format = "--cc=%s")
        args.add(cc.ld_executable, format = "--ld=%s")
        args.add(cc.ar_executable, format = "--ar=%s")
        args.add(cc.nm_executable, format = "--nm=%s")
        args.add(cc.objcopy_executable, format = "--objcopy=%s")
        args.add(cc.objdump_executable, format = "--objdump=%s")
        args.add(cc.strip_executable, format = "--strip=%s")
    args.add_all(ctx.attr.make_args, format_each = "--make-arg=%s")

    # No path mapping here: the C/C++ toolchain states its tools as strings.
    ctx.actions.run(
        executable = kbuild,
        arguments = [INTERFACE_ARG, args],
        inputs = depset([tree.build_tree], transitive = [source.files, cc.all_files]),
        outputs = [module],
        mnemonic = "KheadersModule",
        progress_message = "Building kernel module %{label}",
        toolchain = TOOLCHAIN_TYPE,
    )
    return [DefaultInfo(files = depset([module]))]

kheaders_module = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "cross_compile": attr.string(
            doc = "Prefix of a cross compiler and its binutils in /usr/bin of the machine that runs the action, such as `aarch64-linux-gnu-` (make's CROSS_COMPILE), for when Bazel has no C/C++ toolchain for the tree's architecture. Default: Bazel's C/C++ toolchain.",
        ),
        "make": attr.string(
            default = "/usr/bin/make",
            doc = "GNU make on the machine that runs the action.",
        ),
        "make_args": attr.string_list(
            doc = "Further arguments of make, after all others, such as `V=1`. `KCFLAGS=…` and `KAFLAGS=…` add to the flags that keep debug information and paths out. Default: none.",
        ),
        "source": attr.label(
            mandatory = True,
            providers = [KheadersModuleSourceInfo],
            doc = "The `kheaders_module_source`.",
        ),
        "tree": attr.label(
            providers = [KernelTreeInfo],
            doc = "The `kernel_tree` to build against. Default: the tree that the archive was made from.",
        ),
        "werror": attr.bool(
            default = True,
            doc = "Builds with the kernel's W=1 warnings, all of which are errors. False: for a compiler that warns of what the kernel's own headers do, as one much newer than the kernel may.",
        ),
    },
    fragments = ["cpp"],
    toolchains = use_cc_toolchain() + [TOOLCHAIN],
)
