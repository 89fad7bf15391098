"""What sets ask for, and all that is made of them."""

load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_archive", "kheaders_set")
load("@rules_kheaders//:providers.bzl", "KheadersArchiveInfo", "KheadersSetInfo")
load("@rules_kheaders//private:values.bzl", "HEADER_PROFILES", "PROFILES")  # buildifier: disable=bzl-visibility

# Of every profile, and of those from which modules are built.
_OF_ALL = {
    "both": {"exclude": ["@drivers", "include/oem/**"]},
    "drivers": {"exclude": ["@drivers"]},
    "exclude": {"exclude": ["vendor/board.sh"]},
    "extra": {"extra": ["vendor/board.sh"]},
    "include": {"include": ["kernel/*.c"]},
    "plain": {},
    "root_files": {"root_files": ["prog.c"]},
    "roots": {"exclude": ["include/linux/types.h"], "roots": ["oem/a.h"]},
}

_OF_MODULES = {
    "none": {"host_tools": "none"},
    "none_drivers": {
        "exclude": ["@drivers"],
        "host_tools": "none",
    },
    "none_exclude": {
        "exclude": ["vendor/board.sh"],
        "host_tools": "none",
    },
    "stripped": {
        "host_machine": "any",
        "host_tools": "stripped",
    },
}

# The attributes of a set, by PROFILE_NAME.
_SETS = {
    "%s_%s" % (profile, name): attributes | {"profile": profile}
    for profile in PROFILES
    for name, attributes in (_OF_ALL if profile in HEADER_PROFILES else _OF_ALL | _OF_MODULES).items()
}

def _outputs_impl(ctx):
    # All but statistics, which have the target's own name.
    infos = [target[KheadersArchiveInfo] for target in ctx.attr.archives]
    files = [file for info in infos for file in [info.archive, info.manifest, info.tree.build_tree, info.tree.paths]]
    return [DefaultInfo(files = depset(files + [target[KheadersSetInfo].manifest for target in ctx.attr.sets]))]

_outputs = rule(
    implementation = _outputs_impl,
    attrs = {
        "archives": attr.label_list(providers = [KheadersArchiveInfo]),
        "sets": attr.label_list(providers = [KheadersSetInfo]),
    },
)

def sets_of(name, index = False):
    """Declares a tree, its sets and their archives.

    Args:
      name: name of the tree. Those of sets are `NAME_PROFILE_…`, all that is made is in `NAME_outputs`.
      index: whether the tree has an index.
    """
    kernel_tree(
        name = name,
        srcs = [
            "oem",
            "//tests/fixtures/mini:srctree",
        ],
        arch = "x86",
        generated = ["//tests/fixtures/mini:objtree"],
        index = index,
    )
    for set, attributes in _SETS.items():
        kheaders_set(
            name = "%s_%s" % (name, set),
            tree = name,
            **attributes
        )
        kheaders_archive(
            name = "%s_%s.archive" % (name, set),
            build_tree = True,
            format = "tar",
            paths = True,
            set = "%s_%s" % (name, set),
        )
    _outputs(
        name = name + "_outputs",
        archives = ["%s_%s.archive" % (name, set) for set in _SETS],
        sets = ["%s_%s" % (name, set) for set in _SETS],
    )
