"""The rule `kheaders_module`: builds the kernel module that hands out an archive."""

load(":cc_tools.bzl", "VARIABLES")
load(":kernel_tree_info.bzl", "KernelTreeInfo")
load(":kheaders_cc_info.bzl", "KheadersCcInfo")
load(":kheaders_module_info.bzl", "KheadersModuleInfo")
load(":kheaders_module_source_info.bzl", "KheadersModuleSourceInfo")
load(":module_signing.bzl", "SIGNING_ATTRS", "finish_module", "finishes")
load(":tool.bzl", "INTERFACE_ARG", "TOOLCHAIN", "TOOLCHAIN_TYPE", "kheaders_toolchain_info")
load(":values.bzl", "check_lines")

_DOC = """Builds `<name>/kheaders.ko` against a kernel tree, with make and the C/C++ toolchain of a platform.

The tree must have what an external module build needs: Module.symvers, include/config/auto.conf and the kernel's host
tools (fixdep, modpost, objtool), which have to run where the action does. Compiler and binutils are those of the C/C++
toolchain that Bazel has for `platform`: what its actions or else its tool paths name, and what neither names from beside
the compiler (`ld.lld`, `llvm-nm` and so on beside `clang`, `<prefix>ld` and so on beside `<prefix>gcc`). make, a shell and
the POSIX utilities come from /usr/bin of the machine that runs the action. No debug information and no path of that
machine gets into the module.

With a `signing_key`, a `signing_command` or a `compression` the module is stripped of debug information, then signed, then
compressed, as the kernel's `make modules_install` does with INSTALL_MOD_STRIP=1.

Other compilers give other bytes, and one may be no input of an action: /usr/bin/gcc is none, nor is what a script among a
toolchain's files runs. So the action `KheadersCompiler` asks compiler and linker for their versions on the machine that it runs
on, which no cache answers for it, and the module's action refuses any other. `exec_properties` tell workers of several kinds apart.
"""

def _full_label(platform):
    return platform.startswith("//") or platform.startswith("@@")

# Where the C/C++ toolchain alone is chosen: archive, tree and sources stay as they are for other targets.
def _platform_impl(_settings, attr):
    platform = attr.platform

    # The rule itself says what is wrong with others.
    if not _full_label(platform):
        return {}
    return {"//command_line_option:platforms": [platform if platform.startswith("@") else "@@" + platform]}

