"""Which files of a kernel's directories sets are made from."""

# What some profile may take of some kernel, or the programs read to know it; $SRCARCH stands for the architecture's
# directory. As in the program's tables (tools/internal/selection, whose test compares them): `*` stays within a path
# component, a final `**` is all below a directory.
_TAKEN = [
    "Kbuild",
    "Makefile",
    "Module.symvers",
    "arch/$SRCARCH/*/Platform",
    "arch/$SRCARCH/Kbuild*",
    "arch/$SRCARCH/Makefile*",
    "arch/$SRCARCH/include/**",
    "arch/$SRCARCH/kernel/module.lds",
    "arch/$SRCARCH/lib/crtsavres.o",
    "arch/$SRCARCH/mach-*/include/**",
    "arch/$SRCARCH/module.lds",
    "arch/$SRCARCH/plat-*/include/**",
    "arch/$SRCARCH/tools/*.sh",
    "include/**",
    "scripts/**",
    "tools/arch/$SRCARCH/**",
    "tools/build/**",
    "tools/include/**",
    "tools/lib/*.c",
    "tools/lib/subcmd/**",
    "tools/objtool/**",
    "tools/scripts/**",
]

# What this file does not read of a user's glob; from there on all is taken.
_OTHER_META = ["?", "[", "{", "\\"]

def taken_patterns(arch, include, extra):
    """Collects the patterns of all that sets may take.

    Args:
      arch: string: the kernel's own name of the architecture.
      include: list of string: globs of sets that take more than a profile.
      extra: list of string: paths that they take besides.

    Returns:
      list of string, for find_taken.
    """
    patterns = [pattern.replace("$SRCARCH", arch) for pattern in _TAKEN] + extra
    for glob in include:
        segments = []
        for segment in glob.split("/"):
            if segment == "**" or [c for c in _OTHER_META if c in segment]:
                segments.append("**")
                break
            segments.append(segment)
        patterns.append("/".join(segments))
    return patterns

def _fits(name, segment):
    parts = segment.split("*")
    if len(parts) == 1:
        return name == segment
    if not name.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = name.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(name) - at >= len(parts[-1]) and name.endswith(parts[-1])

def _step(ctx, place, segment):
    if not place.path.is_dir:
        return []
    if "*" in segment:
        # Bazel is to look again when something comes or goes here.
        children = [c for c in place.path.readdir(watch = "yes") if _fits(c.basename, segment)]
    else:
        children = [place.path.get_child(segment)]
        if not children[0].exists:
            ctx.watch(children[0])
    return [struct(name = place.name + "/" + c.basename, path = c) for c in children if c.exists]

def find_taken(ctx, children, patterns):
    """Finds what patterns name, and tells Bazel to look again when that changes.

    Args:
      ctx: repository_ctx.
      children: list of path: what is in the tree's root.
      patterns: list of string: from taken_patterns.

    Returns:
      struct(directories, files): lists of string: what is there, by its path from the root, which begins with "./";
      of directories all that is below is meant.
    """
    directories = {}
    files = {}
    top = [struct(name = "./" + c.basename, path = c) for c in children]
    for pattern in patterns:
        segments = pattern.split("/")
        places = top if segments[0] == "**" else [p for p in top if _fits(p.path.basename, segments[0])]
        for segment in segments[1:]:
            if segment != "**":
                places = [found for place in places for found in _step(ctx, place, segment)]
        for place in places:
            if not place.path.is_dir:
                files[place.name] = place.path
            elif segments[-1] == "**":
                directories[place.name] = place.path
    for file in files.values():
        ctx.watch(file)
    for directory in directories.values():
        ctx.watch_tree(directory)
    return struct(directories = sorted(directories), files = sorted(files))
