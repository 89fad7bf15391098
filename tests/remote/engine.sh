#!/usr/bin/env bash
# An engine of remote execution, of three processes of buildbox-casd and the relay: a store of files and results, a worker, and
# the front, which passes actions on to the worker and runs some of them itself. It runs in this directory, until its input ends.
# usage: engine.sh PROGRAMS RELAY, in a process namespace of its own, whose first process this is: nothing outlives it
#
# It writes a line with the address that Bazel is to be given. For each line of its input it kills the worker, once that is in
# the middle of an action, starts another one in its place, and writes "killed".
set -euo pipefail

programs=$1
relay=$2

# wait_for SOCKET: until something listens there.
wait_for() { while [[ ! -S $1 ]]; do sleep 0.05; done; }

executes=(
  --cas-remote=unix:store.sock --ac-remote=unix:store.sock --jobs=2
  "--buildbox-run=$programs/buildbox-run-hosttools" --runner-arg=--staging-mode=copy-or-link
)

start_worker() {
  rm -f worker.sock
  "$programs/buildbox-casd" --bind=unix:worker.sock "${executes[@]}" "$PWD/worker" &
  worker=$!
  wait_for worker.sock
}

# at_work: whether the worker has an action in hand: a process of its own runs that.
at_work() { [[ -n $(cat /proc/"$worker"/task/*/children 2>/dev/null) ]]; }

"$programs/buildbox-casd" --bind=unix:store.sock "$PWD/store" &
wait_for store.sock
start_worker
"$programs/buildbox-casd" --bind=unix:front.sock "${executes[@]}" --exec-remote=unix:worker.sock --exec-hybrid-queue-limit=1 --exec-fallback-to-local "$PWD/front" &
wait_for front.sock
"$relay" front.sock &

while read -r _; do
  until at_work; do sleep 0.02; done
  kill -KILL "$worker"
  start_worker
  echo killed
done