_platform = transition(
    implementation = _platform_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _variable(arg):
    return arg.split("=")[0].rstrip(":+ ")

_OTHERWISE = "set platform to one of that architecture for which a C/C++ toolchain is registered, or cross_compile to the prefix of a compiler in /usr/bin, or leave the module out (module = False in the macro kheaders)"

def _check_cc(ctx, tree, cc):
    on = " for %s" % ctx.attr.platform if ctx.attr.platform else " for the target platform"
    if not cc.found:
        fail("%s: %s is a tree for %s, and no C/C++ toolchain is registered%s; %s" % (ctx.label, tree.label, tree.arch, on, _OTHERWISE))
    if cc.arch and cc.arch != tree.arch:
        fail("%s: %s is a tree for %s, but the C/C++ toolchain%s compiles for %s; %s" % (ctx.label, tree.label, tree.arch, on, cc.arch, _OTHERWISE))
    given = [_variable(arg) for arg in ctx.attr.make_args]
    missing = [variable for variable in VARIABLES if variable not in cc.tools and variable not in given]
    if missing:
        fail("%s: the C/C++ toolchain%s has no program for make's %s: no action and no tool path names one, and its compiler \"%s\" is neither a clang nor a gcc beside which it would be; write make_args = [\"%s=…\"], or set cross_compile" %
             (ctx.label, on, ", ".join(missing), cc.compiler, missing[0]))

def _add_tools(ctx, args, cc):
    if ctx.attr.cross_compile:
        args.add(ctx.attr.cross_compile, format = "--make-arg=CROSS_COMPILE=%s")
    else:
        for variable, path in cc.tools.items():
            args.add(path, format = "--%s=%%s" % variable.lower())
    args.add_all(ctx.attr.make_args, format_each = "--make-arg=%s")

def _expected_compiler(ctx, kbuild, tree, cc, files):
    # A compiler that lies on the machine which runs the action is no input, nor is one that a toolchain's script runs there:
    # what it is, is asked there, and is an input in its place. No cache may answer, for that would be another machine's compiler.
    expected = ctx.actions.declare_file(ctx.label.name + ".compiler")
    args = ctx.actions.args()
    args.add("--probe")
    args.add(expected, format = "--output=%s")
    args.add(tree.arch, format = "--arch=%s")
    _add_tools(ctx, args, cc)
    ctx.actions.run(
        executable = kbuild,
        arguments = [INTERFACE_ARG, args],
        inputs = files,
        outputs = [expected],
        mnemonic = "KheadersCompiler",
        execution_requirements = {"no-cache": "1"},
        progress_message = "Asking for the compiler of %{label}",
        toolchain = TOOLCHAIN_TYPE,
    )
    return expected

def _impl(ctx):
    source = ctx.attr.source[KheadersModuleSourceInfo]
    tree = ctx.attr.tree[KernelTreeInfo] if ctx.attr.tree else source.archive.tree
    check_lines(ctx.label, "make_args", ctx.attr.make_args)
    check_lines(ctx.label, "make", [ctx.attr.make])
    if ctx.attr.cross_compile:
        check_lines(ctx.label, "cross_compile", [ctx.attr.cross_compile])

    kbuild = kheaders_toolchain_info(ctx).kbuild
    if not kbuild:
        fail("%s: the registered kheaders toolchain has no program that builds modules; set kbuild in its kheaders_toolchain (@rules_kheaders_tools//tools/kbuild is one)" % ctx.label)

    if ctx.attr.platform and not _full_label(ctx.attr.platform):
        fail("%s: platform = \"%s\" is not a full label; write //package:name, or what str(Label(…)) gives for another repository (the macro kheaders takes any label)" % (ctx.label, ctx.attr.platform))
    cc = ctx.attr._cc[0][KheadersCcInfo]
    if not ctx.attr.cross_compile:
        _check_cc(ctx, tree, cc)

    # What is signed or compressed is another file in the end.
    finish = finishes(ctx)
    module = ctx.actions.declare_file(ctx.label.name + ("/unsigned" if finish else "") + "/kheaders.ko")
    args = ctx.actions.args()
    args.add(tree.build_tree, format = "--tree=%s")
    args.add_all(source.files, format_each = "--source=%s")
    args.add(module, format = "--output=%s")
    args.add(tree.arch, format = "--arch=%s")
    args.add(ctx.attr.make, format = "--make=%s")
    if ctx.attr.werror:
        args.add("--werror")
    if finish:
        args.add("--strip-debug")
    _add_tools(ctx, args, cc)
    cc_files = depset() if ctx.attr.cross_compile else cc.files
    compiler = _expected_compiler(ctx, kbuild, tree, cc, cc_files)
    args.add(compiler, format = "--compiler=%s")

    # No path mapping here: the C/C++ toolchain states its tools as strings.
    ctx.actions.run(
        executable = kbuild,
        arguments = [INTERFACE_ARG, args],
        inputs = depset([tree.build_tree, compiler], transitive = [source.files, cc_files]),
        outputs = [module],
        mnemonic = "KheadersModule",
        progress_message = "Building kernel module %{label}",
        toolchain = TOOLCHAIN_TYPE,
    )
    finished = finish_module(ctx, module, tree.build_tree) if finish else module
    return [
        DefaultInfo(files = depset([finished])),
        KheadersModuleInfo(archive = source.archive, module = finished, paths = source.paths),
        OutputGroupInfo(unsigned = depset([module])),
    ]

kheaders_module = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = SIGNING_ATTRS | {
        "cross_compile": attr.string(
            doc = "Prefix of a cross compiler and its binutils in /usr/bin of the machine that runs the action, such as `aarch64-linux-gnu-` (make's CROSS_COMPILE), for when Bazel has no C/C++ toolchain for the tree's architecture: then no toolchain is used. Default: the C/C++ toolchain of `platform`.",
        ),
        "make": attr.string(
            default = "/usr/bin/make",
            doc = "GNU make on the machine that runs the action.",
        ),
        "make_args": attr.string_list(
            doc = "Further arguments of make, after all others, such as `V=1`. `KCFLAGS=…` and `KAFLAGS=…` add to the flags that keep debug information and paths out. Default: none.",
        ),
        # No label: as with --platforms, a platform may be named that is not visible here. Kleaf's are not.
        "platform": attr.string(
            doc = "The platform whose C/C++ toolchain compiles the module, as a full label, such as Kleaf's `//build/kernel/kleaf/impl:android_arm64`. Nothing else is built for it: no `--platforms` is needed, and the archive is that of other targets. Default: the target platform.",
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
            doc = "Builds with the kernel's W=1 warnings, all of which are errors. False: for a compiler that warns about the kernel's own headers, as one much newer than the kernel may.",
        ),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
        "_cc": attr.label(
            default = ":cc",
            cfg = _platform,
            providers = [KheadersCcInfo],
        ),
    },
    provides = [KheadersModuleInfo],
    toolchains = [TOOLCHAIN],
)
