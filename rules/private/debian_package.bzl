"""The repository rule behind `kheaders.debian_package`: one package of Debian's, as a file."""

load(":apt.bzl", "APT_DOC", "close_apt", "debian_arch", "download_packages", "find_package", "open_apt")
load(":package_repository.bzl", "write_package_build")

def _real(apt, meta):
    """The package that a metapackage stands for: the one it depends on whose name begins with its own."""
    found = [name for name in meta.depends if name.startswith(meta.name + "-")]
    if len(found) != 1:
        fail("%s: package %s of suite \"%s\" is no metapackage: it depends on %s package %s-*, not on one; name the package itself and leave metapackage out" % (
            apt.ctx.attr.apparent_name,
            meta.name,
            apt.suite,
            "no" if not found else "more than one",
            meta.name,
        ))
    return find_package(apt, found[0], "")

def _impl(ctx):
    apt = open_apt(ctx, ctx.attr.suite, [debian_arch(ctx.attr.arch)])
    package = find_package(apt, ctx.attr.package, ctx.attr.version)
    if ctx.attr.metapackage:
        package = _real(apt, package)
    files = download_packages(apt, [package])
    close_apt(apt)
    write_package_build(ctx, package, files)

debian_package = repository_rule(
    implementation = _impl,
    doc = """One package of Debian's as a `.deb` file, `@NAME`, without its dependencies.

""" + APT_DOC,
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(default = "amd64", doc = "Debian's name of the architecture; any does for a package that fits all. Default: `amd64`."),
        "metapackage": attr.bool(doc = "True takes, in place of `package`, the one package it depends on whose name begins with its own: of `linux-source` that is `linux-source-6.12` or whichever the suite has. Default: False."),
        "package": attr.string(mandatory = True, doc = "The package, such as `linux-source-6.1`."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
        "version": attr.string(doc = "The package's version. Default: the newest of the suite when it is fetched."),
    },
)
