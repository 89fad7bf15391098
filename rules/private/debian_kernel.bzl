"""The repository rule behind `kheaders.debian_kernel`: a kernel tree from Debian's header packages."""

load(":apt.bzl", "APT_DOC", "close_apt", "debian_arch", "download_packages", "find_package", "open_apt")
load(":kernel_repository.bzl", "write_kernel_build")
load(":values.bzl", "srcarch")

# A metapackage depends on the package of a release, that one on the files all flavours share, and both on the host tools.
_MAX_DEPTH = 4

# KiB. A metapackage has some 13, for its licence; the smallest real one has over a thousand.
_EMPTY = 200

def _related(name):
    return name.startswith("linux-headers-") or name.startswith("linux-kbuild-")

def _kernel_packages(apt, first, host):
    found = {first.name: first}
    front = [first]
    for _ in range(_MAX_DEPTH):
        after = []
        for package in front:
            for name in package.depends:
                if not _related(name) or name in found:
                    continue

                # The tools of linux-kbuild are run by actions, so they are this machine's, whatever the kernel is for.
                of_other_arch = name.startswith("linux-kbuild-") and host != apt.arch
                found[name] = find_package(apt, "%s:%s" % (name, host) if of_other_arch else name)
                after.append(found[name])
        front = after
    return found

def _impl(ctx):
    arch = srcarch(ctx.attr.arch)
    if not arch:
        fail("%s: arch = \"%s\" is not known; use one of Debian's names, such as amd64 or arm64" % (ctx.attr.apparent_name, ctx.attr.arch))
    debian = debian_arch(ctx.attr.arch)
    host = debian_arch(ctx.os.arch)
    apt = open_apt(ctx, ctx.attr.suite, [debian] if host == debian else [debian, host])
    first = find_package(apt, ctx.attr.package or "linux-headers-" + debian, ctx.attr.version)
    found = _kernel_packages(apt, first, host)

    # Metapackages are empty and need not be fetched. The package with the objtree depends on that of the srctree, and is named after the release.
    real = {name: package for name, package in found.items() if package.installed_size > _EMPTY}
    headers = [name for name in real if name.startswith("linux-headers-")]
    releases = [name.removeprefix("linux-headers-") for name in headers if [d for d in real[name].depends if d in headers]]
    if not headers:
        fail("%s: neither package %s nor any it depends on has kernel headers; name a metapackage such as linux-headers-%s, or an exact one" %
             (ctx.attr.apparent_name, first.name, debian))

    files = download_packages(apt, real.values())
    close_apt(apt)
    release = releases[0] if len(releases) == 1 else ""
    write_kernel_build(
        ctx,
        comment = "%s %s, suite %s" % (first.name, first.version, ctx.attr.suite),
        files = files,
        arch = arch,
        archives = files,
        release = release,
    )

    # For debian_kernel_image.
    ctx.file("debian_kernel.json", json.encode({"release": release}) + "\n", executable = False)

debian_kernel = repository_rule(
    implementation = _impl,
    doc = """A kernel tree from the header packages of Debian, as `@NAME//:tree` (and `@NAME`); the packages are `@NAME//:packages`.

The package's dependencies named linux-headers-* and linux-kbuild-* are fetched with it, nothing else. The host tools
(linux-kbuild) are those of the machine that Bazel runs on, so a tree of another architecture can be built with.

""" + APT_DOC,
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The name that the user gave the repository."),
        "arch": attr.string(default = "amd64", doc = "Debian's name of the kernel's architecture, such as `amd64` or `arm64`. Default: `amd64`."),
        "package": attr.string(doc = "A metapackage, such as `linux-headers-cloud-amd64`, or the headers of one release, such as `linux-headers-6.1.0-50-amd64`. Default: `linux-headers-<arch>`."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
        "version": attr.string(doc = "The package's version, such as `6.1.176-1`. Default: the newest of the suite when it is fetched."),
    },
)
