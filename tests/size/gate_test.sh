#!/usr/bin/env bash
# Goes the way of the page on gates in a workspace of its own: a report that validates, budgets in two packages, a baseline;
# what exceeds them is accepted by the command that the failure names.
# usage: gate_test.sh MODULE_FILE KHEADERS
set -euo pipefail

rules=$(dirname "$(readlink -f "$1")")
program=$(readlink -f "$2")
work=$(mktemp -d "$TEST_TMPDIR/workspace.XXXXXX")
cd "$work"

# Without this Bazel takes the test's directory for its own.
unset TEST_TMPDIR
export LC_ALL=C.UTF-8

# A server that lives so short a time is not worth compiling well.
nested=("$rules/tools/bazel" --host_jvm_args=-XX:TieredStopAtLevel=1 --max_idle_secs=10)
trap '"${nested[@]}" clean --expunge >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

# The commands that messages name begin with it.
bazel() { "${nested[@]}" "$@" >log 2>&1; }

failed() {
  cat log >&2
  echo "FAILED: $*" >&2
  exit 1
}

# says PATTERN...: the last command did.
says() {
  local pattern
  for pattern; do
    grep -qE -- "$pattern" log || failed "not said: $pattern"
  done
}

# accept: runs the command that the last failure names, with a reason.
accept() {
  local command
  command=$(sed -n '/^kheaders: size-test: .*: \(bazel run \)/{s/.*: \(bazel run \)/\1/p;q}' log)
  [[ -n $command ]] || failed "no command is named"
  eval "${command/WHY/\'a new macro\'}" || failed "$command fails"
}

cat >.bazelrc <<'END'
common --color=no --curses=no --noshow_progress
test --test_output=errors
END
cat >MODULE.bazel <<END
bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = "$rules/rules",
)

register_toolchains("//:toolchain")
END
cp -RL "$rules/tests/fixtures/mini/srctree" "$rules/tests/fixtures/mini/objtree" .
chmod -R u+w srctree objtree
cp "$program" program
: >k.sizes.txt
chmod 640 k.sizes.txt
mkdir net
cat >net/BUILD.bazel <<'END'
load("@rules_kheaders//:defs.bzl", "kheaders_budget")

kheaders_budget(
    name = "budget",
    creep = "3KiB",  # three steps
    max = "1MiB",
    paths = ["include/linux/**"],
    visibility = ["//visibility:public"],
)
END
cat >sum.bzl <<'END'
load("@rules_kheaders//:defs.bzl", "kheaders")

def summed(name, kib, **kwargs):
    kheaders(name = name, max_compressed = "%dKiB" % kib, **kwargs)
END
cat >BUILD.bazel <<'END'
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")
load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")
load(":sum.bzl", "summed")

kheaders_toolchain(
    name = "prebuilt",
    kbuild = "program",
    tool = "program",
)

toolchain(
    name = "toolchain",
    toolchain = ":prebuilt",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)

kernel_tree(
    name = "tree",
    srcs = glob(["srctree/include/linux/*.h", "srctree/Makefile"]),
    arch = "x86",
    generated = glob(["objtree/include/config/*", "objtree/include/generated/*.h"]),
    generated_strip_prefix = "objtree",
    strip_prefix = "srctree",
)

kheaders(
    name = "k",
    baseline = "k.sizes.txt",
    budgets = ["//net:budget"],
    max_compressed = "1B",  # nothing yet
    module = False,
    other = "1MiB",
    tree = ":tree",
    validate = True,
    verify = False,
)

summed(
    name = "sum",
    kib = 0 + 1,
    module = False,
    tree = ":tree",
    verify = False,
)
END

# A baseline that has nothing yet; then a budget that is exceeded. :k has neither the report nor the test.
bazel build //:k || failed "//:k has what it does not need"
if bazel build //:k.size_report; then failed "built without rows"; fi
says 'the baseline "k.sizes.txt": it has no rows of //:k.size_test for x86: write it anew by bazel run //:k.size_test -- --update$'
bazel run //:k.size_test -- --update || failed "--update"
says '^Wrote k.sizes.txt.$'
[[ $(stat -c %a k.sizes.txt) = 640 ]] || failed "another mode"
if bazel build //:k.size_report; then failed "built above its budget"; fi
says '^kheaders: size-test: //:k.size_report: the archive has .* more than max_compressed = 1; .*: bazel run //:k.size_test -- --raise --reason=WHY$'
mv log failure
bazel build --norun_validations --output_groups=html //:k.size_report || failed "no page of what is too large"
[[ -s bazel-bin/k.size_report.html ]] || failed "no page"
mv failure log
accept
says '^Wrote BUILD.bazel.$'
says '^\+    # Raised max_compressed from 1B: a new macro$'
grep -qE '^    max_compressed = "[0-9]+B",  # nothing yet$' BUILD.bazel || failed "BUILD.bazel: $(cat BUILD.bazel)"
bazel build //:k.size_report || failed "--raise did not raise enough"

# What grows since the baseline. That of another package, and of the whole.
for ((i = 0; i < 1500; i++)); do
  printf '#define %s 0x%s\n' "M$i$((i * 7919 % 6007))" "$((i * i * 104729 % 1000003))"
done >srctree/include/linux/more.h
if bazel test //:k.size_test; then failed "grown above the baseline"; fi
says 'include/linux/\*\* has .* B more than the baseline.s .*, and creep is 3,072; above the baseline: include/linux \+.*; make it smaller, or accept it: bazel run //:k.size_test -- --update$'
bazel run //:k.size_test -- --update --raise --reason=more || failed "--update --raise"
says '^Wrote k.sizes.txt and BUILD.bazel.$'
bazel test //:k.size_test || failed "not accepted"
bazel build //:k.size_report || failed "not accepted by the report"
sed -i 's/max = "1MiB"/max = "1KiB"/' net/BUILD.bazel
if bazel build --@rules_kheaders//:size_gate=pr //:k.size_report; then failed "built above a budget of another package"; fi
accept
says '^Wrote net/BUILD.bazel.$'
grep -qE '^    max = "[0-9]+KiB",$' net/BUILD.bazel || failed "net: $(cat net/BUILD.bazel)"
bazel build //:k.size_report || failed "not accepted"

# What a macro works out is not there to be edited, and that is said.
if bazel test //:sum.size_test; then failed "kept"; fi
if bazel run //:sum.size_test -- --raise --reason=x; then failed "edited"; fi
says '^kheaders: size-test: BUILD.bazel:[0-9]+: max_compressed of "sum" is computed, or given by what summed makes of its arguments: give it [0-9]+KiB by hand where that is$'
