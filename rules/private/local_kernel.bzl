"""The repository rule behind `kheaders.local_kernel`: a kernel tree in directories of this machine."""

load(":kernel_repository.bzl", "write_kernel_build")
load(":values.bzl", "srcarch")

# What a set can take from a tree; the rest of it (a million lines of C) is not looked at.
_WATCHED = ["Kbuild", "Makefile", "Module.symvers", "include", "scripts", "tools/objtool", "tools/bpf/resolve_btfids"]

def _watch(ctx, root, arch):
    # Bazel does not look inside a source directory, so a stamp with every file's size and time stands for what is in it.
    present = []
    for name in _WATCHED + ["arch/" + arch]:
        path = root.get_child(*name.split("/"))
        if not path.exists:
            continue
        if path.is_dir:
            ctx.watch_tree(path)
        else:
            ctx.watch(path)
        present.append(str(path))
    if not present:
        return ""
    listed = ctx.execute(["find", "-L"] + present + ["-type", "f", "-printf", "%p %s %T@ %m\\n"], environment = {"LC_ALL": "C"}, timeout = 1800)
    return "\n".join(sorted(listed.stdout.split("\n")))

def _directory(ctx, attribute, value, link):
    root = ctx.path(value) if value.startswith("/") else ctx.workspace_root.get_child(*value.split("/"))
    if not root.exists or not root.is_dir:
        fail("%s: %s = \"%s\" is not a directory (looked for %s); name the kernel's %s" %
             (ctx.attr.apparent_name, attribute, value, root, "source tree" if attribute == "srctree" else "build directory"))
    ctx.symlink(root, link)
    return root

def _impl(ctx):
    arch = srcarch(ctx.attr.arch)
    if not arch:
        fail("%s: arch = \"%s\" is not an architecture of the kernel; use its own name, such as x86 or arm64" % (ctx.attr.apparent_name, ctx.attr.arch))
    if not ctx.which("find"):
        fail("%s: find is not on PATH; install findutils" % ctx.attr.apparent_name)
    stamp = _watch(ctx, _directory(ctx, "srctree", ctx.attr.srctree, "srctree"), arch)
    if ctx.attr.objtree:
        stamp += _watch(ctx, _directory(ctx, "objtree", ctx.attr.objtree, "objtree"), arch)
    ctx.file("stamp", stamp, executable = False)
    write_kernel_build(
        ctx,
        srcs = ["srctree"],
        arch = arch,
        generated = ["objtree"] if ctx.attr.objtree else [],
        release = ctx.attr.release,
        stamps = ["stamp"],
    )

local_kernel = repository_rule(
    implementation = _impl,
    doc = """A kernel tree in directories of this machine, as `@NAME//:tree` (and `@NAME`).

Headers, Makefiles, scripts and Module.symvers are watched: when one changes, what is made from the tree is made anew.
""",
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(mandatory = True, doc = "The kernel's architecture: `x86`, `arm64`, …, or what uname and Debian call it."),
        "objtree": attr.string(doc = "The build directory (make O=…), absolute or below the workspace. Default: the kernel was built in its source tree."),
        "release": attr.string(doc = "The kernel release. Default: what the tree says."),
        "srctree": attr.string(mandatory = True, doc = "The source tree, absolute or below the workspace."),
    },
)
