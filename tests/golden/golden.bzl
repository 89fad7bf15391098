"""A test that compares what was made with what is kept."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")

def golden_test(name, made, golden):
    """Fails when the two files differ in any byte, and says how to mend it.

    Args:
      name: name of the test.
      made: label of the one file that is made.
      golden: the file that is kept.
    """
    diff_test(
        name = name,
        failure_message = "If the change is meant: tools/bazel run //tests/golden:update",
        file1 = golden,
        file2 = made,
    )
