"""The repository rule behind `kheaders.local_kernel`: a kernel tree in directories of this machine."""

load(":kernel_repository.bzl", "write_kernel_build")
load(":tree_files.bzl", "find_taken", "taken_patterns")
load(":values.bzl", "check_tree_path", "srcarch")

# No set has a use for these: a build writes thousands of them, and behind the links of dtc are the device trees of all
# architectures.
_UNSEEN = ["(", "-name", ".git", "-o", "-name", "*.o", "-o", "-name", "*.cmd", "-o", "-path", "./scripts/dtc/include-prefixes", ")", "-prune", "-o"]

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
    if not names:
        return []
    found = ctx.execute(
        ["find", "-L"] + names + what,
        environment = {"LC_ALL": "C"},
        timeout = 1800,
        working_directory = link,
    )
    if found.return_code:
        fail("%s: cannot read all of %s; make what is named here readable, or take it out of the tree:\n%s" %
             (ctx.attr.apparent_name, getattr(ctx.attr, link), found.stderr.strip()))
    return found.stdout.split("\n")

def _stamp(ctx, root, link, patterns, arch):
    # Bazel does not look inside a source directory, so a stamp with mode and checksum of every file that a set may take
    # stands for what is in it. It has no path and no time of this machine: the same tree elsewhere has the same stamp.
    children = _link_children(ctx, root, link)
    if not children:
        fail("%s: %s \"%s\" is empty; name the directory that holds the kernel" % (ctx.attr.apparent_name, link, root))

    # Links that loop are told of wherever they are, and before Bazel follows one.
    _find(ctx, link, ["./" + c.basename for c in children], _UNSEEN + ["-false"])
    taken = find_taken(ctx, children, patterns, arch)
    lines = {}
    for names, unseen in [(taken.directories, _UNSEEN), (taken.files, [])]:
        modes = _find(ctx, link, names, unseen + ["-not", "-type", "d", "-printf", "%m %p %l\\n"])
        sums = _find(ctx, link, names, unseen + ["-type", "f", "-exec", "sha256sum", "--", "{}", "+"])
        lines.update({line: None for line in modes + sums if line})
    return "\n".join(sorted(lines)) + "\n"

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
    for attribute in ["include", "extra"]:
        for pattern in getattr(ctx.attr, attribute):
            check_tree_path(ctx.attr.apparent_name, attribute, pattern)
    patterns = taken_patterns(arch, ctx.attr.include, ctx.attr.extra)
    stamps = []
    for attribute in ["srctree", "objtree"]:
        value = getattr(ctx.attr, attribute)
        if value:
            stamp = _stamp(ctx, _directory(ctx, attribute, value), attribute, patterns, arch)
            ctx.file(attribute + ".stamp", stamp, executable = False)
            stamps.append(attribute + ".stamp")
    write_kernel_build(
        ctx,
        allow_mismatch = ctx.attr.allow_mismatch,
        srcs = ["srctree"],
        arch = arch,
        generated = ["objtree"] if ctx.attr.objtree else [],
        index = ctx.attr.index,
        max_tree_files = ctx.attr.max_tree_files,
        release = ctx.attr.release,
        stamps = stamps,
    )

local_kernel = repository_rule(
    implementation = _impl,
    doc = """A kernel tree in directories of this machine, as `@NAME//:tree` (and `@NAME`).

What a profile may take is watched, what `include` and `extra` name, and what the top makefiles, `scripts/Makefile.build` and
`Makefile.lib` name by its path, or by variables that they set, `addprefix` or `patsubst`: when a file of these changes, comes or
goes, what is made from the tree is made anew. Not so for `.git`, `*.o` and `*.cmd`, nor for what makefiles name by variables from
elsewhere or by other functions, or scripts name, unless
`startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1` is in .bazelrc.
""",
    attrs = {
        "allow_mismatch": attr.bool(doc = "As in `kernel_tree`. Default: False."),
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(mandatory = True, doc = "The kernel's architecture: `x86`, `arm64`, …, or what uname and Debian call it."),
        "extra": attr.string_list(doc = "Paths that sets take beyond their profiles, by `extra` or as `roots`."),
        "include": attr.string_list(doc = "Globs of what sets take beyond their profiles."),
        "index": attr.bool(doc = "As in `kernel_tree`."),
        "max_tree_files": attr.int(doc = "As in `kernel_tree`."),
        "objtree": attr.string(doc = "The build directory (make O=…), absolute or below the workspace. Default: the kernel was built in its source tree."),
        "release": attr.string(doc = "The kernel release. Default: what the tree says."),
        "srctree": attr.string(mandatory = True, doc = "The source tree, absolute or below the workspace."),
    },
)
