"""A macro that runs Go's fuzzer as a test."""

load("@rules_go//go:def.bzl", "go_test")

def go_fuzz_test(name, fuzz, runs, **kwargs):
    """Looks for an input that makes a fuzz target fail, among so many, in every test run.

    This is what `go test -fuzz` does: the package is compiled with the coverage by which the fuzzer sees that an input
    leads somewhere new. A failing input is in the test's log. How many inputs are tried is said, and not how long: where
    time runs out beside a busy machine, Go up to 1.26 may call that a failure (go.dev/issue/75804).

    Args:
      name: name of the test.
      fuzz: name of the one target, such as `FuzzStrip`.
      runs: integer: how many inputs to try. What takes three to ten seconds of an idle core is enough.
      **kwargs: attributes of `go_test`: `srcs` and `embed` as in the package's other test, `data` for the corpus.
    """
    go_test(
        name = name,
        args = [
            "-test.run=^$$",
            "-test.fuzz=^%s$$" % fuzz,
            "-test.fuzztime=%dx" % runs,
            "-test.fuzzcachedir=fuzzcache",
            "-test.fuzzminimizetime=100x",
            "-test.parallel=1",
        ],
        gc_goopts = ["-d=libfuzzer"],
        **kwargs
    )
