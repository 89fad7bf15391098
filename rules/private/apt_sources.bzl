"""Reads the apt client's lists of sources, and derives one for another suite."""

# What an entry says of where and what; all other fields (Signed-By, Trusted, Check-Valid-Until …) are taken over as they are.
_OWN_FIELDS = ["types", "uris", "suites", "components", "architectures", "enabled", "languages", "targets", "pdiffs", "description", "x-repolib-name"]

def _entry(uris, suites, components, fields):
    return struct(uris = uris, suites = suites, components = components, fields = fields)

def _parse_line(line):
    # deb [ option=value option=value ] uri suite component…
    words = line.split("#")[0].replace("\t", " ").strip()
    if not words.startswith("deb ") and not words.startswith("deb["):
        return None
    words = words.removeprefix("deb").strip()
    fields = {}
    if words.startswith("["):
        options, _, words = words[1:].partition("]")
        for option in options.split(" "):
            key, sep, value = option.partition("=")
            if sep:
                key = key.removesuffix("+").removesuffix("-").lower()
                if key in ("arch", "lang", "target"):
                    continue
                fields[key] = value.replace(",", " ")
    words = [w for w in words.split(" ") if w]
    if len(words) < 3:
        return None
    return _entry([words[0]], [words[1]], words[2:], fields)

def _parse_stanza(fields):
    def words(key):
        return [w for w in fields.get(key, "").replace("\t", " ").replace("\n", " ").split(" ") if w]

    if "deb" not in words("types") or fields.get("enabled", "yes").strip().lower() in ("no", "false", "0", "off"):
        return None
    others = {key: value for key, value in fields.items() if key not in _OWN_FIELDS}
    return _entry(words("uris"), words("suites"), words("components"), others)

def parse_apt_sources(text, deb822):
    """Returns the entries for binary packages in a list of sources.

    The formats are those of sources.list(5).

    Args:
      text: string: the file.
      deb822: bool: a `.sources` file; otherwise the one-line format of `.list` files.

    Returns:
      list of struct(uris, suites, components, fields); `fields` has the options by their lower-case deb822 names.
    """
    text = text.replace("\r\n", "\n")
    if not deb822:
        return [e for e in [_parse_line(line) for line in text.split("\n")] if e]

    entries = []
    fields = {}
    key = None
    for line in text.split("\n") + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            entry = _parse_stanza(fields)
            if entry:
                entries.append(entry)
            fields = {}
            key = None
        elif line[0] in " \t":
            if key:
                fields[key] += "\n" + line
        elif ":" in line:
            key, _, value = line.partition(":")
            key = key.strip().lower()
            fields[key] = value.strip()
    return entries

def _is_security(entry):
    return "security" in " ".join(entry.uris) or [s for s in entry.suites if "security" in s]

def derive_apt_sources(entries, suite, archs):
    """Returns a deb822 list of sources for one suite, from the entries of the machine's own lists.

    Entries that list the suite are taken as they are. If none does, every entry with a component `main` that is not for
    security updates is taken, with the suite in place of its own: a mirror that serves one suite mostly serves the
    others. Only component `main` is asked for.

    Args:
      entries: list of struct: from parse_apt_sources.
      suite: string: suite or code name, such as `bookworm`.
      archs: list of string: Debian's names of the architectures.

    Returns:
      string: the `.sources` file; empty when no entry fits.
    """
    main = [e for e in entries if "main" in e.components and not e.uris[0].startswith("cdrom:")]
    chosen = [e for e in main if suite in e.suites]
    if not chosen:
        chosen = [e for e in main if not _is_security(e)]

    stanzas = []
    for entry in chosen:
        lines = [
            "Types: deb",
            "URIs: " + " ".join(entry.uris),
            "Suites: " + suite,
            "Components: main",
            "Architectures: " + " ".join(archs),
            "Targets: Packages",
        ]
        for key in sorted(entry.fields):
            lines.append("%s: %s" % ("-".join([w.capitalize() for w in key.split("-")]), entry.fields[key]))
        stanza = "\n".join(lines) + "\n"
        if stanza not in stanzas:
            stanzas.append(stanza)
    return "\n".join(stanzas)
