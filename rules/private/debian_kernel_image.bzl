"""The repository rule behind `image = True` of `kheaders.debian_kernel`: the kernel itself, as Debian's package of it."""

load(":apt.bzl", "APT_DOC", "debian_arch")
load(":debian_fetch.bzl", "fetch_packages")
load(":debian_resolve.bzl", "resolve_image")
load(":lock.bzl", "LOCK_ATTRS", "reproducible", "request_of")
load(":package_repository.bzl", "write_package_build")

def _impl(ctx):
    request = request_of("debian_kernel_image", arch = ctx.attr.arch, image_of = ctx.attr.kernel, suite = ctx.attr.suite)

    def resolve(apt):
        # What the kernel's headers turned out to be, written beside them when they were fetched.
        headers = json.decode(ctx.read(ctx.attr.headers))
        return struct(packages = [resolve_image(apt, ctx.attr.kernel, headers["release"])])

    got = fetch_packages(ctx, request, [debian_arch(ctx.attr.arch)], resolve)
    write_package_build(ctx, got.found.packages[0], got.files)
    return reproducible(ctx)

debian_kernel_image = repository_rule(
    implementation = _impl,
    doc = """The package with the kernel (`vmlinuz`) that another repository has the headers of: `@NAME//:package` (and `@NAME`).

""" + APT_DOC,
    attrs = LOCK_ATTRS | {
        "apparent_name": attr.string(mandatory = True, doc = "The repository's name in the extension."),
        "arch": attr.string(default = "amd64", doc = "Debian's name of the kernel's architecture. Default: `amd64`."),
        "headers": attr.label(mandatory = True, doc = "`debian_kernel.json` in the repository with the headers."),
        "kernel": attr.string(mandatory = True, doc = "The name of the `debian_kernel` with the headers."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
    },
)
