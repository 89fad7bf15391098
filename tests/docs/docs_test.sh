#!/usr/bin/env bash
# Runs the test of the pages that lie in the workspace.
# usage: docs_test.sh TEST
set -euo pipefail

exec "$@"
