"""Downloads Debian packages: from the cache, by Bazel's downloader where a lock file tells the path, or by apt-get."""

load(":apt.bzl", "APT_STATE", "fail_apt", "find_package", "lists_are_read", "read_lists", "run_apt")

# How the name of a file begins that is on its way into the cache.
_NEW = ".new-"

def _sha256(ctx, path):
    result = ctx.execute(["sha256sum", str(path)])
    return result.stdout.split(" ")[0].removeprefix("\\") if result.return_code == 0 else ""

def _shelf(apt, package):
    return "%s/packages/%s" % (apt.cache, package.sha256)

def _take(apt, package, directory):
    # A copy from the cache, if there is a good one. What is in the cache is no input of the repository: it is not watched.
    shelf = apt.ctx.path(_shelf(apt, package))
    if not shelf.exists:
        return False
    for file in shelf.readdir(watch = "no"):
        if file.basename.startswith(_NEW):
            continue
        target = directory + "/" + file.basename
        apt.ctx.execute(["cp", str(file), target])
        if _sha256(apt.ctx, target) == package.sha256:
            return True
        apt.ctx.delete(target)
    return False

def _put(apt, package, file):
    # Under a name of its own, then to its place in one step, over a bad one that may be there: another Bazel sees the old
    # file or the new one. Failing to is no error: it is only a cache.
    shelf = _shelf(apt, package)
    apt.ctx.execute(["mkdir", "-p", shelf])

    # What a Bazel that was killed left behind; one that still runs is done long before.
    apt.ctx.execute(["find", apt.cache + "/packages", "-mindepth", "1", "-maxdepth", "2", "-name", _NEW + "*", "-mmin", "+120", "-exec", "rm", "-rf", "{}", "+"])
    made = apt.ctx.execute(["mktemp", "%s/%sXXXXXXXX" % (shelf, _NEW)])
    if made.return_code:
        return
    new = made.stdout.strip()
    copied = apt.ctx.execute(["install", "--mode=0644", str(file), new])
    if copied.return_code == 0:
        apt.ctx.execute(["mv", "--force", "--no-target-directory", new, "%s/%s" % (shelf, file.basename)])
    apt.ctx.execute(["rm", "-f", new])

def _download_as_locked(apt, package, directory):
    # Bazel's downloader, and its cache, for what it can reach: it knows no other transports of apt's, nor apt's proxies.
    urls = []
    for uri in apt.uris:
        if uri.startswith("file:"):
            uri = "file://" + uri.removeprefix("file:").removeprefix("//")
        if uri.startswith("file://") or uri.startswith("http://") or uri.startswith("https://"):
            urls.append(uri.rstrip("/") + "/" + package.path)
    name = package.path.split("/")[-1]
    return urls and apt.ctx.download(urls, output = directory + "/" + name, sha256 = package.sha256, allow_fail = True).success

def _download_by_apt(apt, package, directory):
    result = run_apt(apt, ["apt-get", apt.config, "download", "%s=%s" % (package.name, package.version)], directory = directory)
    files = apt.ctx.path(directory).readdir()
    if result.return_code or len(files) != 1:
        fail_apt(apt, "download package %s=%s" % (package.name, package.version), result, "try again with the network up; apt said:")
    return files[0]

def download_packages(apt, packages, mend = ""):
    """Downloads packages into the repository's directory.

    Args:
      apt: struct: from open_apt.
      packages: list of struct: from find_package, or of a lock with the same fields.
      mend: string: for those of a lock, the command that makes a new one.

    Returns:
      list of string: the files' names, sorted.
    """
    ctx = apt.ctx
    names = []
    for package in packages:
        ctx.report_progress("Downloading %s %s" % (package.name, package.version))
        directory = "%s/package-%d" % (APT_STATE, len(names))
        path = str(ctx.path(directory))
        ctx.execute(["mkdir", "-p", path])
        if not (apt.cache and package.sha256 and _take(apt, package, path)) and not (mend and _download_as_locked(apt, package, directory)):
            read_lists(apt)
            if mend and lists_are_read(apt) and not find_package(apt, package.name, package.version, optional = True):
                fail("%s: %s %s of the lock file is not in suite \"%s\" any more; to lock what is there, run %s" % (apt.name, package.name, package.version, apt.suite, mend))
            file = _download_by_apt(apt, package, directory)
            if package.sha256 and _sha256(ctx, file) != package.sha256:
                if mend:
                    fail("%s: the SHA-256 of %s %s is not that of the lock file; if you trust what apt has in its place, run %s" % (apt.name, package.name, package.version, mend))
                fail("%s: %s is not the file its package list names (SHA256 differs); try again" % (apt.name, file.basename))
            if apt.cache and package.sha256:
                _put(apt, package, file)
        file = ctx.path(directory).readdir()[0]

        # In a lock a file has its name in the archive, wherever it came from.
        name = package.path.split("/")[-1] if mend else file.basename
        moved = ctx.execute(["mv", str(file), str(ctx.path(name))])
        if moved.return_code:
            fail("%s: cannot move %s into the repository: %s" % (apt.name, file.basename, moved.stderr.strip()))
        names.append(name)
    return sorted(names)
