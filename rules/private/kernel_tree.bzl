"""The rule `kernel_tree`: a kernel's source tree with its build output laid over it."""

load(":kernel_tree_info.bzl", "KernelTreeInfo", "tree_with")
load(":tool.bzl", "TOOLCHAIN", "run_kheaders", "tool_args")
load(":tree_args.bzl", "add_tree", "path_below", "shown")
load(":values.bzl", "ARCHIVE_TYPES", "check_arch", "check_lines", "check_tree_path")

_DOC = """A kernel tree: a source tree (srctree) with a build's output (objtree) laid over it.

The inputs may be files, directories and archives, mixed. A directory is taken as the root of a tree. A file lands at
its path below `strip_prefix` (`generated_strip_prefix` for `generated`). Archives (`.deb`, `.tar`, `.tar.gz`,
`.tar.xz`, `.tar.zst`, `.tar.bz2`) are read as they are and may hold either tree or both. Where srctree and objtree
have the same path the objtree's file is taken; two sources for one path within either are an error, unless they are files
with the same bytes.

Thousands of files as inputs cost seconds in a sandbox; an archive or a directory does not. But of a source directory:

- Bazel looks into it, and notices what changes there, only with `startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1`
  in .bazelrc (`tools/bazel` has it).
- Bazel refuses one with a link that leads nowhere: "The file type … is not supported". Remove the link, or give files, or an
  archive.

```starlark
kernel_tree(
    name = "tree",
    archives = glob(["*.deb"]),
    arch = "x86",
)
```
"""

def _root(ctx, attribute):
    # As with cc_library's strip_include_prefix: below the package, or from the repository's root after a slash.
    prefix = getattr(ctx.attr, attribute)
    if prefix.startswith("//"):
        fail("%s: %s = \"%s\" is no path; from the repository's root it is \"%s\"" % (ctx.label, attribute, prefix, "/" + prefix.strip("/")))
    check_tree_path(ctx.label, attribute, prefix.removeprefix("/"))
    if prefix.startswith("/"):
        return prefix.strip("/")
    return "/".join([p for p in [ctx.label.package, prefix.strip("/")] if p])

def _files(ctx, attribute):
    for target in getattr(ctx.attr, attribute):
        if not target[DefaultInfo].files:
            fail("%s: %s in %s has no files; take it out, or look at its glob" % (ctx.label, target.label, attribute))
    return depset(transitive = [target[DefaultInfo].files for target in getattr(ctx.attr, attribute)])

def _check_archives(ctx):
    # Bazel itself refuses a target that has no archive at all, not one that has other files beside it.
    for target in ctx.attr.archives:
        files = target[DefaultInfo].files.to_list()
        others = [f for f in files if not f.is_directory and not [end for end in ARCHIVE_TYPES if f.basename.endswith(end)]]
        if others:
            archives = [f for f in files if f not in others]
            fail("%s: %s in archives has %s, which is no archive, beside %s; name the archive alone: %s, or a filegroup of the target with an output_group" %
                 (ctx.label, target.label, _names(others), _names(archives), " or ".join(["\"%s\"" % _own_label(f) for f in archives])))

def _names(files):
    return ", ".join([f.basename for f in files])

def _own_label(file):
    # As an output of its own: Kleaf's `:kernel_aarch64_modules_prepare/modules_prepare_outdir.tar.gz` is one.
    label = file.owner
    return "%s:%s" % (shown(label).rsplit(":", 1)[0], path_below(file, label.package))

def _max_bytes(ctx):
    value = ctx.attr.max_tree_bytes
    if value and not value.isdigit():
        fail("%s: max_tree_bytes = \"%s\" is not a number of bytes; use digits alone, such as \"8589934592\", or leave it out" % (ctx.label, value))
    return value

