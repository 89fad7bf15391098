"""Downloads Debian packages with the apt client, in a state of its own: the machine's apt is only read."""

load(":apt_sources.bzl", "derive_apt_sources", "parse_apt_sources")

_STATE = "apt-state"

# How the name of a file begins that is on its way into the cache.
_NEW = ".new-"

# Debian's names of what others call differently.
_DEBIAN_ARCH = {
    "aarch64": "arm64",
    "ppc64le": "ppc64el",
    "x86": "amd64",
    "x86_64": "amd64",
}

# Read last, so it wins over the machine's settings. Hooks are taken out: they are about the machine's own state.
_CONFIG = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
APT::Architecture "{arch}";
APT::Architectures {{ {archs} }};
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Cache "{state}/cache";
Dir::Etc::sourcelist "{state}/suite.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{state}";
Dir::State::Lists "{lists}";
Dir::State::extended_states "/dev/null";
Dir::State::status "/dev/null";
"""

APT_DOC = """Packages come from where the machine's own apt gets them: entries of its lists of sources that name `suite` are
used as they are; if there are none, those of the distribution's main archive, with `suite` in place of their own.
Signatures are checked with the keys those entries name. Package lists are taken even after their Valid-Until, as those
of a suite that gets no more updates are. `apt-get` must be on PATH; root is not needed.

