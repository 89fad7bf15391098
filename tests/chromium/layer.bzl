"""Debian's headless Chromium with the libraries it needs: for tests alone, and fetched when one is run."""

load("@rules_kheaders//private:apt.bzl", "close_apt", "find_package", "open_apt")  # buildifier: disable=bzl-visibility
load("@rules_kheaders//private:apt_download.bzl", "download_packages")  # buildifier: disable=bzl-visibility

_SUITE = "bookworm"

_FIRST = [
    "chromium-headless-shell",
    "fonts-dejavu-core",
]

# What the machine has, newer than this suite's, and what no page without a graphics card needs.
_LEFT_OUT = [
    "libc6",
    "libgcc-s1",
    "libgl1-mesa-dri",
    "libllvm15",
    "libstdc++6",
    "libz3-4",
]

# More than there are names of libraries that one another need.
_ROUNDS = 20

def _wanted(name):
    return name not in _LEFT_OUT and (name.startswith("lib") or name.startswith("zlib1g") or name.startswith("chromium-"))

_BUILD = """\
# A directory with the packages unpacked: {packages}.
filegroup(
    name = "chromium",
    srcs = ["root"],
    visibility = ["//visibility:public"],
)
"""

def _layer_impl(ctx):
    apt = open_apt(ctx, _SUITE, ["amd64"])
    found = {}
    front = _FIRST
    for _ in range(_ROUNDS):
        after = {}
        for name in front:
            # The first of alternatives may be a name that several packages provide.
            package = find_package(apt, name, optional = name not in _FIRST)
            if package:
                found[name] = package
                after |= {d: None for d in package.depends if _wanted(d)}
        front = [name for name in after if name not in found]
        if not front:
            break
    files = download_packages(apt, found.values())
    close_apt(apt)
    for file in files:
        unpacked = ctx.execute(["dpkg-deb", "-x", file, "root"])
        if unpacked.return_code:
            fail("%s: cannot unpack %s: %s" % (ctx.attr.apparent_name, file, unpacked.stderr))
        ctx.delete(file)

    # Documentation has names that no runfile may have.
    for path in ["root/usr/share/doc", "root/usr/share/man", "root/usr/share/locale"]:
        ctx.delete(path)
    ctx.file("BUILD.bazel", _BUILD.format(packages = ", ".join(["%s %s" % (p.name, p.version) for p in found.values() if p.name.startswith("chromium")])), executable = False)

_layer = repository_rule(
    implementation = _layer_impl,
    attrs = {"apparent_name": attr.string(mandatory = True, doc = "For messages.")},
)

def _extension_impl(_ctx):
    _layer(
        name = "chromium",
        apparent_name = "chromium",
    )

chromium = module_extension(
    implementation = _extension_impl,
    doc = "Makes the repository `chromium`, whose target `chromium` is the directory.",
)
