"""The repository rule behind `kheaders.archive_kernel`: a kernel tree from archives that are downloaded."""

load(":kernel_repository.bzl", "write_kernel_build")
load(":values.bzl", "ARCHIVE_TYPES", "check_tree_path", "srcarch")

def _file_name(ctx, attribute, urls):
    name = urls[0].split("?")[0].split("#")[0].rsplit("/", 1)[-1]
    if not [t for t in ARCHIVE_TYPES if name.endswith(t)]:
        fail("%s: %s: \"%s\" is not an archive that kernel_tree reads; its name must end in one of %s" % (ctx.attr.apparent_name, attribute, urls[0], ", ".join(ARCHIVE_TYPES)))
    return name

def _download(ctx, attribute, integrity):
    urls = getattr(ctx.attr, attribute)
    if not urls:
        return []
    if not getattr(ctx.attr, integrity):
        # The build would follow whatever the server hands out.
        fail("%s: %s has no %s; give the archive's checksum (sha256-…, as in Bazel's http_archive)" % (ctx.attr.apparent_name, attribute, integrity))
    name = attribute + "/" + _file_name(ctx, attribute, urls)
    ctx.download(urls, output = name, integrity = getattr(ctx.attr, integrity))
    return [name]

def _impl(ctx):
    arch = srcarch(ctx.attr.arch)
    if not arch:
        fail("%s: arch = \"%s\" is not an architecture of the kernel; use its own name, such as x86 or arm64" % (ctx.attr.apparent_name, ctx.attr.arch))
    check_tree_path(ctx.attr.apparent_name, "srctree", ctx.attr.srctree)
    check_tree_path(ctx.attr.apparent_name, "objtree", ctx.attr.objtree)
    files = _download(ctx, "urls", "integrity") + _download(ctx, "objtree_urls", "objtree_integrity")
    if not files:
        fail("%s: urls is empty; name at least one URL of the archive" % ctx.attr.apparent_name)
    write_kernel_build(
        ctx,
        allow_mismatch = ctx.attr.allow_mismatch,
        arch = arch,
        archives = files,
        max_tree_bytes = ctx.attr.max_tree_bytes,
        max_tree_files = ctx.attr.max_tree_files,
        objtree = ctx.attr.objtree,
        release = ctx.attr.release,
        srctree = ctx.attr.srctree,
    )

archive_kernel = repository_rule(
    implementation = _impl,
    doc = """A kernel tree from one or two archives that are downloaded, as `@NAME//:tree` (and `@NAME`). They are never unpacked.
""",
    attrs = {
        "allow_mismatch": attr.bool(doc = "As in `kernel_tree`. Default: False."),
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(mandatory = True, doc = "The kernel's architecture: `x86`, `arm64`, …, or what uname and Debian call it."),
        "integrity": attr.string(mandatory = True, doc = "Checksum of the archive, in the format of Subresource Integrity (`sha256-…`)."),
        "max_tree_bytes": attr.string(doc = "As in `kernel_tree`."),
        "max_tree_files": attr.int(doc = "As in `kernel_tree`."),
        "objtree": attr.string(doc = "Root of the objtree inside the archives. Default: the directory that holds include/generated."),
        "objtree_integrity": attr.string(doc = "Checksum of the archive of `objtree_urls`."),
        "objtree_urls": attr.string_list(doc = "Where a second archive with the objtree is. Default: the first archive holds both trees."),
        "release": attr.string(doc = "The kernel release. Default: what the tree says."),
        "srctree": attr.string(doc = "Root of the srctree inside the archives. Default: the directory that holds Makefile and Kbuild."),
        "urls": attr.string_list(mandatory = True, doc = "Where the archive is: one file, any number of mirrors of it. `file:` works as well."),
    },
)
