"""The module extension `kheaders`."""

load(":archive_kernel.bzl", "archive_kernel")
load(":debian_kernel.bzl", "debian_kernel")
load(":debian_kernel_image.bzl", "debian_kernel_image")
load(":debian_package.bzl", "debian_package")
load(":local_kernel.bzl", "local_kernel")
load(":lock.bzl", "decode_lock")
load(":lock_repository.bzl", "lock_repository", "lock_text_repository")

_DOC = """Makes kernels available as repositories, several at once, for the root module and for others.

```starlark
kheaders = use_extension("@rules_kheaders//:extensions.bzl", "kheaders")
kheaders.debian_kernel(name = "linux_6_1", suite = "bookworm")
kheaders.local_kernel(name = "linux_mine", srctree = "/usr/src/linux", objtree = "/usr/src/build", arch = "x86")
use_repo(kheaders, "linux_6_1", "linux_mine")
```

Each tree is then `@linux_6_1//:tree`. Nothing is fetched until something needs it.

`debian_kernel` and `debian_package` take the newest of their suite when they are fetched. To have the same ones everywhere, the
root module names a lock file. It is empty at first; `bazel run @kheaders_lock//:update` writes it, and brings it up to date.
[Pin a kernel](../pin.md) tells more:

```starlark
kheaders.lock(file = "//:kheaders.lock")
use_repo(kheaders, "kheaders_lock")
```
"""

_NAME = attr.string(mandatory = True, doc = "Name of the repository; one name, one kernel, in the whole build.")

_ARCHIVE_KERNEL = tag_class(
    doc = "A kernel tree from one or two archives that are downloaded: `@NAME//:tree`.",
    attrs = {
        "allow_mismatch": attr.bool(doc = "True takes a srctree and an objtree that are of different versions, architectures or builds. Default: False, and that is an error."),
        "arch": attr.string(mandatory = True, doc = "The kernel's architecture: `x86`, `arm64`, …, or what uname and Debian call it."),
        "integrity": attr.string(mandatory = True, doc = "Checksum of the archive, in the format of Subresource Integrity (`sha256-…`)."),
        "max_tree_bytes": attr.string(doc = "As in `kernel_tree`: the most bytes that the archives may decompress to together. Default: 4294967296, and less for small archives."),
        "max_tree_files": attr.int(doc = "As in `kernel_tree`: the most files, directories and links. Default: 400,000."),
        "name": _NAME,
        "objtree": attr.string(doc = "Root of the objtree inside the archives. Default: the directory that holds include/generated."),
        "objtree_integrity": attr.string(doc = "Checksum of the archive of `objtree_urls`."),
        "objtree_urls": attr.string_list(doc = "Where a second archive with the objtree is. Default: the first archive holds both trees."),
        "release": attr.string(doc = "The kernel release. Default: what the tree says."),
        "srctree": attr.string(doc = "Root of the srctree inside the archives. Default: the directory that holds Makefile and Kbuild."),
        "urls": attr.string_list(mandatory = True, doc = "Where the archive is (`.deb`, `.tar`, `.tar.gz`, `.tar.xz`, `.tar.zst`, `.tar.bz2`): one file, any number of mirrors of it."),
    },
)

