# shellcheck shell=bash disable=SC2034,SC2154 # a part of setup.sh: variables come from others, and go to them
# Shared by the air-gapped set-up: where things are kept, how to speak, how to take turns.

airgap_dir=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo_dir=$(cd -P "$airgap_dir/../.." && pwd)
[[ -n ${HOME:-} && $HOME != / ]] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6) || true
export HOME
# Where everything goes.
cache_dir=${RULES_KHEADERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rules_kheaders}
# What apt, mmdebstrap and go said during the last set-up.
setup_log=$cache_dir/setup.log

more_space="free some space, or set RULES_KHEADERS_CACHE to a folder on a larger disk"

# What we say goes here; during the set-up, standard error is the log.
exec 8>&2
say() { printf 'tools/bazel: %s\n' "$*" >&8; }

# die MESSAGE: not from within $( ), which would end that alone.
told=
die() {
  complain "$@"
  exit 1
}

complain() {
  ! disk_full || set -- "$cache_dir is full: $more_space"
  told=1
  say "error: $*"
}

# disk_full: whether that is what stopped the set-up. A full disk may have no room for the log to say so.
log_open=
disk_full() {
  [[ -n $log_open ]] || return 1
  grep -aqiE 'no space left|disk quota exceeded' "$setup_log" || [[ $(free_megabytes) -lt 10 ]]
}

# open_log, close_log: between them, what all commands complain about goes to a log that starts empty.
open_log() {
  # It may hold what a proxy's address does: a password.
  private_file "$setup_log" </dev/null || die "cannot write $setup_log: set RULES_KHEADERS_CACHE to a folder you can write to"
  exec 2>>"$setup_log"
  log_open=1
}
close_log() {
  exec 2>&8
  log_open=
}

# recipe_hash FILE...: a short name for the content of the files.
recipe_hash() { cat -- "$@" | sha256sum | cut -c1-12; }

# private_file FILE: standard input, a text, becomes it, for this user's eyes alone. Who writes such files takes turns, once it has
# the text: what one that was killed left is the next one's to remove. The lock is the folder's own, for a file of root's would
# be closed to others; where a file system knows no locks there is none.
private_file() {
  (
    text=$(cat && echo .) && umask 077 && exec 7<"$cache_dir" && { flock 7 || true; } && forget_numbered "$1" &&
      rm -f -- "$1.new" && printf %s "${text%.}" >"$1.new" && mv -f -- "$1.new" "$1"
  ) 2>/dev/null
}

# forget_numbered FILE: an older tools/bazel that was killed left the file, and a password in it, under its process's number.
forget_numbered() {
  local left
  for left in "$1".[0-9]*; do
    [[ ! ${left##*.} =~ ^[0-9]+$ || -e /proc/${left##*.} ]] || rm -f -- "$left"
  done
}

# words FILE: the file's words without comments.
words() { sed 's/#.*//' "$1" | tr -s '[:space:]' '\n' | grep . || true; }

make_cache_dir() {
  [[ $HOME == /?* ]] || die "no home folder is known for this user: set HOME"
  cache_dir=$(realpath -m -- "$cache_dir")
  # Bazel warns that blanks in its folder break builds; the others mean something in a bazelrc, a file: URL or GOPATH.
  [[ $cache_dir != *[[:space:]\"\'\\\#%:]* ]] ||
    die "the cache folder $cache_dir has a blank or one of \"'\\#%: in its path: set RULES_KHEADERS_CACHE to another"
  mkdir -p "$cache_dir" 2>/dev/null ||
    die "cannot make the cache folder $cache_dir: set RULES_KHEADERS_CACHE to a folder you can write to"
  setup_log=$cache_dir/setup.log
  # For all of Go's commands here: Go modules, and a Go that go.mod calls for, are fetched once for all workspaces.
  export GOPATH=$cache_dir/go GOMODCACHE=$cache_dir/go/mod GOCACHE=$cache_dir/go/build
}

free_megabytes() { df -Pm "$cache_dir" | awk 'NR == 2 { print $4 }'; }

# need_space MEGABYTES WHAT: stops early where the disk cannot hold what comes.
need_space() {
  local free
  free=$(free_megabytes)
  [[ $free -ge $1 ]] ||
    die "$2 needs $1 MB and $cache_dir has $free MB free: $more_space"
}

# with_lock COMMAND...: runs it while no other set-up does, after a word to say why it waits.
with_lock() {
  local lock=$cache_dir/setup.lock
  # One that a run as root has made others can read, which is enough to take it.
  ([[ -w $cache_dir ]] && umask 022 && { [[ -r $lock ]] || : >>"$lock"; }) 2>/dev/null ||
    die "cannot write in $cache_dir: set RULES_KHEADERS_CACHE to a folder you can write to"
  if [[ -w $lock ]]; then exec 9>>"$lock"; else exec 9<"$lock"; fi
  if ! flock -n 9; then
    say "another tools/bazel is setting up in $cache_dir; waiting for it"
    run flock 9
  fi
  "$@"
  exec 9>&-
}

# remove_tree DIR...: never leaves the file system of DIR, should something be mounted below it. What a normal user
# made with mmdebstrap has other owners inside, whom only mmdebstrap can call.
remove_tree() {
  rm -rf --one-file-system -- "$@" ||
    "$(host_dir)/usr/bin/mmdebstrap" --unshare-helper rm -rf --one-file-system -- "$@"
}

# remove_leftovers PREFIX: what a killed run left half-made. Call it with the lock held.
remove_leftovers() {
  local left
  for left in "$cache_dir/$1"*.part.*; do
    [[ -e $left ]] || continue
    say "removing what an interrupted run left: ${left##*/}"
    remove_tree "$left"
  done
}

# run COMMAND...: in the background, so that a signal to us is acted on at once, and ended when we end, even by
# SIGKILL. The command inherits the lock: the next set-up waits until it is gone.
run_pid=
run_signal=KILL
run() {
  local status=0
  setpriv --pdeathsig "$run_signal" "$@" <&0 8>&- &
  run_pid=$!
  wait "$run_pid" || status=$?
  run_pid=
  return "$status"
}

# step COMMAND...: a command of the set-up; talks to the log, which is open.
step() { run "$@" >&2 </dev/null; }

# new_part DEST: sets part to a new folder beside DEST, to be renamed to it when whole.
part=
new_part() {
  part=$(mktemp -d "$1.part.XXXXXX")
  chmod 755 "$part"
}

# clean_up: takes along what the set-up was making, at its end, whatever ends it. A command that failed without a
# word of ours gets one here.
clean_up() {
  local status=$?
  trap '' INT TERM HUP
  [[ $status -eq 0 || -n $told ]] || complain "the set-up failed${log_open:+: $(tail -n 1 "$setup_log")} (log: $setup_log)"
  if [[ -n $run_pid ]]; then
    kill -s "$run_signal" "$run_pid" 2>/dev/null || true
    wait "$run_pid" || true
  fi
  [[ -z $part ]] || remove_tree "$part"
}

# interrupted SIGNAL
interrupted() {
  told=1
  say "interrupted; the next run makes what is missing"
  exit $((128 + $1))
}

# why: the last error in the log, for the end of a message.
why() { grep -aE '^(E: |Err:|error|go: |.*No space left)' "$setup_log" | tail -n 1; }
