"""Rules with the names, labels, files and output groups of Kleaf's own, for a kernel that was built elsewhere."""

_TAR = "tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=a+rX,u+w,go-w --hard-dereference -ch"

_KernelInfo = provider(
    doc = "What modules of a kernel are built with.",
    fields = {
        "outdir": "File: modules_prepare_outdir.tar.gz.",
        "srcs": "depset of File: the kernel's sources.",
        "symvers": "File: Module.symvers.",
    },
)

def _below(ctx):
    # The built files lie in out/ of the package.
    root = "%s/out/" % ctx.label.package
    return {f.path.removeprefix(root): f for f in ctx.files.built}

def _copy(ctx, source, name):
    output = ctx.actions.declare_file("%s/%s" % (ctx.label.name, name))
    ctx.actions.run_shell(command = "cp -L \"$1\" \"$2\"", arguments = [source.path, output.path], inputs = [source], outputs = [output])
    return output

def _kernel_build_impl(ctx):
    built = _below(ctx)
    symvers = _copy(ctx, built["Module.symvers"], "Module.symvers")
    return [
        DefaultInfo(files = depset([
            _copy(ctx, built["Module.symvers"], ctx.label.name + "_Module.symvers"),
            _copy(ctx, built[".config"], ctx.label.name + "_dot_config"),
        ])),
        _KernelInfo(outdir = ctx.file.modules_prepare, srcs = depset(ctx.files.srcs), symvers = symvers),
        OutputGroupInfo(**{
            "Module.symvers": depset([symvers]),
            "include/config/kernel.release": depset([_copy(ctx, built["include/config/kernel.release"], "include/config/kernel.release")]),
        }),
    ]

_BUILT = {"built": attr.label_list(allow_files = True)}
_SRCS = {"srcs": attr.label_list(allow_files = True)}

_kernel_build = rule(
    implementation = _kernel_build_impl,
    attrs = _BUILT | _SRCS | {"modules_prepare": attr.label(allow_single_file = True)},
)

def _kernel_headers_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + "/kernel-headers.tar.gz")
    headers = [f for f in ctx.files.srcs + ctx.files.built if f.extension == "h"]
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all(headers)
    ctx.actions.run_shell(
        command = "%s -z --transform='s,^%s/\\(out/\\)\\?,kernel-headers/,' -f \"$1\" --verbatim-files-from --files-from=\"$2\"" % (_TAR, ctx.label.package),
        arguments = [output.path, args],
        inputs = headers,
        outputs = [output],
    )
    return [DefaultInfo(files = depset([output]))]

_kernel_headers = rule(
    implementation = _kernel_headers_impl,
    attrs = _BUILT | _SRCS,
)

def _modules_prepare_impl(ctx):
    built = [f for path, f in _below(ctx).items() if path != "Module.symvers"]
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all(built)
    ctx.actions.run_shell(
        command = "%s -z --transform='s,^%s/out/,./,' -f \"$1\" --verbatim-files-from --files-from=\"$2\"" % (_TAR, ctx.label.package),
        arguments = [ctx.outputs.outdir_tar_gz.path, args],
        inputs = built,
        outputs = [ctx.outputs.outdir_tar_gz],
    )
    setup = ctx.actions.declare_file(ctx.label.name + "_setup.sh")
    ctx.actions.write(setup, "tar xf modules_prepare_outdir.tar.gz -C ${OUT_DIR}\n")
    return [DefaultInfo(files = depset([ctx.outputs.outdir_tar_gz, setup]))]

_modules_prepare = rule(
    implementation = _modules_prepare_impl,
    attrs = _BUILT | {"outdir_tar_gz": attr.output(mandatory = True)},
)

def _kernel_config_impl(ctx):
    output = ctx.actions.declare_directory(ctx.label.name + "/out_dir")
    built = _below(ctx)
    files = {path: built[path] for path in [".config", "include/config/auto.conf", "include/generated/autoconf.h"]}
    ctx.actions.run_shell(
        command = "\n".join(["mkdir -p \"$1/%s\" && cp -L %s \"$1/%s\"" % (path.rpartition("/")[0], file.path, path) for path, file in files.items()]),
        arguments = [output.path],
        inputs = files.values(),
        outputs = [output],
    )
    return [DefaultInfo(files = depset([output]))]

_kernel_config = rule(implementation = _kernel_config_impl, attrs = _BUILT)

# What Kleaf's generator of Kbuild files takes.
_SOURCES = ["S", "c", "h", "rs"]

def _ddk_module_impl(ctx):
    for source in ctx.files.srcs:
        if source.extension not in _SOURCES:
            fail("Invalid source %s" % source.short_path.removeprefix(ctx.label.package + "/"))
    kernel = ctx.attr.kernel_build[_KernelInfo]
    objects = [f for f in ctx.files.srcs if f.extension != "h"]
    kbuild = ctx.actions.declare_file(ctx.label.name + "/Kbuild")
    ctx.actions.write(kbuild, "".join(["obj-m += %s.o\n" % f.basename.removesuffix("." + f.extension) for f in objects]))
    module = ctx.actions.declare_file("%s/%s" % (ctx.label.name, ctx.attr.out))
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all(kernel.srcs)
    ctx.actions.run_shell(
        command = """
            set -eu
            mkdir tree src
            %s --transform='s,^%s/,,' -f - --verbatim-files-from --files-from="$1" | tar -x -C tree
            tar -xzf "$2" -C tree --exclude=./Makefile
            cp -L "$3" tree/Module.symvers
            module=$4
            shift 4
            cp -L "$@" src/
            make -C tree ARCH=arm64 CROSS_COMPILE=/usr/bin/aarch64-linux-gnu- M="$PWD/src" modules >log 2>&1 || { cat log >&2; exit 1; }
            cp "src/${module##*/}" "$module"
        """ % (_TAR, ctx.label.package),
        arguments = [args, kernel.outdir.path, kernel.symvers.path, module.path, kbuild.path] + [f.path for f in ctx.files.srcs],
        inputs = depset([kernel.outdir, kernel.symvers, kbuild] + ctx.files.srcs, transitive = [kernel.srcs]),
        outputs = [module],
    )
    return [DefaultInfo(files = depset([module]))]

ddk_module = rule(
    implementation = _ddk_module_impl,
    attrs = {
        "kernel_build": attr.label(mandatory = True, providers = [_KernelInfo]),
        "out": attr.string(mandatory = True),
        "srcs": attr.label_list(allow_files = True),
    },
)

def kernel_build(name, srcs, built, visibility):
    """Stands for Kleaf's macro.

    Args:
      name: name of the kernel.
      srcs: the kernel's sources.
      built: what its build has made, in out/ of this package.
      visibility: visibility of all targets.
    """
    outdir = name + "_modules_prepare/modules_prepare_outdir.tar.gz"
    _kernel_build(name = name, srcs = srcs, built = built, modules_prepare = outdir, visibility = visibility)
    _kernel_headers(name = name + "_headers", srcs = srcs, built = built, visibility = visibility)
    _kernel_config(name = name + "_config", built = built, visibility = visibility)
    _modules_prepare(
        name = name + "_modules_prepare",
        built = built,
        outdir_tar_gz = outdir,
        visibility = visibility,
    )
