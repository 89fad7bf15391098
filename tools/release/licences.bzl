"""The licence texts of the Go modules that are linked into the programs, and of Go itself."""

load("@go_host_compatible_sdk_label//:defs.bzl", "HOST_COMPATIBLE_SDK")

# Where the texts are looked for: a file of each module's repository. The release names a module that is linked and not here.
_MODULES = {
    "github.com/anchore/go-struct-converter": Label("@com_github_anchore_go_struct_converter//:go.mod"),
    "github.com/bazelbuild/buildtools": Label("@com_github_bazelbuild_buildtools//:go.mod"),
    "github.com/bazelbuild/rules_go": Label("@rules_go//:MODULE.bazel"),
    "github.com/bmatcuk/doublestar/v4": Label("@com_github_bmatcuk_doublestar_v4//:go.mod"),
    "github.com/cavaliergopher/cpio": Label("@com_github_cavaliergopher_cpio//:go.mod"),
    "github.com/dsnet/compress": Label("@com_github_dsnet_compress//:go.mod"),
    "github.com/github/go-spdx/v2": Label("@com_github_github_go_spdx_v2//:go.mod"),
    "github.com/jedib0t/go-pretty/v6": Label("@com_github_jedib0t_go_pretty_v6//:go.mod"),
    "github.com/klauspost/compress": Label("@com_github_klauspost_compress//:go.mod"),
    "github.com/klauspost/pgzip": Label("@com_github_klauspost_pgzip//:go.mod"),
    "github.com/mattn/go-runewidth": Label("@com_github_mattn_go_runewidth//:go.mod"),
    "github.com/pierrec/lz4/v4": Label("@com_github_pierrec_lz4_v4//:go.mod"),
    "github.com/rivo/uniseg": Label("@com_github_rivo_uniseg//:go.mod"),
    "github.com/rogpeppe/go-internal": Label("@com_github_rogpeppe_go_internal//:go.mod"),
    "github.com/smallstep/pkcs7": Label("@com_github_smallstep_pkcs7//:go.mod"),
    "github.com/spdx/tools-golang": Label("@com_github_spdx_tools_golang//:go.mod"),
    "github.com/therootcompany/xz": Label("@com_github_therootcompany_xz//:go.mod"),
    "github.com/ulikunitz/xz": Label("@com_github_ulikunitz_xz//:go.mod"),
    "golang.org/x/sys": Label("@org_golang_x_sys//:go.mod"),
    "golang.org/x/term": Label("@org_golang_x_term//:go.mod"),
    "golang.org/x/text": Label("@org_golang_x_text//:go.mod"),
    "std": HOST_COMPATIBLE_SDK,
}

_NAMES = ["COPYING", "LICENCE", "LICENSE", "NOTICE", "PATENTS"]

_BUILD = """\
filegroup(
    name = "licences",
    srcs = glob(["texts/**"]),
    visibility = ["//visibility:public"],
)
"""

def _is_text(path):
    # Of documentation nothing is linked.
    return not path.is_dir and not path.basename.endswith(".docs") and path.basename.partition(".")[0].upper() in _NAMES

def _texts(root, deep):
    """Returns the licence texts below a directory."""
    texts, dirs = [], [root]

    # No module has more directories.
    for _ in range(100000):
        if not dirs:
            return texts
        children = dirs.pop().readdir(watch = "no")
        texts += [c for c in children if _is_text(c)]
        if deep:
            dirs += [c for c in children if c.is_dir and c.basename != "testdata"]
    fail("%s: too many directories to look for licence texts in" % root)

def _repository_impl(ctx):
    for file, module in ctx.attr.modules.items():
        root = ctx.path(file).dirname

        # Go's other texts are of what only its own programs have.
        for text in _texts(root, deep = module != "std"):
            ctx.symlink(text, "texts/%s/%s" % (module, str(text)[len(str(root)) + 1:]))
    ctx.file("BUILD.bazel", _BUILD)

_repository = repository_rule(
    implementation = _repository_impl,
    attrs = {
        "modules": attr.label_keyed_string_dict(
            mandatory = True,
            doc = "A file at the top of each module, and the module's path.",
        ),
    },
)

def _impl(_ctx):
    _repository(
        name = "go_licences",
        modules = {file: module for module, file in _MODULES.items()},
    )

licences = module_extension(
    implementation = _impl,
    doc = "Makes the repository `go_licences`, whose target `licences` has the files `texts/<module path>/<file>`.",
)
