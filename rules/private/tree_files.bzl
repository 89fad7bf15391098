"""Which files of a kernel's directories sets are made from."""

# What some profile may take of some kernel, or the programs read to know it; $SRCARCH stands for the architecture's
# directory. As in the program's tables (tools/internal/selection, whose test compares them): `*` stays within a path
# component, a final `**` is all below a directory.
_TAKEN = [
    ".clippy.toml",
    ".rustfmt.toml",
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
    "rust/*.dylib",
    "rust/*.rmeta",
    "rust/*.so",
    "rust/Makefile",
    "rust/helpers/helpers_module.bc",
    "rust/kernel/generated_arch_*_asm.rs",
    "rust/target.json",
    "scripts/**",
    "tools/arch/$SRCARCH/**",
    "tools/bpf/resolve_btfids/resolve_btfids",
    "tools/build/**",
    "tools/include/**",
    "tools/lib/*.c",
    "tools/lib/subcmd/**",
    "tools/objtool/**",
    "tools/scripts/**",
    "vmlinux",
]

# User-mode Linux has headers of the processor that it runs on besides.
_TAKEN_OF_UM = [
    "arch/x86/include/**",
    "arch/x86/um/**",
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
    patterns = [pattern.replace("$SRCARCH", arch) for pattern in _TAKEN + (_TAKEN_OF_UM if arch == "um" else [])] + extra
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

# Ends of words in a makefile, besides blanks.
_DELIMITERS = ["\"", "'", "(", ")", "{", "}", "=", ",", ";", ":", "|", "&", "<", ">", "`", "@"]

_TOPS = ["srctree", "objtree", "abs_srctree", "abs_objtree", "CURDIR"]

# How far makefiles that include each other are followed.
_DEPTH = 8

# What a variable's name is made of, of make and of a shell, what stands around one in a marked text, and how many values one has,
# and words that one word becomes with those, at most.
_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."
_SHELL_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
_OPEN, _CLOSE = "\001", "\002"
_VALUES = 64

# What may come before the name of a variable that a makefile sets.
_MODIFIERS = ["export", "override", "private", "unexport"]

# The variables that are known, whatever a makefile may set them to.
_ARCHS = ["ARCH", "SRCARCH"]

# What comes before a directory that the compiler looks for headers in, longest first, and before a header that it includes
# before every source.
_SEARCHED = ["--include-directory=", "--include-directory", "-idirafter", "-isystem", "-iquote"]
_FORCED = ["-include", "-imacros"]

# By which a makefile includes others: the second is spelled as the compiler's flag for a header is.
_DIRECTIVES = ["include", "-include", "sinclude"]

# What make writes, of which sets take nothing.
_MADE = [".a", ".cmd", ".d", ".ko", ".o", ".order"]

def _blanks(text):
    # The text on one line.
    for blank in ["\\\r\n", "\\\n", "\r", "\n", "\t"]:
        text = text.replace(blank, " ")
    return text

def _mark_shell(text):
    # Of two dollars the shell gets one: its variables are marked with a dollar before their names. One that has a default makes two
    # words of the one that it is in. What make expands a second time it takes for its own.
    parts = text.replace("$$(", "$(").split("$$")
    for i, part in enumerate(parts[1:]):
        inner, end, rest = part[1:].partition("}") if part.startswith("{") else ("", "", "")
        text = inner if end else part
        name = text[:len(text) - len(text.lstrip(_SHELL_NAME))]
        after = text[len(name):]
        default = ([after.removeprefix(op) for op in [":-", ":=", "-", "="] if after.startswith(op)] + [None])[0] if end else None
        if not name or name[0].isdigit() or end and after and default == None:
            parts[i + 1] = "$$" + part
        elif not end:
            parts[i + 1] = _OPEN + "$" + name + _CLOSE + after
        else:
            parts[i + 1] = _OPEN + "$" + name + _CLOSE + rest
            if default:
                parts[i + 1] = default + _blanks(rest).partition(" ")[0] + " " + _blanks(parts[i]).rpartition(" ")[2] + parts[i + 1]
    return "".join(parts)

def _mark(text):
    # A reference to a variable, but for the dirs at the tree's top, is its name between marks. A call of a function stays.
    for top in _TOPS:
        for reference in ["$$%s/", "$${%s}/", "$(%s)/", "${%s}/"]:
            text = text.replace("-I" + reference % top, " -I./").replace(reference % top, " ./")
    text = _mark_shell(text)
    for opens, closes in [("$(", ")"), ("${", "}")]:
        parts = text.split(opens)
        for i, part in enumerate(parts[1:]):
            name, end, rest = part.partition(closes)
            parts[i + 1] = _OPEN + name + _CLOSE + rest if end and name and not name.strip(_NAME) else opens + part
        text = "".join(parts)
    return text

def _read_shell(text, values):
    # What a shell sets variables to: a word each, by their names with a dollar.
    for delimiter in ["\t", ";", "(", "&", "|", "@", "\"", "'"]:
        text = text.replace(delimiter, " ")
    for word in text.split(" "):
        name, equals, value = word.partition("=")
        if equals and value and name and not name.strip(_SHELL_NAME):
            known = values.setdefault("$" + name, {})
            if len(known) < _VALUES:
                known[value] = None

def _affixed(line):
    # The words that the two functions make which vendors write most.
    made = []
    for call in line.split("addprefix")[1:]:
        prefix, _, listed = call.partition(")")[0].partition(",")
        made += [prefix.strip() + word for word in listed.split(" ") if word]
    for call in line.split("patsubst")[1:]:
        parts = call.partition(")")[0].split(",")
        if len(parts) == 3 and parts[0].strip() == "%":
            made += [parts[1].strip().replace("%", word) for word in parts[2].split(" ") if word]
    return made

def _read_makefile(text, values, words):
    """Collects what a makefile sets variables to, all of it, and the words that may name something in the tree.

    Args:
      text: string: the makefile.
      values: dict of dict: to add the values of variables to, a word each; those of a shell have a dollar before their names,
        and a dollar alone stands for what make exports: names, each with whether it does, and "" for all others.
      words: dict: to add the words to, each with whether it may be a name without a slash.
    """
    for line in _mark(text).replace("\r\n", "\n").replace("\\\n", " ").split("\n"):
        tab = line.startswith("\t")
        line = line.strip()
        if line.startswith("#"):
            continue
        includes = line.startswith("include") or line.startswith("-include") or line.startswith("sinclude")
        before, equals, value = line.partition("=")
        said = [word for word in before.rstrip(":?+! \t").replace("\t", " ").split(" ") if word]
        name = said[-1] if equals and said and not [word for word in said[:-1] if word not in _MODIFIERS] else ""

        # With a tab before it and without blanks it may be make's or the shell's of a recipe: it is noted as both, unless make would not
        # write it so.
        shell = tab and not before.strip(_SHELL_NAME) and [c for c in [";", "&", "|", _OPEN + "$"] if c in value]
        for i, word in enumerate(said):
            if word not in _MODIFIERS:
                break
            if word.endswith("export") and (len(said) > i + 1 or not equals):
                for exported in [w for w in said[i + 1:] if w not in _MODIFIERS] or [""]:
                    values.setdefault("$", {})[exported] = word == "export"
                break
        if name and not shell and not name.strip(_NAME) and name not in _ARCHS:
            known = values.setdefault(name, {})
            for word in value.partition(" #")[0].replace("\t", " ").split(" "):
                if word and len(known) < _VALUES:
                    known[word] = None
        _read_shell(line if tab else value, values)
        made = _affixed(line)
        for delimiter in _DELIMITERS:
            line = line.replace(delimiter, " ")
        listed = line.replace("\t", " ").split(" ")
        if listed[0] in _DIRECTIVES:
            listed = listed[1:]
        flag = ""
        for word in listed + made:
            if not word:
                continue
            last, flag = flag, ""
            if word in _SEARCHED or word == "-I":
                flag = "-I"
            elif word in _FORCED:
                flag = word
            elif last == "-I":
                words["-I" + word] = False
            elif includes or last or "/" in word or _OPEN in word or word.startswith("-I"):
                words[word] = includes or last != "" or words.get(word, False)

def _read_header(name, text, words):
    # What it includes from beside itself.
    for line in text.split("\n"):
        parts = line.split("\"")
        if len(parts) > 2 and parts[0].replace(" ", "").replace("\t", "") == "#include":
            segments = name.split("/")[:-1]
            for segment in parts[1].split("/"):
                segments = segments[:-1] if segment == ".." else segments + [segment]
            words["/".join(segments)] = True

def _values_of(name, values):
    # A shell has variables of its own, and those that make exports.
    known = values.get(name)
    if not known and name.startswith("$"):
        exported = values.get("$", {})
        known = values.get(name[1:]) if exported.get(name[1:], exported.get("", False)) else None
    return known or ["$"]

def _with_values(word, values):
    # The word with the variables' values, as far as they are known. What is left of the others is a dollar.
    done = {word: None}
    for _ in range(_DEPTH):
        if not [w for w in done if _OPEN in w]:
            break
        made = {}
        for w in done:
            before, _, rest = w.partition(_OPEN)
            name, _, after = rest.partition(_CLOSE)
            for value in _values_of(name, values) if rest else [""]:
                if len(made) < _VALUES:
                    made[before + value + after] = None
        done = made
    return done.keys()

def _patterns_of(word, alone):
    # headers: a directory that the compiler looks for headers in.
    for flag in _SEARCHED:
        word = "-I" + word.removeprefix(flag) if word.startswith(flag) else word
    headers = word.startswith("-I")
    word = word.removeprefix("-I").strip("\"'")
    rooted = word.startswith("./")
    word = word[2:] if rooted else word
    word = word.replace("$$", "$").replace("$$", "$").replace("$$", "$")
    word = "/".join([segment.replace("$", "*") if len(segment) > 1 else segment for segment in word.split("/")])
    if not (rooted or alone or headers or "/" in word) or not word or word.startswith("/") or _OPEN in word:
        return []
    if [s for s in word.split("/") if s in ["", ".", ".."] or "$" in s]:
        return []
    if [end for end in _MADE if word.endswith(end)]:
        return []
    if not headers:
        return [word]
    return [] if "*" in word else [word + "/**"]

def _named_in(words, values):
    """Collects the patterns of what makefiles may name in the tree, as far as their text shows it; the program that selects reads more.

    Returns:
      dict of pattern to whether it may be that of a makefile whatever it is called.
    """
    patterns = {}
    for word, alone in words.items():
        for w in _with_values(word, values):
            # A value has delimiters of its own, such as those of -I"$(DIR)".
            for pattern in _patterns_of(w.strip("\"'"), alone):
                patterns[pattern] = alone or patterns.get(pattern, False)
    return patterns

def _follow_makefiles(ctx, top, places, arch, taken):
    # Of the files that profiles do not take all the same, those that makefiles name. Headers below the directories of which
    # all is taken are none of these.
    found = {}
    directories = {}
    read = {}
    tried = {}
    words = {}
    values = {name: {arch: None} for name in _ARCHS}
    for _ in range(_DEPTH):
        for place in places:
            if place.name not in read and not place.path.is_dir:
                read[place.name] = None
                text = ctx.read(place.path, watch = "yes")
                if place.name.endswith(".h"):
                    _read_header(place.name, text, words)
                else:
                    _read_makefile(text, values, words)
        places = []
        for pattern, alone in _named_in(words, values).items():
            if pattern in tried:
                continue
            tried[pattern] = None
            if pattern.endswith(".h") and [d for d in taken if ("./" + pattern).startswith(d + "/")]:
                continue
            segments = pattern.split("/")
            named = [p for p in top if _fits(p.path.basename, segments[0])]
            for segment in [s for s in segments[1:] if s != "**"]:
                named = [step for place in named for step in _step(ctx, place, segment)]
            for place in named:
                if place.path.is_dir and segments[-1] == "**":
                    directories[place.name] = place.path
                elif not place.path.is_dir and place.name not in read:
                    found[place.name] = place.path
                    if alone or place.name.endswith(".mk") or "Makefile" in place.path.basename:
                        places.append(place)
        if not places:
            break
    return found, directories

def find_taken(ctx, children, patterns, arch):
    """Finds what patterns name, and tells Bazel to look again when that changes.

    Args:
      ctx: repository_ctx.
      children: list of path: what is in the tree's root.
      patterns: list of string: from taken_patterns.
      arch: string: the kernel's own name of the architecture, whose makefile may name more, as the top one may.

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
    places = [struct(name = name, path = files[name]) for name in ["./Makefile", "./arch/%s/Makefile" % arch] if name in files]

    # Those that build every directory are watched with all of scripts/.
    for scripts in [p for p in top if p.path.basename == "scripts"]:
        for name in ["Makefile.build", "Makefile.lib", "Makefile.modfinal"]:
            places += _step(ctx, scripts, name)
    named, searched = _follow_makefiles(ctx, top, places, arch, directories.keys())
    files.update(named)
    directories.update(searched)
    for file in files.values():
        ctx.watch(file)
    for directory in directories.values():
        ctx.watch_tree(directory)
    return struct(directories = sorted(directories), files = sorted(files))
