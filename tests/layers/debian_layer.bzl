"""The repository rule `debian_layer`: programs from Debian's packages that tests alone need, beside what the machine has."""

load("@rules_kheaders//private:apt.bzl", "close_apt", "debian_arch", "find_package", "open_apt")
load("@rules_kheaders//private:apt_download.bzl", "download_packages")

# What no test reads.
_USELESS = ["etc", "usr/share/doc", "usr/share/doc-base", "usr/share/info", "usr/share/lintian", "usr/share/locale", "usr/share/man", "var"]

# A program by its path here, so that it works wherever Bazel shows this directory. Its libraries that the machine lacks
# are here as well.
_PROGRAM = """\
#!/bin/sh
here=${0%%/*}/..
LD_LIBRARY_PATH=%s exec "$here/root/usr/bin/%s" "$@"
"""

_MACHINES = """\
#!/bin/sh
exec /usr/bin/%s "$@"
"""

_BUILD = """\
package(default_visibility = ["//visibility:public"])

filegroup(
    name = "layer",
    srcs = glob(["bin/*", "root/**"], allow_empty = True),
)

exports_files(glob(["bin/*"], allow_empty = True) + ["BUILD.bazel"])
"""

def _run(ctx, argv, what):
    result = ctx.execute(argv)
    if result.return_code:
        fail("%s: cannot %s: %s" % (ctx.attr.apparent_name, what, result.stderr.strip()))
    return [line for line in result.stdout.split("\n") if line]

def _is_one_of(name, patterns):
    for pattern in patterns:
        head, star, end = pattern.partition("*")
        if name == pattern or (star and len(name) >= len(head) + len(end) and name.startswith(head) and name.endswith(end)):
            return True
    return False

def _closure(ctx, apt):
    # All that the packages depend on, but for what the machine has.
    installed = {name: True for name in _run(ctx, ["dpkg-query", "-W", "-f", "${Package}\\n"], "list the machine's packages")}
    found = {name: find_package(apt, name) for name in ctx.attr.packages}
    front = found.values()
    for _ in range(10):
        after = []
        for package in front:
            for name in package.depends:
                if not name or name in found or name in installed or _is_one_of(name, ctx.attr.without):
                    continue

                # None is a name that several packages provide.
                found[name] = find_package(apt, name, optional = True)
                if found[name]:
                    after.append(found[name])
        front = after
    return [package for package in found.values() if package]

def _impl(ctx):
    apt = open_apt(ctx, ctx.attr.suite, [debian_arch(ctx.os.arch)])
    files = download_packages(apt, _closure(ctx, apt))
    close_apt(apt)
    for file in files:
        ctx.report_progress("Unpacking %s" % file)
        _run(ctx, ["dpkg-deb", "-x", file, "root"], "unpack " + file)
        ctx.delete(file)
    for path in _USELESS:
        ctx.delete("root/" + path)
    for pattern in ctx.attr.prune:
        _run(ctx, ["find", "root", "-path", "root/" + pattern, "-delete"], "remove what no test needs")
    _run(ctx, ["find", "root", "-xtype", "l", "-delete"], "remove links that lead nowhere")

    libraries = {"$here/" + path: True for path in _run(ctx, ["find", "root/usr", "-path", "root/usr/lib/*", "-name", "*.so*", "-type", "f", "-printf", "%h\\n"], "find libraries")}
    seen = {}
    for program in _run(ctx, ["find", "root/usr", "-path", "root/usr/bin/*", "-printf", "%f\\n"], "list programs"):
        ctx.file("bin/" + program, _PROGRAM % (":".join(sorted(libraries)), program))
        seen[program] = True
    for program in ctx.attr.machines:
        if program not in seen:
            ctx.file("bin/" + program, _MACHINES % program)
    ctx.file("BUILD.bazel", _BUILD, executable = False)

debian_layer = repository_rule(
    implementation = _impl,
    doc = """Packages and all that they depend on but for what the machine has, unpacked: `@NAME//:layer`.

`bin` has each program of theirs by its name; it is to be the first directory of PATH. What the machine's own packages hold is
not fetched again, so the suite is to be the machine's: that of Bazel's root file system (tools/airgap).
""",
    attrs = {
        "apparent_name": attr.string(mandatory = True, doc = "The name that messages begin with."),
        "machines": attr.string_list(doc = "Programs in /usr/bin of the machine that are to be in `bin` as well. Default: none."),
        "packages": attr.string_list(mandatory = True, doc = "Names of packages. They are taken whether the machine has them or not."),
        "prune": attr.string_list(doc = "Files that are removed, by paths below the root in which `*` stands for any characters. Default: none but documentation."),
        "suite": attr.string(mandatory = True, doc = "Suite or code name, such as `forky`."),
        "without": attr.string_list(doc = "Packages that are not needed, though others depend on them; one `*` stands for any characters. Default: none."),
    },
)
