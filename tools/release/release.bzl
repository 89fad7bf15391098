"""The rule behind `//:release`."""

load("@rules_go//go:def.bzl", "GoArchive", "go_cross_binary")

_PROGRAMS = {
    "kbuild": Label("//tools/kbuild"),
    "kheaders": Label("//tools/kheaders"),
}

# The directories of prebuilt/ in the rules' archive, which have the names of platforms here, and the programs of each.
# A module is built on Linux alone.
_PLATFORMS = {
    "linux_aarch64": ["kbuild", "kheaders"],
    "linux_x86_64": ["kbuild", "kheaders"],
    "macos_aarch64": ["kheaders"],
}

def _path(file):
    """The path of a file in its own module."""
    return file.short_path.split("/", 2)[2] if file.short_path.startswith("../") else file.short_path

def _named(file):
    return "%s=%s" % (_path(file), file.path)

def _bcr(file):
    return "%s=%s" % (_path(file).removeprefix(".bcr/"), file.path)

def _licence(file):
    return "%s=%s" % (_path(file).removeprefix("texts/"), file.path)

def _package(archive):
    return archive.importpath

def _release_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all([out], format_each = "--out=%s", expand_directories = False)
    args.add(ctx.attr.version, format = "--version=%s")
    args.add(ctx.file.license, format = "--license=%s")
    args.add(ctx.file.changelog, format = "--changelog=%s")
    args.add(ctx.file.go_mod, format = "--go-mod=%s")
    args.add(ctx.file.go_sum, format = "--go-sum=%s")
    args.add_all(ctx.files.rules, map_each = _named, format_each = "--rules=%s")
    args.add_all(ctx.files.tools, map_each = _named, format_each = "--tools=%s")
    args.add_all(ctx.files.bcr, map_each = _bcr, format_each = "--bcr=%s")
    args.add_all(ctx.files.licences, map_each = _licence, format_each = "--licence=%s")
    programs = []
    for target, name in ctx.attr.programs.items():
        program = target[DefaultInfo].files_to_run.executable
        programs.append(program)
        args.add(program, format = "--program=%s=%%s" % name)
        args.add_all(target[GoArchive].transitive, map_each = _package, format_each = "--package=%s=%%s" % name)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = depset(programs + [ctx.file.license, ctx.file.changelog, ctx.file.go_mod, ctx.file.go_sum] +
                        ctx.files.rules + ctx.files.tools + ctx.files.bcr + ctx.files.licences),
        outputs = [out],
        mnemonic = "KheadersRelease",
        progress_message = "Writing release %{output}",
    )
    return [DefaultInfo(files = depset([out]))]

_release = rule(
    implementation = _release_impl,
    doc = "Writes everything of a release into a directory.",
    attrs = {
        "bcr": attr.label(allow_files = True, mandatory = True, doc = "The files of .bcr."),
        "changelog": attr.label(allow_single_file = True, mandatory = True),
        "go_mod": attr.label(allow_single_file = True, mandatory = True),
        "go_sum": attr.label(allow_single_file = True, mandatory = True),
        "licences": attr.label(allow_files = True, mandatory = True, doc = "The texts of Go modules: `licences.bzl`."),
        "license": attr.label(allow_single_file = True, mandatory = True, doc = "The project's own."),
        "programs": attr.label_keyed_string_dict(mandatory = True, providers = [GoArchive], doc = "Each program, and its path below prebuilt/."),
        "rules": attr.label(allow_files = True, mandatory = True, doc = "The files of the module rules_kheaders."),
        "tools": attr.label(allow_files = True, mandatory = True, doc = "The files of the module rules_kheaders_tools."),
        "version": attr.string(mandatory = True),
        "_tool": attr.label(executable = True, cfg = "exec", default = Label("//tools/release:release_tool")),
    },
)

def release(name, **kwargs):
    """Writes everything of a release, with programs for each platform whose bytes no flag of a build changes.

    Args:
      name: string: the target's name, and that of its directory.
      **kwargs: the rule's other attributes.
    """
    programs = {}
    for platform, names in _PLATFORMS.items():
        for program in names:
            # Never another mode: optimised, not stripped in one and whole in the next.
            go_cross_binary(
                name = "%s/%s" % (platform, program),
                compilation_mode = "opt",
                platform = platform,
                target = _PROGRAMS[program],
            )
            programs["%s/%s" % (platform, program)] = "%s/%s" % (platform, program)
    _release(
        name = name,
        programs = programs,
        version = native.module_version(),
        **kwargs
    )
