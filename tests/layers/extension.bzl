"""The module extension `layers`: programs from Debian's packages for tests alone. `build //:quickstart` fetches none of them."""

load(":debian_layer.bzl", "debian_layer")

# That of Bazel's root file system, whose libraries the programs run with.
_SUITE = "forky"

_LAYER = tag_class(
    doc = "A repository of the rule `debian_layer`.",
    attrs = {
        "machines": attr.string_list(doc = "As in `debian_layer`."),
        "name": attr.string(mandatory = True, doc = "Name of the repository."),
        "packages": attr.string_list(mandatory = True, doc = "As in `debian_layer`."),
        "prune": attr.string_list(doc = "As in `debian_layer`."),
        "without": attr.string_list(doc = "As in `debian_layer`."),
    },
)

def _impl(ctx):
    for module in ctx.modules:
        for tag in module.tags.layer:
            debian_layer(
                name = tag.name,
                apparent_name = tag.name,
                machines = tag.machines,
                packages = tag.packages,
                prune = tag.prune,
                suite = _SUITE,
                without = tag.without,
            )

layers = module_extension(
    implementation = _impl,
    tag_classes = {"layer": _LAYER},
)
