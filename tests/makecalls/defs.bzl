"""Tests of calls of make."""

load("@rules_go//go:def.bzl", "go_test")

def calls_test(name, kernel, archive, sections = [], tags = []):
    """Makes calls of make in an unpacked archive and in the kernel's own packages, and compares what they do.

    Args:
      name: name of the test.
      kernel: what the table of calls names it.
      archive: label of its `kheaders_archive`, of profile `modules` and for x86.
      sections: list of string: what a module is to have besides.
      tags: list of string: the test's.
    """
    packages = "@linux_%s//:packages" % kernel
    go_test(
        name = name,
        size = "medium",
        timeout = "eternal",
        srcs = ["makecalls_test.go"],
        data = [
            archive,
            packages,
        ],
        env = {
            "ARCHIVE": "$(rlocationpath %s)" % archive,
            "KERNEL": kernel,
            "PACKAGES": "$(rlocationpaths %s)" % packages,
            "SECTIONS": " ".join(sections),
        },
        tags = tags,
        deps = [
            "//tests/runfile",
            "//tools/cpulimit",
        ],
    )
