"""The repositories `@kheaders_lock`, whose `:update` writes the lock file, and the one with what it writes."""

load(":apt.bzl", "apt_for", "close_apt", "debian_arch", "open_apt")
load(":debian_resolve.bzl", "resolve_image", "resolve_kernel", "resolve_package")
load(":lock.bzl", "decode_lock", "encode_lock", "lock_changes", "lock_entry", "request_of")

# Whose machines a lock file has host tools for, beside that of the one who writes it.
_HOSTS = ["amd64", "arm64"]

_BUILD = """\
load({rule}, "program")

program(
    name = "{name}",
    src = "{name}.sh",
)
"""

# Bazel is asked once more: this program cannot reach the network in apt's way, a repository rule can. It sees another value
# of the variable each time, and so looks again at what there is.
_UPDATE = """\
#!/bin/sh
# Writes {path}: which of Debian's packages there are, and which of them MODULE.bazel asks for.
set -eu
cd "${{BUILD_WORKSPACE_DIRECTORY:?run this by bazel run}}"
for bazel in "${{BAZEL:-}}" tools/bazel bazelisk bazel; do
  if [ -n "$bazel" ] && command -v "$bazel" >/dev/null; then
    exec "$bazel" run --repo_env=RULES_KHEADERS_LOCK="$(date +%s).$$" "$@" {write}
  fi
done
echo "no bazel on PATH: say which by the variable BAZEL" >&2
exit 1
"""

_WRITE = """\
#!/bin/sh
set -eu
cd "${{BUILD_WORKSPACE_DIRECTORY:?run this by bazel run}}"
new={quoted}.new.$$
trap 'rm -f "$new"' EXIT
cat >"$new" <<'END OF LOCK'
{text}END OF LOCK
mv -f "$new" {quoted}
cat <<'END OF CHANGES'
{changes}
END OF CHANGES
"""

def _quoted(path):
    return "'%s'" % path.replace("'", "'\\''")

def _program(ctx, name, text):
    ctx.file(name + ".sh", text)
    ctx.file("BUILD.bazel", _BUILD.format(name = name, rule = repr(str(Label(":program.bzl")))), executable = False)

def _lock_impl(ctx):
    _program(ctx, "update", _UPDATE.format(path = ctx.attr.path, write = str(ctx.attr.write)))

lock_repository = repository_rule(
    implementation = _lock_impl,
    doc = "`bazel run @kheaders_lock//:update` writes the lock file.",
    attrs = {
        "path": attr.string(mandatory = True, doc = "The lock file, below the workspace."),
        "write": attr.label(mandatory = True, doc = "The program of `lock_text_repository`."),
    },
)

def _entries(apt, tag, host):
    kind = tag["kind"]
    values = {name: value for name, value in tag.items() if name not in ["image", "kind", "name"]}
    if kind == "debian_package":
        package = resolve_package(apt, tag["package"], tag["version"], tag["metapackage"])
        return {tag["name"]: lock_entry(request_of(kind, **values), [package])}
    kernel = resolve_kernel(apt, tag["package"], tag["version"], [host] + [h for h in _HOSTS if h != host])
    entries = {tag["name"]: lock_entry(request_of(kind, **values), kernel.packages, kernel.release)}
    if tag["image"]:
        request = request_of("debian_kernel_image", arch = tag["arch"], image_of = tag["name"], suite = tag["suite"])
        entries[tag["name"] + "_image"] = lock_entry(request, [resolve_image(apt, tag["name"], kernel.release)])
    return entries

def _text_impl(ctx):
    # What was found the last time is of no use.
    ctx.getenv("RULES_KHEADERS_LOCK")
    host = debian_arch(ctx.os.arch)
    by_lists = {}
    for tag in json.decode(ctx.attr.wanted):
        by_lists.setdefault((tag["suite"], debian_arch(tag["arch"])), []).append(tag)
    entries = {}
    for (suite, arch), tags in by_lists.items():
        archs = [arch] + [a for a in [host] + _HOSTS if a != arch]
        apt = open_apt(ctx, suite, archs, name = tags[0]["name"])
        for tag in tags:
            entries.update(_entries(apt_for(apt, tag["name"]), tag, host))
        close_apt(apt)
    old = decode_lock(ctx.attr.old, ctx.attr.path)
    changes = lock_changes(old, entries)
    _program(ctx, "write", _WRITE.format(
        changes = "\n".join(changes) if changes else "%s is up to date" % ctx.attr.path,
        quoted = _quoted(ctx.attr.path),
        text = encode_lock(entries),
    ))

lock_text_repository = repository_rule(
    implementation = _text_impl,
    doc = "A program that writes a lock file of the newest packages, and says what is other than in the old one.",
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The repository's name in the extension."),
        "old": attr.string(doc = "The lock file as it is."),
        "path": attr.string(mandatory = True, doc = "The lock file, below the workspace."),
        "wanted": attr.string(mandatory = True, doc = "JSON: the attributes of each `debian_kernel` and `debian_package`, and its `kind`."),
    },
)
