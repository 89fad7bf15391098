"""Tests that the analysis of a target fails."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

FAILS_ATTRS = {"messages": attr.string_list(mandatory = True)}

def fails_impl(ctx):
    """The implementation of a test that each of its `messages` is in the error.

    Args:
      ctx: the context of an analysistest with FAILS_ATTRS.

    Returns:
      what analysistest.end does.
    """
    env = analysistest.begin(ctx)
    for message in ctx.attr.messages:
        asserts.expect_failure(env, message)
    return analysistest.end(env)

fails_test = analysistest.make(
    fails_impl,
    attrs = FAILS_ATTRS,
    expect_failure = True,
)
