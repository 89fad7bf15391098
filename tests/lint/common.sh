# shellcheck shell=bash
# Where these tests look: at the workspace itself, not at copies of it among their inputs.

# workspace_of MODULE_FILE: the workspace that holds the true file behind a runfile.
workspace_of() {
  local workspace
  workspace=$(dirname "$(readlink -f "$1")")
  # A copy in a sandbox would have next to nothing in it, and nothing to complain of.
  [[ -e $workspace/tests/lint/common.sh && -e $workspace/tools/internal/outfile/BUILD.bazel && -e $workspace/.bazelversion ]] || {
    echo "$workspace is not the workspace: this test must run outside the sandbox, by its tag \"local\"" >&2
    return 1
  }
  printf '%s' "$workspace"
}

failed() {
  echo "FAILED: $*" >&2
  exit 1
}
