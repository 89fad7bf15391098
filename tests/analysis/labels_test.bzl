"""Labels in messages and manifests are the same whichever Bazel it is and whichever module is the root."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("@rules_kheaders//private:tree_args.bzl", "shown")  # buildifier: disable=bzl-visibility

_SHOWN = {
    "": "//pkg:file",
    "+_repo_rules+linux": "@linux//pkg:file",
    "+kheaders+linux_6_1": "@linux_6_1//pkg:file",
    "_main~_repo_rules~linux": "@linux//pkg:file",
    "_main~kheaders~linux_6_1": "@linux_6_1//pkg:file",
    "kernels+": "@kernels//pkg:file",
    "kernels~": "@kernels//pkg:file",
    "kernels~1.0": "@kernels//pkg:file",
    "rules_kheaders++kheaders+linux_6_1": "@linux_6_1//pkg:file",
    "rules_kheaders~0.1.0~kheaders~linux_6_1": "@linux_6_1//pkg:file",
    "rules_kheaders~~kheaders~linux_6_1": "@linux_6_1//pkg:file",
}

def _shown_impl(ctx):
    env = unittest.begin(ctx)
    for repository, expected in _SHOWN.items():
        # Not a Label: no Bazel takes all of these names.
        label = struct(repo_name = repository, package = "pkg", name = "file")
        asserts.equals(env, expected, shown(label), repository)

    # What the maker of a repository calls it needs no such reading.
    label = struct(repo_name = "a+form?of+another~day", package = "pkg", name = "file")
    asserts.equals(env, "@mine//pkg:file", shown(label, {label.repo_name: "mine"}))
    return unittest.end(env)

_shown_test = unittest.make(_shown_impl)

def labels_test_suite(name):
    """Tests of how labels are shown.

    Args:
      name: name of the suite.
    """
    unittest.suite(name, _shown_test)
