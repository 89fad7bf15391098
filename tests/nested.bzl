"""Tests that run a Bazel of their own."""

load("@rules_shell//shell:sh_test.bzl", "sh_test")

def nested_bazel_test(name, network = True, tags = [], **kwargs):
    """Declares a shell test that starts a Bazel of its own, which cannot be nested in the sandbox.

    It runs alone, since the two would have the machine twice, and with the user's HOME and PATH, by which `tools/bazel` finds
    what is set up.

    Args:
      name: name of the test; it is the script `NAME.sh` unless `srcs` says otherwise.
      network: whether something in it is fetched.
      tags: list of strings: further tags.
      **kwargs: as for `sh_test`.
    """
    sh_test(
        name = name,
        size = "large",
        timeout = "eternal",
        srcs = kwargs.pop("srcs", [name + ".sh"]),
        env_inherit = [
            "HOME",
            "PATH",
        ],
        tags = [
            "exclusive",
            "local",
        ] + (["requires-network"] if network else []) + tags,
        **kwargs
    )
