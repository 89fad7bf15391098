"""Finds out which packages of Debian's make up what was asked for."""

load(":apt.bzl", "find_package")

# A metapackage depends on the package of a release, that one on the files all flavours share, and both on the host tools.
_MAX_DEPTH = 4

# KiB. A metapackage has some 13, for its licence; the smallest real one has over a thousand.
_EMPTY = 200

# KiB. A package of less holds no kernel but names the one that does.
_EMPTY_IMAGE = 1000

def _related(name):
    return name.startswith("linux-headers-") or name.startswith("linux-kbuild-")

def _all_packages(apt, first, hosts):
    found = {first.name: first}
    front = [first]
    for _ in range(_MAX_DEPTH):
        after = []
        for package in front:
            for name in package.depends:
                if not _related(name):
                    continue

                # The tools of linux-kbuild are run by actions, so they are the building machine's, whatever the kernel is for.
                for host in hosts if name.startswith("linux-kbuild-") else [apt.arch]:
                    wanted = name if host == apt.arch else "%s:%s" % (name, host)
                    if wanted in found:
                        continue
                    package = find_package(apt, wanted, optional = host not in [apt.arch, hosts[0]])
                    if package:
                        found[wanted] = package
                        after.append(package)
        front = after
    return found

def resolve_kernel(apt, package, version, hosts):
    """Finds the packages that a kernel tree is made of.

    Args:
      apt: struct: from open_apt.
      package: string: a metapackage, or the headers of one release; empty: `linux-headers-<arch>`.
      version: string: its version; empty: the newest.
      hosts: list of string: Debian's names of the machines to get host tools for. Those for the first must be there.

    Returns:
      struct(first, packages, release): `first` is what was asked for, `packages` what is to be fetched, `release` the kernel
      release, empty if the packages are of several.
    """
    first = find_package(apt, package or "linux-headers-" + apt.arch, version)
    found = _all_packages(apt, first, hosts)

    # Metapackages are empty and need not be fetched. The package with the objtree depends on that of the srctree, and is named after the release.
    real = {name: package for name, package in found.items() if package.installed_size > _EMPTY}
    headers = [name for name in real if name.startswith("linux-headers-")]
    releases = [name.removeprefix("linux-headers-") for name in headers if [d for d in real[name].depends if d in headers]]
    if not headers:
        fail("%s: neither package %s nor any it depends on has kernel headers; name a metapackage such as linux-headers-%s, or an exact one" %
             (apt.name, first.name, apt.arch))
    return struct(first = first, packages = real.values(), release = releases[0] if len(releases) == 1 else "")

def resolve_image(apt, kernel, release):
    """Finds the package with the kernel itself.

    Args:
      apt: struct: from open_apt.
      kernel: string: the name of the repository with the headers, for messages.
      release: string: the kernel release of the headers.

    Returns:
      struct: from find_package.
    """
    if not release:
        fail("%s: the packages of %s are not those of one kernel release; name a metapackage, or the headers of one release" % (apt.name, kernel))
    package = find_package(apt, "linux-image-" + release)
    if package.installed_size < _EMPTY_IMAGE:
        package = find_package(apt, "linux-binary-" + release)
    return package

def resolve_package(apt, package, version, metapackage):
    """Finds one package.

    Args:
      apt: struct: from open_apt.
      package: string: its name.
      version: string: its version; empty: the newest.
      metapackage: bool: whether to take the one that it depends on whose name begins with its own.

    Returns:
      struct: from find_package.
    """
    found = find_package(apt, package, version)
    if not metapackage:
        return found
    names = [name for name in found.depends if name.startswith(found.name + "-")]
    if len(names) != 1:
        fail("%s: package %s of suite \"%s\" is no metapackage: it depends on %s package %s-*, not on one; name the package itself and leave metapackage out" % (
            apt.name,
            found.name,
            apt.suite,
            "no" if not names else "more than one",
            found.name,
        ))
    return find_package(apt, names[0])
