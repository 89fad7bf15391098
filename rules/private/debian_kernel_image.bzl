"""The repository rule behind `image = True` of `kheaders.debian_kernel`: the kernel itself, as Debian's package of it."""

load(":apt.bzl", "APT_DOC", "close_apt", "debian_arch", "download_packages", "find_package", "open_apt")
load(":package_repository.bzl", "write_package_build")

# KiB. A package of less holds no kernel but names the one that does.
_EMPTY = 1000

def _impl(ctx):
    # What the kernel's headers turned out to be, written beside them when they were fetched.
    headers = json.decode(ctx.read(Label("@@%s//:debian_kernel.json" % (ctx.name.removesuffix(ctx.attr.apparent_name) + ctx.attr.kernel))))
    release = headers["release"]
    if not release:
        fail("%s: the packages of %s are not those of one kernel release; name a metapackage, or the headers of one release" % (ctx.attr.apparent_name, ctx.attr.kernel))
    apt = open_apt(ctx, ctx.attr.suite, [debian_arch(ctx.attr.arch)])
    package = find_package(apt, "linux-image-" + release)
    if package.installed_size < _EMPTY:
        package = find_package(apt, "linux-binary-" + release)
    files = download_packages(apt, [package])
    close_apt(apt)
    write_package_build(ctx, package, files)

debian_kernel_image = repository_rule(
    implementation = _impl,
    doc = """The package with the kernel (`vmlinuz`) that another repository has the headers of: `@NAME//:package` (and `@NAME`).

""" + APT_DOC,
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The repository's name in the extension."),
        "arch": attr.string(default = "amd64", doc = "Debian's name of the kernel's architecture. Default: `amd64`."),
        "kernel": attr.string(mandatory = True, doc = "The `debian_kernel` of the same extension with the headers."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
    },
)
