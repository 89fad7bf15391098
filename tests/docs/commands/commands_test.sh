#!/usr/bin/env bash
# Runs the test that does what the pages say.
# usage: commands_test.sh TEST ARGUMENT ...
set -euo pipefail

exec "$@" -test.v
