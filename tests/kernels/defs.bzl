"""Tests of one archive of a real kernel."""

load("@rules_go//go:def.bzl", "go_test")

def extmod_test(name, archive):
    """Builds, installs and cleans an external module from an unpacked archive alone.

    Args:
      name: name of the test.
      archive: label of the `kheaders_archive`.
    """
    go_test(
        name = name,
        size = "medium",
        srcs = [
            "extmod_test.go",
            "helpers_test.go",
        ],
        data = [
            archive,
            "extmod/Kbuild",
            "extmod/counter.c",
            "extmod/counter.h",
            "extmod/main.c",
        ],
        env = {
            "ARCHIVE": "$(rlocationpath %s)" % archive,
            "EXTMOD": "$(rlocationpath extmod/Kbuild)",
        },
    )

def markers_test(name, archive, module):
    """Compares an archive with what a module holds between its markers.

    Args:
      name: name of the test.
      archive: label of the `kheaders_archive`.
      module: label of the `kheaders_module` made from it.
    """
    go_test(
        name = name,
        size = "small",
        srcs = [
            "helpers_test.go",
            "markers_test.go",
        ],
        data = [
            archive,
            module,
        ],
        env = {
            "ARCHIVE": "$(rlocationpath %s)" % archive,
            "MODULE": "$(rlocationpath %s)" % module,
        },
    )
