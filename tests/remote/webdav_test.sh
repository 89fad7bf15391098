#!/usr/bin/env bash
# Builds with a cache that speaks plain HTTP, nginx with WebDAV: two at once, with the cache killed and started again meanwhile,
# and with what it keeps cut short. The bytes are those that they are without it.
# usage: webdav_test.sh MODULE_FILE CACHE RELAY KHEADERS KBUILD LAYER_FILE [ARCHIVE_6_1 PACKAGE_6_1...]
set -euo pipefail

# shellcheck source=tests/remote/workspace.sh
. "$(dirname "$2")/workspace.sh"
repo=$(dirname "$(readlink -f "$1")")
cache=$(readlink -f "$2")
relay=$(readlink -f "$3")
programs=("$(readlink -f "$4")" "$(readlink -f "$5")")
nginx=$(dirname "$(readlink -f "$6")")/root/usr/sbin/nginx
archive=${7:+$(readlink -f "$7")}
packages=("${@:8}")
packages=("${packages[@]/#/$PWD/}")
start_work
open_server "$cache" "$nginx" "$relay"
# A cache that does not answer costs seconds, not minutes. What it has not got all of shows where it is fetched: at once.
remote=("--remote_cache=http://$REPLY" --remote_timeout=20 --remote_download_outputs=all)
targets=("${forms[@]/#/:}" "${forms[@]/%/.set}")
[[ -z $archive ]] || targets+=(//:quickstart_6_1.archive //:quickstart_6_1.set)

# right: whether all that was built has the right bytes.
right() {
  local form
  for form in "${forms[@]}"; do cmp "bazel-bin/$form.archive.tgz" "$repo/tests/golden/testdata/headers.tgz" || failed "$form"; done
  [[ -z $archive ]] || cmp bazel-bin/quickstart_6_1.archive.tgz "$archive" || failed "quickstart_6_1"
}

# build: with the cache.
build() {
  must build "${remote[@]}" "${targets[@]}"
  grep processes: log
  right
}

# all_hits: builds once more, and takes every output from the cache.
all_hits() {
  must clean
  build
  [[ $(spawns 'remote cache hit') -gt 20 && $(spawns linux-sandbox) == 0 ]] || failed "not all was in the cache: $(cat log)"
}

cd "$first"
make_workspace "${programs[@]}" "${packages[@]}"
cp -R "$first" "$second"

# Two at once, and a cache that ends in the middle, and is there again when one of them has asked in vain.
ask
(cd "$second" && build) &
other=$!
build
wait "$other" || failed "the second of two has an error"
rounds=0
until answered 1; do
  # Both were done with the cache by then.
  [[ $((rounds += 1)) -le 5 ]] || failed "nobody has asked the cache that was killed: $(cat "$work/server/relay.log")"
  must clean
  build
done
[[ $REPLY == killed ]] || failed "the cache lives: $REPLY"

# What was lost with it comes again; then everything is there, for the other one as well.
must clean
build
all_hits
(cd "$second" && all_hits)

# Results and files that the disk kept a part of are as good as none.
files=$work/server/files
[[ -d $files/ac && -d $files/cas ]] || failed "the cache keeps something else: $(ls "$files")"
find "$files/ac" -type f | LC_ALL=C sort | awk 'NR % 3 == 0' | xargs -d '\n' truncate --size=-1
find "$files/cas" -type f -size +10k | xargs -d '\n' truncate --size=-1000
must clean
build
[[ $(spawns linux-sandbox) != 0 ]] || failed "nothing was built again: $(cat log)"
all_hits
echo ok
