"""The values that attributes may take, and the messages for those they may not."""

# Of the programs' command lines. It grows by one when a release changes a flag that rules give; a program that has another
# number (tools/internal/ruleset) refuses.
INTERFACE = 1

PROFILES = ["headers", "modules", "rfc", "tracing"]

# Those from which no module is built.
HEADER_PROFILES = ["headers", "tracing"]

HOST_TOOLS = ["keep", "stripped", "none"]

FORMATS = ["tgz", "tar", "tar.xz", "tar.zst", "tar.bz2"]

STRIPS = ["none", "comments", "comments_keep_license", "minify"]

EMBEDS = ["header", "incbin"]

INTERFACES = ["procfs", "sysfs", "both"]

# What modules are signed with, by the names of CONFIG_MODULE_SIG_HASH, and how those that are compressed end.
HASHES = ["sha256", "sha384", "sha512"]

MODULE_TYPES = ["xz", "zst"]

# How the names of archives that the program reads end.
ARCHIVE_TYPES = [".deb", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.zst", ".tar.bz2", ".tbz2"]

# The best compression level of each format; 0 always means the format's default.
_TOP_LEVEL = {
    "tar": 0,
    "tar.bz2": 9,
    "tar.xz": 9,
    "tar.zst": 4,
    "tgz": 9,
}

# The directories in the arch/ of kernels 5.10 to 7.2. The program has the same tables (tools/internal/kernel/arch.go, whose test
# compares them).
_SRCARCHS = [
    "alpha",
    "arc",
    "arm",
    "arm64",
    "c6x",
    "csky",
    "h8300",
    "hexagon",
    "ia64",
    "loongarch",
    "m68k",
    "microblaze",
    "mips",
    "nds32",
    "nios2",
    "openrisc",
    "parisc",
    "powerpc",
    "riscv",
    "s390",
    "sh",
    "sparc",
    "um",
    "x86",
    "xtensa",
]

# What uname, Debian, make, Go and Bazel call them.
_SRCARCH_OF = {
    "amd64": "x86",
    "arceb": "arc",
    "archs": "arc",
    "armbe": "arm",
    "armeb": "arm",
    "armel": "arm",
    "armhf": "arm",
    "i386": "x86",
    "i486": "x86",
    "i586": "x86",
    "i686": "x86",
    "i786": "x86",
    "loong64": "loongarch",
    "microblazeel": "microblaze",
    "mipsel": "mips",
    "mipsle": "mips",
    "mipsn32": "mips",
    "mipsn32el": "mips",
    "mipsr6": "mips",
    "mipsr6el": "mips",
    "or1k": "openrisc",
    "parisc64": "parisc",
    "powerpcel": "powerpc",
    "powerpcle": "powerpc",
    "powerpcspe": "powerpc",
    "ppc": "powerpc",
    "ppc32": "powerpc",
    "ppcle": "powerpc",
    "s390x": "s390",
    "sa110": "arm",
    "sparc32": "sparc",
    "superh": "sh",
    "uml": "um",
    "x32": "x86",
    "x86-64": "x86",
    "x86_32": "x86",
    "xtensaeb": "xtensa",
}

# What names begin with that go on with a version, a byte order or an ABI, such as armv7hl and mips64el, and what may follow.
_SRCARCH_OF_FAMILY = {
    "aarch64": "arm64",
    "alphaev": "alpha",
    "arm64": "arm64",
    "armv": "arm",
    "hppa": "parisc",
    "loongarch": "loongarch",
    "mips32": "mips",
    "mips64": "mips",
    "mipsisa": "mips",
    "powerpc64": "powerpc",
    "ppc64": "powerpc",
    "riscv32": "riscv",
    "riscv64": "riscv",
    "sh2": "sh",
    "sh3": "sh",
    "sh4": "sh",
    "sparc64": "sparc",
    "sparcv": "sparc",
    "sun4": "sparc",
    "x86_64": "x86",
}
_FAMILY_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_.-"

def _quoted(values):
    return ", ".join(['"%s"' % v for v in values])

def srcarch(arch):
    """Translates a name of an architecture into the kernel's own, SRCARCH.

    Args:
      arch: string: a directory of the kernel's arch/, or the name that uname, Debian or Bazel use.

    Returns:
      string: the directory, None for a name that is not known.
    """
    known = _SRCARCH_OF.get(arch, arch)
    if known in _SRCARCHS:
        return known
    for start, family in _SRCARCH_OF_FAMILY.items():
        if arch.startswith(start) and not arch[len(start):].strip(_FAMILY_CHARS):
            return family
    return None

def check_arch(label, arch):
    """Translates an `arch` attribute; fails when it is not known.

    Args:
      label: Label: the target, for the message.
      arch: string: the attribute's value.

    Returns:
      string: the SRCARCH.
    """
    known = srcarch(arch)
    if not known:
        fail("%s: arch = \"%s\" is not an architecture of the kernel; use one of %s (x86_64, amd64 and aarch64 are understood as well)" % (label, arch, _quoted(_SRCARCHS)))
    return known

def check_host_tools(label, profile, host_tools, host_machine):
    """Fails when a set's host tools cannot be as its attributes say.

    Args:
      label: Label: the target, for the message.
      profile: string: a known profile.
      host_tools: string: one of HOST_TOOLS.
      host_machine: string: the attribute's value; empty is fine.
    """
    if profile in HEADER_PROFILES and (host_tools != "keep" or host_machine):
        fail("%s: profile \"%s\" has no host tools; leave host_tools and host_machine out, or use profile \"modules\"" % (label, profile))

_NAME_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-"

def check_sysfs_name(label, interface, sysfs_name):
    """Fails when a file of that name cannot be in /sys/kernel, or nothing is to be there.

    Args:
      label: Label: the target, for the message.
      interface: string: a known interface.
      sysfs_name: string: the attribute's value; empty is fine.
    """
    if not sysfs_name:
        return
    if interface == "procfs":
        fail("%s: sysfs_name = \"%s\", but interface = \"procfs\" has no file in /sys/kernel; use interface = \"sysfs\" or \"both\", or leave sysfs_name out" % (label, sysfs_name))
    if sysfs_name[0] in ".+-" or len(sysfs_name) > 128 or [c for c in sysfs_name.elems() if c not in _NAME_CHARS]:
        fail("%s: sysfs_name = %s cannot be the name of a file in /sys/kernel; use up to 128 letters, digits and any of _ . + -, beginning with a letter, a digit or _, such as \"kheaders.tar.xz\"" % (label, repr(sysfs_name)))

def check_format(label, format):
    """Fails when an archive format is not known.

    Args:
      label: Label: the target, for the message.
      format: string: the attribute's value.
    """
    if format not in FORMATS:
        fail("%s: format = \"%s\" is not known; use one of %s" % (label, format, _quoted(FORMATS)))

def check_hash(label, hash):
    """Fails when modules cannot be signed with a hash.

    Args:
      label: Label: the target, for the message.
      hash: string: the attribute's value; empty is fine.
    """
    if hash and hash not in HASHES:
        fail("%s: hash = \"%s\" %s; use one of %s that the kernel has" % (
            label,
            hash,
            "is not safe, and kernels since 6.7 do not take it" if hash == "sha1" else "is none that modules can be signed with here",
            _quoted(HASHES),
        ))

def check_module_compression(label, compression):
    """Fails when modules cannot be compressed so.

    Args:
      label: Label: the target, for the message.
      compression: string: the attribute's value; empty is fine.
    """
    if compression and compression not in MODULE_TYPES:
        fail("%s: compression = \"%s\" is not known; use one of %s, or leave it out" % (label, compression, _quoted(MODULE_TYPES)))

def check_level(label, format, level):
    """Fails when a compression level does not exist in the format.

    Args:
      label: Label: the target, for the message.
      format: string: a known format.
      level: int: the attribute's value; 0 is the format's default.
    """
    top = _TOP_LEVEL[format]
    if level < 0 or level > top:
        what = "has no levels" if top == 0 else "goes from 1 to %d" % top
        fail("%s: level = %d, but format \"%s\" %s; use level = 0 for the format's default" % (label, level, format, what))

def check_mtime(label, mtime):
    """Fails when a modification time cannot be written to a tar.

    Args:
      label: Label: the target, for the message.
      mtime: int: the attribute's value, in seconds since 1970.
    """
    if mtime < 0:
        fail("%s: mtime = %d is before 1970; use the seconds since 1970-01-01 00:00:00 UTC, or leave it out for 0" % (label, mtime))

def check_lines(label, attribute, values):
    """Fails when a string cannot be given to the tool, which reads one argument a line.

    Args:
      label: Label: the target, for the message.
      attribute: string: the attribute's name.
      values: list of string: its values.
    """
    for value in values:
        if not value:
            fail("%s: %s has an empty string; take it out" % (label, attribute))
        if "\n" in value:
            fail("%s: %s has a line break in %s; a glob with ? in its place matches such a name" % (label, attribute, repr(value)))

def check_glob(label, attribute, glob):
    """Fails when a glob cannot match a file of a tree, however it is filled in.

    Args:
      label: Label: the target, for the message.
      attribute: string: the attribute's name.
      glob: string: the glob, not empty.
    """
    check_tree_path(label, attribute, glob)
    if glob.endswith("/"):
        fail("%s: %s = \"%s\" names a directory; write \"%s**\" for the files below it" % (label, attribute, glob, glob))
    parts = glob.split("/")
    short = "/".join([p for p in parts if p not in ("", ".")])
    if short != glob:
        fail("%s: %s = \"%s\" matches nothing, as no path is written so; write \"%s\"" % (label, attribute, glob, short))

def check_tree_path(label, attribute, path):
    """Fails when a path does not stay inside the tree it belongs to.

    Args:
      label: Label: the target, for the message.
      attribute: string: the attribute's name.
      path: string: its value; empty is fine.
    """
    if path.startswith("/"):
        fail("%s: %s = \"%s\" is an absolute path; leave the leading slash out" % (label, attribute, path))
    if ".." in path.split("/"):
        fail("%s: %s = \"%s\" leads out of the tree by \"..\"; write the path without it" % (label, attribute, path))
