"""The repository rule behind `kheaders.debian_kernel`: a kernel tree from Debian's header packages."""

load(":apt.bzl", "APT_DOC", "debian_arch")
load(":debian_fetch.bzl", "fetch_packages")
load(":debian_resolve.bzl", "resolve_kernel")
load(":kernel_repository.bzl", "write_kernel_build")
load(":lock.bzl", "LOCK_ATTRS", "reproducible", "request_of")
load(":values.bzl", "srcarch")

def _impl(ctx):
    arch = srcarch(ctx.attr.arch)
    if not arch:
        fail("%s: arch = \"%s\" is not known; use one of Debian's names, such as amd64 or arm64" % (ctx.attr.apparent_name, ctx.attr.arch))
    debian = debian_arch(ctx.attr.arch)
    host = debian_arch(ctx.os.arch)
    request = request_of("debian_kernel", arch = ctx.attr.arch, package = ctx.attr.package, suite = ctx.attr.suite, version = ctx.attr.version)

    def resolve(apt):
        return resolve_kernel(apt, ctx.attr.package, ctx.attr.version, [host])

    got = fetch_packages(ctx, request, [debian] if host == debian else [debian, host], resolve, host)
    found = got.found
    source = ctx.attr.lock if got.locked else "%s %s" % (found.first.name, found.first.version)
    write_kernel_build(
        ctx,
        comment = "%s, suite %s" % (source, ctx.attr.suite),
        files = got.files,
        arch = arch,
        archives = got.files,
        max_tree_bytes = ctx.attr.max_tree_bytes,
        max_tree_files = ctx.attr.max_tree_files,
        release = found.release,
    )

    # For debian_kernel_image.
    ctx.file("debian_kernel.json", json.encode({"release": found.release}) + "\n", executable = False)
    return reproducible(ctx)

debian_kernel = repository_rule(
    implementation = _impl,
    doc = """A kernel tree from the header packages of Debian, as `@NAME//:tree` (and `@NAME`); the packages are `@NAME//:packages`.

The package's dependencies named linux-headers-* and linux-kbuild-* are fetched with it, nothing else. The host tools
(linux-kbuild) are those of the machine that Bazel runs on, so a tree of another architecture can be built with.

""" + APT_DOC,
    attrs = LOCK_ATTRS | {
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(default = "amd64", doc = "Debian's name of the kernel's architecture, such as `amd64` or `arm64`. Default: `amd64`."),
        "max_tree_bytes": attr.string(doc = "As in `kernel_tree`."),
        "max_tree_files": attr.int(doc = "As in `kernel_tree`."),
        "package": attr.string(doc = "A metapackage, such as `linux-headers-cloud-amd64`, or the headers of one release, such as `linux-headers-6.1.0-50-amd64`. Default: `linux-headers-<arch>`."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
        "version": attr.string(doc = "The package's version, such as `6.1.176-1`. Default: the newest of the suite when it is fetched."),
    },
)
