"""The repository rule behind `kheaders.local_kernel`: a kernel tree in directories of this machine."""

load(":kernel_repository.bzl", "write_kernel_build")
load(":values.bzl", "srcarch")

# No set has a use for these, and a build writes thousands of them.
_UNSEEN = ["(", "-name", ".git", "-o", "-name", "*.o", "-o", "-name", "*.cmd", ")", "-prune", "-o"]

def _is_objtree(path):
    return path.is_dir and path.get_child("source").exists and path.get_child("include", "generated").exists

def _link_children(ctx, root, link):
    # The build directory (make O=…) has a link "source" to the source tree, in which it may lie itself: a loop, which
    # Bazel itself would follow. So the tree is linked child by child, without that one and without build directories.
    children = [c for c in root.readdir(watch = "yes") if c.basename not in [".git", "source"] and c.exists and not _is_objtree(c)]
    for child in children:
        ctx.symlink(child, link + "/" + child.basename)
    return children

def _find(ctx, link, names, what):
    found = ctx.execute(
        ["find", "-L"] + names + _UNSEEN + what,
        environment = {"LC_ALL": "C"},
        timeout = 1800,
        working_directory = link,
    )
    if found.return_code:
        fail("%s: cannot read all of %s; make what is named here readable, or take it out of the tree:\n%s" %
             (ctx.attr.apparent_name, getattr(ctx.attr, link), found.stderr.strip()))
    return sorted(found.stdout.split("\n"))

def _stamp(ctx, root, link):
    # Bazel does not look inside a source directory, so a stamp with every file's mode and checksum stands for what is in
    # it. It has no path and no time of this machine: the same tree elsewhere has the same stamp.
    children = _link_children(ctx, root, link)
    if not children:
        fail("%s: %s \"%s\" is empty; name the directory that holds the kernel" % (ctx.attr.apparent_name, link, root))
    names = ["./" + c.basename for c in children]
    modes = _find(ctx, link, names, ["-not", "-type", "d", "-printf", "%m %p %l\\n"])
    sums = _find(ctx, link, names, ["-type", "f", "-exec", "sha256sum", "--", "{}", "+"])

    # After find, which tells of links that loop.
    for child in children:
        if child.is_dir:
            ctx.watch_tree(child)
        else:
            ctx.watch(child)
    return "\n".join(modes + sums) + "\n"

def _directory(ctx, attribute, value):
    root = ctx.path(value) if value.startswith("/") else ctx.workspace_root.get_child(*value.split("/"))
    if not root.exists or not root.is_dir:
        fail("%s: %s = \"%s\" is not a directory (looked for %s); name the kernel's %s" %
             (ctx.attr.apparent_name, attribute, value, root, "source tree" if attribute == "srctree" else "build directory"))
    return root

def _impl(ctx):
    arch = srcarch(ctx.attr.arch)
    if not arch:
        fail("%s: arch = \"%s\" is not an architecture of the kernel; use its own name, such as x86 or arm64" % (ctx.attr.apparent_name, ctx.attr.arch))
    for program, package in {"find": "findutils", "sha256sum": "coreutils"}.items():
        if not ctx.which(program):
            fail("%s: %s is not on PATH; install %s" % (ctx.attr.apparent_name, program, package))
    stamps = []
    for attribute in ["srctree", "objtree"]:
        value = getattr(ctx.attr, attribute)
        if value:
            stamp = _stamp(ctx, _directory(ctx, attribute, value), attribute)
            ctx.file(attribute + ".stamp", stamp, executable = False)
            stamps.append(attribute + ".stamp")
    write_kernel_build(
        ctx,
        srcs = ["srctree"],
        arch = arch,
        generated = ["objtree"] if ctx.attr.objtree else [],
        release = ctx.attr.release,
        stamps = stamps,
    )

local_kernel = repository_rule(
    implementation = _impl,
    doc = """A kernel tree in directories of this machine, as `@NAME//:tree` (and `@NAME`).

Every file of it is watched, apart from `.git`, `*.o` and `*.cmd`: when one changes, what is made from the tree is made
anew.
""",
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(mandatory = True, doc = "The kernel's architecture: `x86`, `arm64`, …, or what uname and Debian call it."),
        "objtree": attr.string(doc = "The build directory (make O=…), absolute or below the workspace. Default: the kernel was built in its source tree."),
        "release": attr.string(doc = "The kernel release. Default: what the tree says."),
        "srctree": attr.string(mandatory = True, doc = "The source tree, absolute or below the workspace."),
    },
)
