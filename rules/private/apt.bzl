"""Asks the apt client about Debian packages, in a state of its own: the machine's apt is only read."""

load(":apt_sources.bzl", "derive_apt_sources", "parse_apt_sources")

# Below the repository's directory.
APT_STATE = "apt-state"

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

def fail_apt(apt, what, result, mend):
    """Fails with what apt said.

    Args:
      apt: struct: from open_apt.
      what: string: what cannot be done.
      result: exec_result: of apt.
      mend: string: what to do about it.
    """
    lines = [line for line in (result.stderr + "\n" + result.stdout).split("\n") if line.startswith("E:") or line.startswith("W:")]
    said = "\n  ".join(lines) if lines else (result.stderr or result.stdout).strip()
    fail("%s: cannot %s from suite \"%s\" for %s; %s\n  %s" % (apt.name, what, apt.suite, apt.arch, mend, said))

def run_apt(apt, argv, exclusive = False, directory = ""):
    """Runs a program of apt's.

    Args:
      apt: struct: from open_apt.
      argv: list of string: the command.
      exclusive: bool: whether it writes the package lists.
      directory: string: where it runs, below the repository's directory.

    Returns:
      exec_result.
    """
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

def open_apt(ctx, suite, archs, name = "", lists = True):
    """Sets up an apt state of its own in the repository's directory, and reads the suite's package lists.

    Args:
      ctx: repository_ctx; its attribute `apparent_name` is the name that the user gave.
      suite: string: suite or code name, such as `bookworm`.
      archs: list of string: Debian's names of the architectures to read the lists of; the first is the one that packages are of when nothing else is said.
      name: string: what messages begin with. Default: `apparent_name`.
      lists: bool: whether the package lists are read; they can be later, by read_lists.

    Returns:
      struct: to be given to the other functions here; end with close_apt.
    """
    name = name or ctx.attr.apparent_name
    for program in ["apt-get", "apt-cache", "apt-config"]:
        if not ctx.which(program):
            fail("%s: %s is not on PATH; install apt, or use archive_kernel with the URLs of the packages" % (name, program))
    sources = derive_apt_sources(_machine_sources(ctx), suite, archs)
    if not sources:
        fail("%s: apt has no source with a component main, so there is nowhere to get suite \"%s\" from; add one to /etc/apt/sources.list.d, or use archive_kernel with the URLs of the packages" % (name, suite))

    state = str(ctx.path(APT_STATE))
    lists_dir = state + "/lists"
    cache = ctx.getenv("RULES_KHEADERS_APT_CACHE") or ""
    lock = None
    if cache:
        if not cache.startswith("/"):
            fail("%s: RULES_KHEADERS_APT_CACHE = \"%s\" is not an absolute path; give one" % (name, cache))
        if not ctx.which("flock"):
            fail("%s: RULES_KHEADERS_APT_CACHE needs flock, which is not on PATH; install util-linux, or unset it" % name)

        # A directory for each list of sources, by a hash of 32 bits. Two that share one by chance are right all the same: each
        # update takes out the other's lists and fetches its own.
        lists_dir = "%s/lists/%s-%s-%x" % (cache, suite.replace("/", "_"), "-".join(archs), hash(sources) & 0xffffffff)
        lock = lists_dir + ".lock"

    made = ctx.execute(["mkdir", "-p", lists_dir + "/partial", state + "/cache/archives/partial"] + ([cache + "/packages"] if cache else []))
    if made.return_code:
        fail("%s: cannot make the directories of the apt state: %s" % (name, made.stderr.strip()))

    ctx.file(APT_STATE + "/suite.sources", sources, executable = False)
    ctx.file(APT_STATE + "/apt.conf", _CONFIG.format(
        arch = archs[0],
        archs = " ".join(['"%s";' % a for a in archs]),
        lists = lists_dir,
        state = state,
    ), executable = False)
    config = "--config-file=" + state + "/apt.conf"
    apt = struct(
        arch = archs[0],
        cache = cache,
        config = config,
        ctx = ctx,
        lock = lock,
        name = name,
        suite = suite,
        update = [],
        uris = [uri for entry in parse_apt_sources(sources, True) for uri in entry.uris],
    )
    if lists:
        read_lists(apt)
    return apt

def apt_for(apt, name):
    """Returns the same apt state for another repository.

    Args:
      apt: struct: from open_apt.
      name: string: what messages begin with.
    """
    return struct(
        arch = apt.arch,
        cache = apt.cache,
        config = apt.config,
        ctx = apt.ctx,
        lock = apt.lock,
        name = name,
        suite = apt.suite,
        update = apt.update,
        uris = apt.uris,
    )

def read_lists(apt):
    """Reads the suite's package lists, unless they have been.

    Args:
      apt: struct: from open_apt.
    """
    if not apt.update:
        apt.ctx.report_progress("Reading package lists of %s" % apt.suite)
        apt.update.append(run_apt(apt, ["apt-get", apt.config, "update"], exclusive = True))

def lists_are_read(apt):
    """Tells whether all package lists could be read: there is a network, such a suite, and a known key.

    Args:
      apt: struct: from open_apt, after read_lists.
    """

    # A server out of reach is no error to apt-get.
    return not (apt.update[0].return_code or "Failed to fetch" in apt.update[0].stderr)

def _refuse(apt, name, wanted):
    if not lists_are_read(apt):
        fail_apt(apt, "find package %s" % wanted, apt.update[0], "is the name of the suite right, and is its server reachable? apt-get update said:")
    family = "-".join(name.split("-")[:2])
    names = run_apt(apt, ["apt-cache", apt.config, "pkgnames", family]).stdout.split("\n")
    alike = sorted([n for n in names if n])[:20]
    fail("%s: suite \"%s\" has no package %s for %s; %s" % (
        apt.name,
        apt.suite,
        wanted,
        apt.arch,
        "packages like it: " + ", ".join(alike) if alike else "check the names of the package and of the architecture (Debian's, such as amd64)",
    ))

def find_package(apt, name, version = "", optional = False):
    """Returns what the package lists say of a package.

    Args:
      apt: struct: from open_apt.
      name: string: a package, or `package:architecture`.
      version: string: the version wanted; empty: the newest.
      optional: bool: whether None is returned where there is no such package, which is an error otherwise.

    Returns:
      struct(name, version, arch, path, sha256, installed_size, depends): `name` as given, `path` of the file below the source's
      URI, `installed_size` in KiB, `depends` a list of package names.
    """
    wanted = name + "=" + version if version else name
    result = run_apt(apt, ["apt-cache", apt.config, "show", "--no-all-versions", wanted])
    if result.return_code or "Package:" not in result.stdout:
        if optional:
            return None
        _refuse(apt, name, wanted)
    fields = {}
    for line in result.stdout.split("\n\n")[0].split("\n"):
        key, sep, value = line.partition(": ")
        if sep and not line.startswith(" "):
            fields[key] = value
    depends = []
    for alternative in fields.get("Depends", "").split(","):
        depends.append(alternative.split("|")[0].strip().split(" ")[0].split(":")[0])
    return struct(
        arch = fields.get("Architecture", ""),
        depends = depends,
        installed_size = int(fields.get("Installed-Size", "0")),
        name = name,
        path = fields.get("Filename", "").removeprefix("./"),
        sha256 = fields.get("SHA256", ""),
        version = fields["Version"],
    )

def close_apt(apt):
    """Removes the apt state.

    Args:
      apt: struct: from open_apt.
    """
    apt.ctx.delete(APT_STATE)