If the environment of repository rules has `RULES_KHEADERS_APT_CACHE` (a directory; `--repo_env`), package lists and
packages are kept there, and used when the network is down. Several Bazels may share it.
"""

def debian_arch(arch):
    """Returns Debian's name of an architecture.

    Args:
      arch: string: Debian's name, or the one that uname, Bazel or the kernel uses.
    """
    return _DEBIAN_ARCH.get(arch, arch)

def _fail(apt, what, result, mend):
    lines = [line for line in (result.stderr + "\n" + result.stdout).split("\n") if line.startswith("E:") or line.startswith("W:")]
    said = "\n  ".join(lines) if lines else (result.stderr or result.stdout).strip()
    fail("%s: cannot %s from suite \"%s\" for %s; %s\n  %s" % (apt.ctx.attr.apparent_name, what, apt.suite, apt.arch, mend, said))

def _run(apt, argv, exclusive = False, directory = ""):
    if apt.lock:
        argv = ["flock", "--exclusive" if exclusive else "--shared", apt.lock] + argv
    return apt.ctx.execute(argv, environment = {"LC_ALL": "C"}, timeout = 1800, working_directory = directory)

def _machine_sources(ctx):
    shell = ctx.execute(["apt-config", "dump", "--format", "%F=%v%n", "Dir", "Dir::Etc", "Dir::Etc::sourcelist", "Dir::Etc::sourceparts"], environment = {"LC_ALL": "C"})
    values = dict([line.split("=", 1) for line in shell.stdout.split("\n") if "=" in line])

    def below(key, default):
        # Dir::Etc::x is below Dir::Etc, which is below Dir, unless it is absolute.
        path = values.get(key, default)
        for parent in [values.get("Dir::Etc", "etc/apt"), values.get("Dir", "/"), "/"]:
            if path.startswith("/"):
                break
            path = parent.rstrip("/") + "/" + path
        return path

    files = [ctx.path(below("Dir::Etc::sourcelist", "sources.list"))]
    parts = ctx.path(below("Dir::Etc::sourceparts", "sources.list.d"))
    if parts.exists and parts.is_dir:
        files += sorted([f for f in parts.readdir(watch = "no") if f.basename.endswith(".list") or f.basename.endswith(".sources")], key = str)
    entries = []
    for file in files:
        if file.exists and not file.is_dir:
            entries += parse_apt_sources(ctx.read(file, watch = "no"), file.basename.endswith(".sources"))
    return entries

def open_apt(ctx, suite, archs):
    """Sets up an apt state of its own in the repository's directory, and reads the suite's package lists.

    Args:
      ctx: repository_ctx; its attribute `apparent_name` is the name that the user gave.
      suite: string: suite or code name, such as `bookworm`.
      archs: list of string: Debian's names of the architectures to read the lists of; the first is the one that packages are of when nothing else is said.

    Returns:
      struct: to be given to the other functions here; end with close_apt.
    """
    for program in ["apt-get", "apt-cache", "apt-config"]:
        if not ctx.which(program):
            fail("%s: %s is not on PATH; install apt, or use archive_kernel with the URLs of the packages" % (ctx.attr.apparent_name, program))
    sources = derive_apt_sources(_machine_sources(ctx), suite, archs)
    if not sources:
        fail("%s: apt has no source with a component main, so there is nowhere to get suite \"%s\" from; add one to /etc/apt/sources.list.d, or use archive_kernel with the URLs of the packages" % (ctx.attr.apparent_name, suite))

    state = str(ctx.path(_STATE))
    lists = state + "/lists"
    cache = ctx.getenv("RULES_KHEADERS_APT_CACHE") or ""
    lock = None
    if cache:
        if not cache.startswith("/"):
            fail("%s: RULES_KHEADERS_APT_CACHE = \"%s\" is not an absolute path; give one" % (ctx.attr.apparent_name, cache))
        if not ctx.which("flock"):
            fail("%s: RULES_KHEADERS_APT_CACHE needs flock, which is not on PATH; install util-linux, or unset it" % ctx.attr.apparent_name)

        # A directory for each list of sources, by a hash of 32 bits. Two that share one by chance are right all the same: each
        # update takes out the other's lists and fetches its own.
        lists = "%s/lists/%s-%s-%x" % (cache, suite.replace("/", "_"), "-".join(archs), hash(sources) & 0xffffffff)
        lock = lists + ".lock"

    made = ctx.execute(["mkdir", "-p", lists + "/partial", state + "/cache/archives/partial"] + ([cache + "/packages"] if cache else []))
    if made.return_code:
        fail("%s: cannot make the directories of the apt state: %s" % (ctx.attr.apparent_name, made.stderr.strip()))

    ctx.file(_STATE + "/suite.sources", sources, executable = False)
    ctx.file(_STATE + "/apt.conf", _CONFIG.format(
        arch = archs[0],
        archs = " ".join(['"%s";' % a for a in archs]),
        lists = lists,
        state = state,
    ), executable = False)
    config = "--config-file=" + state + "/apt.conf"
    apt = struct(
        arch = archs[0],
        cache = cache,
        config = config,
        ctx = ctx,
        lock = lock,
        suite = suite,
        update = [],
    )
    ctx.report_progress("Reading package lists of %s" % suite)
    apt.update.append(_run(apt, ["apt-get", config, "update"], exclusive = True))
    return apt

def find_package(apt, name, version = ""):
    """Returns what the package lists say of a package.

    Args:
      apt: struct: from open_apt.
      name: string: a package, or `package:architecture`.
      version: string: the version wanted; empty: the newest.

    Returns:
      struct(name, version, sha256, installed_size, depends): `name` as given, `installed_size` in KiB, `depends` a list of package names.
    """
    wanted = name + "=" + version if version else name
    result = _run(apt, ["apt-cache", apt.config, "show", "--no-all-versions", wanted])
    if result.return_code or "Package:" not in result.stdout:
        if apt.update[0].return_code or "Failed to fetch" in apt.update[0].stderr:
            # Why the lists could not be read: no network, no such suite, an unknown key. A server out of reach is no error to apt-get.
            _fail(apt, "find package %s" % wanted, apt.update[0], "is the name of the suite right, and is its server reachable? apt-get update said:")
        family = "-".join(name.split("-")[:2])
        names = _run(apt, ["apt-cache", apt.config, "pkgnames", family]).stdout.split("\n")
        alike = sorted([n for n in names if n])[:20]
        fail("%s: suite \"%s\" has no package %s for %s; %s" % (
            apt.ctx.attr.apparent_name,
            apt.suite,
            wanted,
            apt.arch,
            "packages like it: " + ", ".join(alike) if alike else "check the names of the package and of the architecture (Debian's, such as amd64)",
        ))
    fields = {}
    for line in result.stdout.split("\n\n")[0].split("\n"):
        key, sep, value = line.partition(": ")
        if sep and not line.startswith(" "):
            fields[key] = value
    depends = []
    for alternative in fields.get("Depends", "").split(","):
        depends.append(alternative.split("|")[0].strip().split(" ")[0].split(":")[0])
    return struct(
        depends = depends,
        installed_size = int(fields.get("Installed-Size", "0")),
        name = name,
        sha256 = fields.get("SHA256", ""),
        version = fields["Version"],
    )

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

def download_packages(apt, packages):
    """Downloads packages into the repository's directory.

    Args:
      apt: struct: from open_apt.
      packages: list of struct: from find_package.

    Returns:
      list of string: the files' names, sorted.
    """
    ctx = apt.ctx
    names = []
    for package in packages:
        ctx.report_progress("Downloading %s %s" % (package.name, package.version))
        directory = "%s/package-%d" % (_STATE, len(names))
        path = str(ctx.path(directory))
        ctx.execute(["mkdir", "-p", path])
        if not (apt.cache and package.sha256 and _take(apt, package, path)):
            result = _run(apt, ["apt-get", apt.config, "download", "%s=%s" % (package.name, package.version)], directory = directory)
            files = ctx.path(directory).readdir()
            if result.return_code or len(files) != 1:
                _fail(apt, "download package %s=%s" % (package.name, package.version), result, "try again with the network up; apt said:")
            if package.sha256 and _sha256(ctx, files[0]) != package.sha256:
                fail("%s: %s is not the file its package list names (SHA256 differs); try again" % (ctx.attr.apparent_name, files[0].basename))
            if apt.cache and package.sha256:
                _put(apt, package, files[0])
        file = ctx.path(directory).readdir()[0]
        moved = ctx.execute(["mv", str(file), str(ctx.path("."))])
        if moved.return_code:
            fail("%s: cannot move %s into the repository: %s" % (ctx.attr.apparent_name, file.basename, moved.stderr.strip()))
        names.append(file.basename)
    return sorted(names)

def close_apt(apt):
    """Removes the apt state.

    Args:
      apt: struct: from open_apt.
    """
    apt.ctx.delete(_STATE)
