"""The repository rule behind `kheaders.debian_package`: one package of Debian's, as a file."""

load(":apt.bzl", "APT_DOC", "debian_arch")
load(":debian_fetch.bzl", "fetch_packages")
load(":debian_resolve.bzl", "resolve_package")
load(":lock.bzl", "LOCK_ATTRS", "reproducible", "request_of")
load(":package_repository.bzl", "write_package_build")

def _impl(ctx):
    request = request_of(
        "debian_package",
        arch = ctx.attr.arch,
        metapackage = ctx.attr.metapackage,
        package = ctx.attr.package,
        suite = ctx.attr.suite,
        version = ctx.attr.version,
    )

    def resolve(apt):
        return struct(packages = [resolve_package(apt, ctx.attr.package, ctx.attr.version, ctx.attr.metapackage)])

    got = fetch_packages(ctx, request, [debian_arch(ctx.attr.arch)], resolve)
    write_package_build(ctx, got.found.packages[0], got.files)
    return reproducible(ctx)

debian_package = repository_rule(
    implementation = _impl,
    doc = """One package of Debian's as a `.deb` file, `@NAME`, without its dependencies.

""" + APT_DOC,
    attrs = LOCK_ATTRS | {
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(default = "amd64", doc = "Debian's name of the architecture; any does for a package that fits all. Default: `amd64`."),
        "metapackage": attr.bool(doc = "True takes, in place of `package`, the one package it depends on whose name begins with its own: of `linux-source` that is `linux-source-6.12` or whichever the suite has. Default: False."),
        "package": attr.string(mandatory = True, doc = "The package, such as `linux-source-6.1`."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
        "version": attr.string(doc = "The package's version. Default: the newest of the suite when it is fetched."),
    },
)