_DEBIAN_KERNEL = tag_class(
    doc = """A kernel tree from Debian's header packages: `@NAME//:tree`; the packages themselves: `@NAME//:packages`.

    Fetched with apt-get from where the machine's own apt gets its packages. The machine's apt stays as it is, and root is not needed.
    The host tools (linux-kbuild) are those of the machine that Bazel runs on. With `RULES_KHEADERS_APT_CACHE` (a
    directory, by `--repo_env`) package lists and packages are kept for the next time.
    """,
    attrs = {
        "arch": attr.string(default = "amd64", doc = "Debian's name of the kernel's architecture. Default: `amd64`."),
        "image": attr.bool(doc = "True makes a second repository, `@NAME_image`: the package with the kernel itself (`vmlinuz`), of the same release as the headers, to boot it in a virtual machine. Fetched only when something needs it. Default: False."),
        "max_tree_bytes": attr.string(doc = "As in `kernel_tree`: the most bytes that the packages may decompress to together. Default: 4294967296, and less for small packages."),
        "max_tree_files": attr.int(doc = "As in `kernel_tree`: the most files, directories and links. Default: 400,000."),
        "name": _NAME,
        "package": attr.string(doc = "A metapackage, such as `linux-headers-cloud-amd64`, or the headers of one release, such as `linux-headers-6.1.0-50-amd64`. Default: `linux-headers-<arch>`."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
        "version": attr.string(doc = "The package's version, such as `6.1.176-1`. Default: the newest of the suite when it is fetched. Older ones leave the archive after some time."),
    },
)

_DEBIAN_PACKAGE = tag_class(
    doc = "One package of Debian's as a file, without its dependencies: `@NAME`. Fetched as `debian_kernel` does.",
    attrs = {
        "arch": attr.string(default = "amd64", doc = "Debian's name of the architecture; any will do for a package of all architectures. Default: `amd64`."),
        "metapackage": attr.bool(doc = "True takes, in place of `package`, the one package that it depends on and whose name begins with its own: for `linux-source` that is `linux-source-6.12`, or the one that the suite has. Default: False."),
        "name": _NAME,
        "package": attr.string(mandatory = True, doc = "The package, such as `linux-source-6.1`."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `bookworm`."),
        "version": attr.string(doc = "The package's version. Default: the newest of the suite when it is fetched."),
    },
)

_LOCAL_KERNEL = tag_class(
    doc = """A kernel tree in directories of this machine: `@NAME//:tree`.

    A change in the tree makes what is built from it be built again, if it is in one of these files:

    - those that some profile may take;
    - those that `include` and `extra` name. So give patterns that a set takes by `include`, `extra` or `roots` outside of its
      profile here as well;
    - those that the top makefiles name by their path, or by variables that they set. Not what they name by most functions of
      make, or by variables from elsewhere.

    With `startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1` in .bazelrc all changes count. Without that line Bazel says
    "dependency checking of directories is unsound" of each action that reads the tree, for it does not know what is watched.
    As 90,000 single files the tree would cost seconds in each sandbox.

    Bazel says "is no longer an existing directory" when a whole directory that it watches is gone. If it will not come back,
    `bazel fetch --force --repo=@NAME` looks at the tree again.
    """,
    attrs = {
        "allow_mismatch": attr.bool(doc = "True takes a srctree and an objtree that are of different versions, architectures or builds. Default: False, and that is an error."),
        "arch": attr.string(mandatory = True, doc = "The kernel's architecture: `x86`, `arm64`, …, or what uname and Debian call it."),
        "extra": attr.string_list(doc = "Paths that sets take beyond their profiles, by their `extra` or as `roots`: these files are watched as well. Default: none."),
        "include": attr.string_list(doc = "Globs of what sets take beyond their profiles, as in their `include`: such files are watched as well. Default: none."),
        "index": attr.bool(doc = "As in `kernel_tree`: one action writes a tar of the tree, which all others take in its place. Default: False."),
        "max_tree_files": attr.int(doc = "As in `kernel_tree`: the most files, directories and links. Default: 400,000."),
        "name": _NAME,
        "objtree": attr.string(doc = "The build directory (make O=…), absolute or below the workspace. Default: the kernel was built in its source tree."),
        "release": attr.string(doc = "The kernel release. Default: what the tree says."),
        "srctree": attr.string(mandatory = True, doc = "The source tree, absolute or below the workspace."),
    },
)

_LOCK = tag_class(
    doc = """Locks all packages of Debian's, those of `debian_kernel` and `debian_package`, to what a file says. For the root module only.

    `bazel run @kheaders_lock//:update` (add `use_repo(kheaders, "kheaders_lock")`) looks, as `debian_kernel` does, for the newest
    packages, and writes version, path in the archive and SHA-256 of each into the file. apt checks its signatures then.

    From then on Bazel's downloader fetches the packages, with its repository cache; apt-get does where apt's sources are no
    `http:`, `https:` or `file:` URI, or Bazel cannot fetch from them. The SHA-256 must be that of the file. A repository that is
    not in the file, that asks for something else, or whose packages have left the archive is an error.
    """,
    attrs = {
        "file": attr.label(allow_single_file = True, mandatory = True, doc = "The lock file: a file of the root module, empty at first."),
    },
)

_RULES = {
    "archive_kernel": archive_kernel,
    "debian_kernel": debian_kernel,
    "debian_package": debian_package,
    "local_kernel": local_kernel,
}

# The kinds that a lock file is for.
_DEBIAN = ["debian_kernel", "debian_package"]

_ATTRS = {
    "archive_kernel": ["allow_mismatch", "arch", "integrity", "max_tree_bytes", "max_tree_files", "objtree", "objtree_integrity", "objtree_urls", "release", "srctree", "urls"],
    "debian_kernel": ["arch", "max_tree_bytes", "max_tree_files", "package", "suite", "version"],
    "debian_package": ["arch", "metapackage", "package", "suite", "version"],
    "local_kernel": ["allow_mismatch", "arch", "extra", "include", "index", "max_tree_files", "objtree", "release", "srctree"],
}

# The program that writes the lock file is there, and what it writes.
_LOCK_REPOSITORY = "kheaders_lock"
_LOCK_TEXT_REPOSITORY = "kheaders_lock_text"

def _lock(ctx):
    # The root module's, or None.
    for module in ctx.modules:
        if not module.is_root or not module.tags.lock:
            continue
        if len(module.tags.lock) > 1:
            fail("kheaders.lock is there %d times in module %s; one file locks everything" % (len(module.tags.lock), module.name))
        tag = module.tags.lock[0]
        if tag.file.repo_name:
            fail("kheaders.lock: file = \"%s\" is not a file of the root module; only such a one can be written" % tag.file)
        path = "/".join([p for p in [tag.file.package, tag.file.name] if p])
        text = ctx.read(tag.file)
        return struct(entries = decode_lock(text, path), path = path, tag = tag, text = text)
    return None

def _locked(lock, name):
    if not lock:
        return {}
    return {"lock": lock.path, "locked": json.encode(lock.entries[name]) if name in lock.entries else ""}

def _write_lock(lock, made, images):
    tags = [
        wanted.values | {"image": name + "_image" in images, "kind": wanted.kind, "name": name}
        for name, wanted in made.items()
        if wanted.kind in _DEBIAN
    ]
    lock_repository(name = _LOCK_REPOSITORY, path = lock.path, write = "@%s//:write" % _LOCK_TEXT_REPOSITORY)
    lock_text_repository(
        name = _LOCK_TEXT_REPOSITORY,
        apparent_name = _LOCK_TEXT_REPOSITORY,
        old = lock.text,
        path = lock.path,
        wanted = json.encode(sorted(tags, key = lambda t: t["name"])),
    )

def _impl(ctx):
    lock = _lock(ctx)
    made = {}
    images = {}
    direct = {_LOCK_REPOSITORY: ctx.is_dev_dependency(lock.tag)} if lock else {}
    for module in ctx.modules:
        for kind, attrs in _ATTRS.items():
            for tag in getattr(module.tags, kind):
                wanted = struct(kind = kind, values = {a: getattr(tag, a) for a in attrs}, module = module.name)
                names = [tag.name]
                if kind == "debian_kernel" and tag.image:
                    names.append(tag.name + "_image")
                    images[tag.name + "_image"] = tag
                if module.is_root:
                    dev = ctx.is_dev_dependency(tag)
                    for name in names:
                        direct[name] = direct.get(name, True) and dev
                old = made.get(tag.name)
                if not old:
                    made[tag.name] = wanted
                    locked = _locked(lock, tag.name) if kind in _DEBIAN else {}
                    _RULES[kind](name = tag.name, apparent_name = tag.name, **(wanted.values | locked))
                elif old.kind != kind or old.values != wanted.values:
                    fail("kheaders.%s in module %s: name = \"%s\" is taken by a different kheaders.%s in module %s; choose another name" %
                         (kind, module.name, tag.name, old.kind, old.module))
    for name, tag in images.items():
        if name in made:
            fail("kheaders.%s in module %s: name = \"%s\" is that of the image of debian_kernel \"%s\"; choose another name" %
                 (made[name].kind, made[name].module, name, tag.name))

        # A label in an attribute is read as one of this extension's repositories would read it: by the name it has there.
        debian_kernel_image(
            name = name,
            apparent_name = name,
            arch = tag.arch,
            headers = "@%s//:debian_kernel.json" % tag.name,
            kernel = tag.name,
            suite = tag.suite,
            **_locked(lock, name)
        )
    if lock:
        for name in [_LOCK_REPOSITORY, _LOCK_TEXT_REPOSITORY]:
            if name in made:
                fail("kheaders.%s in module %s: name = \"%s\" is that of the lock file's repository; choose another name" %
                     (made[name].kind, made[name].module, name))
        _write_lock(lock, made, images)
    return ctx.extension_metadata(
        # The same tags and lock file give the same repositories: there is no need to write them into MODULE.bazel.lock.
        reproducible = bool(lock),
        root_module_direct_deps = [name for name, dev in direct.items() if not dev],
        root_module_direct_dev_deps = [name for name, dev in direct.items() if dev],
    )

kheaders = module_extension(
    implementation = _impl,
    doc = _DOC,
    tag_classes = {
        "archive_kernel": _ARCHIVE_KERNEL,
        "debian_kernel": _DEBIAN_KERNEL,
        "debian_package": _DEBIAN_PACKAGE,
        "local_kernel": _LOCAL_KERNEL,
        "lock": _LOCK,
    },
)