def _impl(ctx):
    arch = check_arch(ctx.label, ctx.attr.arch)
    if ctx.attr.release:
        check_lines(ctx.label, "release", [ctx.attr.release])
    check_tree_path(ctx.label, "srctree", ctx.attr.srctree)
    check_tree_path(ctx.label, "objtree", ctx.attr.objtree)
    if not (ctx.attr.srcs or ctx.attr.generated or ctx.attr.archives):
        fail("%s: the tree has no inputs; give srcs and generated (files or directories), or archives" % ctx.label)
    if (ctx.attr.srctree or ctx.attr.objtree) and not ctx.attr.archives:
        fail("%s: srctree and objtree name roots inside archives, and there are none; for files use strip_prefix and generated_strip_prefix" % ctx.label)

    srcs = _files(ctx, "srcs")
    generated = _files(ctx, "generated")
    archives = _files(ctx, "archives")
    _check_archives(ctx)
    files = depset(ctx.files.stamps, transitive = [srcs, generated, archives])
    build_tree = ctx.actions.declare_file(ctx.label.name + ".build_tree.tar")
    paths = ctx.actions.declare_file(ctx.label.name + ".paths")
    info = KernelTreeInfo(
        allow_mismatch = ctx.attr.allow_mismatch,
        arch = arch,
        archive_objtree = ctx.attr.objtree.strip("/"),
        archive_srctree = ctx.attr.srctree.strip("/"),
        archives = archives,
        build_tree = build_tree,
        files = files,
        generated = generated,
        generated_root = _root(ctx, "generated_strip_prefix" if ctx.attr.generated_strip_prefix else "strip_prefix"),
        index = None,
        label = ctx.label,
        max_tree_bytes = _max_bytes(ctx),
        max_tree_files = ctx.attr.max_tree_files,
        names = {ctx.label.repo_name: ctx.attr.repository} if ctx.attr.repository else {},
        paths = paths,
        release = ctx.attr.release,
        srcs = srcs,
        srcs_root = _root(ctx, "strip_prefix"),
    )

    outputs = {}
    if ctx.attr.index:
        index = ctx.actions.declare_file(ctx.label.name + ".index.tar.zst")
        args = tool_args(ctx)
        add_tree(args, info, ctx.label)
        args.add(index, format = "--output=%s")
        run_kheaders(
            ctx,
            subcommand = "index",
            mnemonic = "KheadersIndex",
            args = args,
            inputs = files,
            outputs = [index],
            progress_message = "Indexing kernel tree %{label}",
        )
        info = tree_with(info, index = index)
        outputs["index"] = depset([index])

    args = tool_args(ctx)
    add_tree(args, info, ctx.label, index = info.index)
    args.add(build_tree, format = "--build-tree=%s")
    args.add(paths, format = "--tree-list=%s")
    run_kheaders(
        ctx,
        subcommand = "select",
        mnemonic = "KheadersTree",
        args = args,
        inputs = depset([info.index]) if info.index else files,
        outputs = [build_tree, paths],
        progress_message = "Reading kernel tree %{label}",
    )
    return [
        DefaultInfo(files = files),
        OutputGroupInfo(build_tree = depset([build_tree]), paths = depset([paths]), **outputs),
        info,
    ]

kernel_tree = rule(
    implementation = _impl,
    doc = _DOC,
    attrs = {
        "allow_mismatch": attr.bool(
            doc = "Takes a srctree and an objtree that do not belong together: of different versions, of a flavour such as rt and one without, an objtree that was configured for another architecture, or a srctree with the output of an older build in it. Default: False, and each of these is an error.",
        ),
        "arch": attr.string(
            mandatory = True,
            doc = "The kernel's architecture: a directory of its arch/ (`x86`, `arm64`, …), or what uname and Debian call it (`x86_64`, `amd64`, `aarch64`, …).",
        ),
        "archives": attr.label_list(
            allow_files = ARCHIVE_TYPES,
            doc = "Archives that hold a srctree, an objtree or both, such as a distribution's header packages. Read as they are, never unpacked.",
        ),
        "generated": attr.label_list(
            allow_files = True,
            doc = "Files and directories of the objtree, the output of the kernel's build: include/generated, include/config, arch/*/include/generated, Module.symvers and the host tools in scripts/. They win over `srcs`.",
        ),
        "generated_strip_prefix": attr.string(
            doc = "As `strip_prefix`, for the files of `generated`. Default: the same as `strip_prefix`.",
        ),
        "index": attr.bool(
            doc = "True has one action read files and directories, and write a tar of what profiles take, `<name>.index.tar.zst` (output group `index`), which all others take in their place. For workers of remote execution, which would lay out thousands of files for each action; here it is for trees with many sets. A set with `include`, `extra`, `roots`, `root_files`, `btf` or `rust` takes the files all the same, and so does one of profile `modules` or `rfc` with `exclude`. No output has other bytes. Default: False.",
        ),
        "max_tree_bytes": attr.string(
            doc = "The most bytes that the archives may decompress to together, as a string, since Bazel's numbers end at 2,147,483,647; `0` for no limit. Default: 4294967296, and less for small archives: 1,000 times their size, but at least 64 MiB.",
        ),
        "max_tree_files": attr.int(
            doc = "The most files, directories and links in the archives, and in each directory, with what its links lead to; -1 for no limit. Default: 400,000.",
        ),
        "objtree": attr.string(
            doc = "Root of the objtree inside the archives, such as `usr/src/linux-headers-6.1.0-50-amd64`. Default: the directory that holds include/generated.",
        ),
        "release": attr.string(
            doc = "The kernel release, such as `6.1.0-50-amd64`. Default: what the tree's include/config/kernel.release says. If the two differ, building is an error.",
        ),
        "repository": attr.string(
            doc = "What this target's repository is called in messages and manifests, for rules that make repositories, such as `debian_kernel`. Default: what the label says.",
        ),
        "srcs": attr.label_list(
            allow_files = True,
            doc = "Files and directories of the srctree.",
        ),
        "srctree": attr.string(
            doc = "Root of the srctree inside the archives, such as `usr/src/linux-headers-6.1.0-50-common`. Default: the directory that holds Makefile and Kbuild.",
        ),
        "stamps": attr.label_list(
            allow_files = True,
            doc = "Files that nothing reads, but whose change means that the tree has changed. Bazel does not look inside a source directory; a rule that makes one available can write such a file, as `local_kernel` does. It must not lie below a directory of the tree: the sandbox takes only one of the two.",
        ),
        "strip_prefix": attr.string(
            doc = "The directory that is the tree's root, below this package, or from the repository's root when it begins with a slash. Default: this package. Only for inputs that are files.",
        ),
    },
    provides = [KernelTreeInfo],
    toolchains = [TOOLCHAIN],
)
