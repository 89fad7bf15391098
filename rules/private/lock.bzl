"""The lock file: which packages of Debian's each repository is made of."""

# The command that writes it.
UPDATE = "bazel run @kheaders_lock//:update"

# Of the text's form. It grows by one when rules no longer read what older ones wrote.
_FORMAT = 1

# What of a repository's tag says which packages it has.
_REQUEST = ["arch", "image_of", "kind", "metapackage", "package", "suite", "version"]

def request_of(kind, **values):
    """Returns what a repository asks for, as the lock file has it: a dict without what is empty.

    Args:
      kind: string: the tag class, or `debian_kernel_image`.
      **values: attributes of the tag.
    """
    return {name: value for name, value in (values | {"kind": kind}).items() if name in _REQUEST and value}

def decode_lock(text, path):
    """Reads a lock file.

    Args:
      text: string: the file; empty: nothing is locked yet.
      path: string: its path, for messages.

    Returns:
      dict: an entry for each repository's name: the fields of its request, `release` (of a kernel), and `packages`, a list of
      dicts with `arch`, `name`, `path`, `sha256`, `version`, and `host` where only such machines take the package.
    """
    if not text.strip():
        return {}
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or type(lock.get("repositories")) != "dict":
        fail("%s is not a lock file of kheaders (a merge that did not end?); correct it, or empty it and run %s" % (path, UPDATE))
    if lock.get("format") != _FORMAT:
        fail("%s has format %s, and this release of rules_kheaders reads %d; empty it and run %s" % (path, lock.get("format"), _FORMAT, UPDATE))
    return lock["repositories"]

def encode_lock(repositories):
    """Returns the text of a lock file: JSON, sorted, a value a line.

    Args:
      repositories: dict: as decode_lock returns it.
    """
    return json.encode_indent({"format": _FORMAT, "repositories": repositories}, indent = "  ") + "\n"

def lock_entry(request, packages, release = ""):
    """Makes an entry of the lock file.

    Args:
      request: dict: from request_of.
      packages: list of struct: from debian_resolve.bzl.
      release: string: the kernel release.

    Returns:
      dict: as decode_lock has it.
    """
    locked = []
    for package in packages:
        name = package.name.split(":")[0]

        # Of a kernel's host tools there is one package for each machine; else it is the package that was asked for.
        host = {"host": package.arch} if request["kind"] == "debian_kernel" and name.startswith("linux-kbuild-") else {}
        locked.append(host | {
            "arch": package.arch,
            "name": name,
            "path": package.path,
            "sha256": package.sha256,
            "version": package.version,
        })
    locked = sorted(locked, key = lambda p: (p["name"], p["arch"]))
    return request | ({"release": release} if release else {}) | {"packages": locked}

def locked_packages(ctx, request, host = ""):
    """Returns what the lock file says of the repository that is fetched.

    Args:
      ctx: repository_ctx, of a rule with LOCK_ATTRS.
      request: dict: from request_of.
      host: string: Debian's name of this machine's architecture, where it matters.

    Returns:
      None without a lock file; otherwise struct(packages, release): `packages` as those of find_package.
    """
    if not ctx.attr.lock:
        return None
    name = ctx.attr.apparent_name
    if not ctx.attr.locked:
        fail("%s: %s does not have it; run %s" % (name, ctx.attr.lock, UPDATE))
    entry = json.decode(ctx.attr.locked)
    for field in _REQUEST:
        was, wanted = entry.get(field, ""), request.get(field, "")
        if was != wanted:
            fail("%s: %s = %s in MODULE.bazel, and %s in %s; run %s" % (name, field, repr(wanted), repr(was), ctx.attr.lock, UPDATE))
    packages = []
    hosts = []
    for package in entry["packages"]:
        if "host" in package:
            hosts.append(package["host"])
            if package["host"] != host:
                continue
        packages.append(struct(
            name = package["name"] if package["arch"] == "all" else "%s:%s" % (package["name"], package["arch"]),
            path = package["path"],
            sha256 = package["sha256"],
            version = package["version"],
        ))
    if hosts and host not in hosts:
        fail("%s: %s has host tools for machines of %s, not of %s; run %s on this one" % (name, ctx.attr.lock, ", ".join(hosts), host, UPDATE))
    return struct(packages = packages, release = entry.get("release", ""))

def reproducible(ctx):
    """Returns what a repository rule returns: whether a later fetch gives the same, where this Bazel wants to know.

    Args:
      ctx: repository_ctx, of a rule with LOCK_ATTRS.
    """
    return ctx.repo_metadata(reproducible = True) if ctx.attr.lock and hasattr(ctx, "repo_metadata") else None

LOCK_ATTRS = {
    "lock": attr.string(doc = "The lock file's path in the root module, for messages. Default: nothing is locked."),
    "locked": attr.string(doc = "What the lock file has on this repository."),
}

def _versions(entry):
    return {(p["name"], p["arch"]): p for p in entry.get("packages", [])}

def lock_changes(old, new):
    """Names each package that another lock file has in another version, or that only one has.

    Args:
      old: dict: as decode_lock returns it.
      new: dict: the other.

    Returns:
      list of string, sorted.
    """
    lines = []
    for name in sorted(old | new):
        was, now = _versions(old.get(name, {})), _versions(new.get(name, {}))
        for key in sorted(was | now):
            title = "%s: %s (%s)" % (name, key[0], key[1])
            if key not in was:
                lines.append("%s %s, new" % (title, now[key]["version"]))
            elif key not in now:
                lines.append("%s %s, gone" % (title, was[key]["version"]))
            elif was[key]["version"] != now[key]["version"]:
                lines.append("%s %s, was %s" % (title, now[key]["version"], was[key]["version"]))
            elif was[key] != now[key]:
                lines.append("%s %s, another file" % (title, now[key]["version"]))
    return lines
