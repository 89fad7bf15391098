#!/usr/bin/env bash
# tools/bazel and the air-gapped set-up with stand-ins for the programs that need a network: which Bazel is chosen, what
# Bazel is given, and what happens when a set-up is killed, doubled, or fails.
set -euo pipefail

src=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tmp=$(mktemp -d "${TEST_TMPDIR:-/tmp}/setup.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failures=0

# What the machine has, without the Bazel it may have.
mkdir "$tmp/.system"
ln -s /usr/sbin/* /usr/bin/* "$tmp/.system/" 2>/dev/null || true
rm -f "$tmp"/.system/bazel*

fail() {
  printf 'FAIL: %s: %s\n' "$case" "$*" >&2
  failures=$((failures + 1))
}
expect() { grep -qF -- "$2" "$1" || fail "no '$2' in: $(cat "$1")"; }
expect_status() { [[ $status -eq $1 ]] || fail "exit status $status, not $1: $(cat "$tmp/err")"; }
# expect_one_error TEXT: the last run failed and said so in one line, with TEXT.
expect_one_error() {
  expect_status 1
  expect "$tmp/err" "tools/bazel: error: "
  expect "$tmp/err" "$1"
  [[ $(grep -cv '^tools/bazel: [^e]' "$tmp/err") -eq 1 ]] || fail "not one line for the error: $(cat "$tmp/err")"
  no_leftovers
}
runs() { wc -l <"$tmp/mmdebstrap.runs"; }

# program NAME: standard input becomes a program on PATH.
program() {
  { printf '#!/bin/bash\ntmp=%q\n' "$tmp"; cat; } >"$tmp/bin/$1"
  chmod +x "$tmp/bin/$1"
}

# begin CASE: an empty cache, a fresh copy of the tools, programs that work.
begin() {
  case=$1
  rm -rf "${tmp:?}"/*
  mkdir -p "$tmp/bin" "$tmp/repo/sub dir" "$tmp/go"
  cp -RL "$src" "$tmp/repo/tools"
  chmod -R u+w "$tmp/repo"
  cat >"$tmp/repo/MODULE.bazel" <<'EOF'
module(name = "r")
bazel_dep(name = "gazelle", version = "1.2.3")
bazel_dep(name = "rules_go", version = "4.5.6")
EOF
  printf 'module r\n\ngo 1.20.1\n' >"$tmp/repo/go.mod"
  : >"$tmp/mmdebstrap.runs"
  # The programs that take long wait here for a signal, where a case asks them to.
  program hold <<<'[[ ! -e $tmp/hold-$2 ]] || { echo "$1" >"$tmp/started"; exec sleep 60; }'
  program apt-get <<'EOF'
. hold $$ host
touch ./a.deb
EOF
  program df <<<'[[ ! -e $tmp/full ]] || FREE=0; printf "h\nf 9 9 ${FREE:-99999} 9%% /\n"'
  program newuidmap <<<''
  program unshare <<<'while [[ $1 == --* ]]; do shift; done; exec "$@"'
  program go <<'EOF'
echo "$GOPATH $GOMODCACHE $GOCACHE" >>"$tmp/go.folders"
case $1-$2 in
  env-GOVERSION)
    echo "${GOTOOLCHAIN:-}" >>"$tmp/go.toolchains"
    [[ -z ${GO_CANNOT:-} ]] || { echo "go: download $GOTOOLCHAIN: no such host" >&2; exit 1; }
    echo go${GO_IS:-1.21.0}
    ;;
  env-GOROOT) printf '%s\n' "$tmp/go" "${@:3}" ;;
  mod-download)
    . hold $$ modules
    mkdir -p "$tmp/got/${4%@*}/go/private"
    echo 'bazel_dep(name = "platforms", version = "1")' >"$tmp/got/${4%@*}/MODULE.bazel"
    echo 'def _download_sdk(' >"$tmp/got/${4%@*}/go/private/extensions.bzl"
    printf '{\n\t"Version": "%s",\n\t"Dir": "%s"\n}\n' "${4#*@}" "$tmp/got/${4%@*}"
    echo "$4" >>"$tmp/downloads"
    ;;
esac
EOF
  program dpkg-deb <<'EOF'
mkdir -p "$3/usr/bin"
cp "$tmp/bin/fake-mmdebstrap" "$3/usr/bin/mmdebstrap"
cp "$tmp/bin/fake-bwrap" "$3/usr/bin/bwrap"
EOF
  program fake-mmdebstrap <<'EOF'
for root; do [[ $root != */rootfs-* ]] || break; done
echo $$ >>"$tmp/mmdebstrap.runs"
echo "I: working..."
. hold $$ rootfs
[[ -z ${TAKES:-} ]] || sleep "$TAKES"
if [[ -n ${SAYS:-} ]]; then echo "$SAYS"; exit 1; fi
cat >"$tmp/apt.got"
cd "$root"
mkdir -p etc var/lib/dpkg usr/share/bazel/{embedded_tools,tools/platforms,rules/license}
echo "me:x:$(id -u):0::/:/bin/sh" >etc/passwd
echo 'bazel_dep(name = "zlib", version = "1")' >usr/share/bazel/embedded_tools/MODULE.bazel
echo 'bazel_dep(name = "rules_license", version = "1")' >usr/share/bazel/tools/platforms/MODULE.bazel
touch usr/share/bazel/rules/license/MODULE.bazel
echo one >var/lib/dpkg/status
EOF
  program fake-bwrap <<'EOF'
echo "$*" >"$tmp/bwrap.arguments"
while [[ $1 != bazel ]]; do
  [[ $2 != /etc/bazel/bazelrc ]] || cp "$1" "$tmp/bazelrc"
  shift
done
printf '<%s>' "$@"
exit "${EXIT:-0}"
EOF
}

# start COMMAND...: becomes it, with nothing of the caller's environment. For subshells.
start() {
  exec env -i --default-signal=INT PATH="$tmp/bin:$tmp/.system" HOME="$tmp/home" RULES_KHEADERS_CACHE="$tmp/cache" \
    KHEADERS_AIRGAP=1 KHEADERS_SYSTEM_RC=/dev/null "$@"
}
# bazel [NAME=VALUE]... -- ARGUMENT...: runs tools/bazel in the copy; sets status, writes out and err.
bazel() {
  local settings=()
  while [[ $1 != -- ]]; do settings+=("$1") && shift; done
  shift
  status=0
  (cd "$tmp/repo/sub dir" && start "${settings[@]}" ../tools/bazel "$@") >"$tmp/out" 2>"$tmp/err" || status=$?
}
no_leftovers() { ! compgen -G "$tmp/cache/*.part.*" >/dev/null || fail "left: $(ls "$tmp/cache")"; }
wait_for() {
  local i
  for ((i = 0; i < 200; i++)); do
    ! "$@" || return 0
    sleep 0.1
  done
  fail "waited in vain: $*"
}
gone() { ! kill -0 "$1" 2>/dev/null; }
# witness SESSION: whether a process of it lives that takes no SIGINT.
witness() {
  local stat state session _
  for stat in /proc/[0-9]*/stat; do
    read -r _ _ state _ _ session _ 2>/dev/null <"$stat" || continue
    [[ $session != "$1" || $state == Z ]] || ! grep -q '^SigBlk:.*[2367abef]$' "${stat%/stat}/status" 2>/dev/null || return 0
  done
  return 1
}

begin "which bazel"
program bazel <<<'[[ $1 != --version ]] || { echo "bazel ${IS:-7.1.0}"; exit; }; printf "real<%s>" "$@"; exit 9'
bazel KHEADERS_AIRGAP=0 -- build 'a b'
expect_status 9
expect "$tmp/out" 'real<build>real<a b>'
bazel KHEADERS_AIRGAP=0 IS=6.5.0 -- info
expect "$tmp/out" '<bazel><info>'
bazel -- info
expect "$tmp/out" '<bazel><info>'
bazel BAZEL_REAL="$tmp/bin/bazel" -- info
expect "$tmp/out" 'real<info>'
bazel BAZEL_REAL="$tmp/bin/none" -- info
expect "$tmp/out" '<bazel><info>'

begin "bazelisk, also by the name of bazel"
program real <<<'printf "real<%s>" "$@"'
program bazelisk <<'EOF'
cd ..
[[ -e MODULE.bazel && ! -e $tmp/offline ]] || { echo "could not download Bazel" >&2; exit 1; }
[[ $1 != --version || -z ${BAZELISK_SKIP_WRAPPER:-} ]] || { echo "bazel 7.1.0"; exit; }
[[ -n ${BAZELISK_SKIP_WRAPPER:-} ]] || BAZEL_REAL=$tmp/bin/real exec tools/bazel "$@"
EOF
bazel KHEADERS_AIRGAP=0 -- info
expect "$tmp/out" 'real<info>'
touch "$tmp/offline"
mkdir -p "$tmp/home/.cache/bazelisk/downloads"/{metadata/bazelbuild,sha256/5f5f/bin}
printf 5f5f >"$tmp/home/.cache/bazelisk/downloads/metadata/bazelbuild/bazel-7.1.0-linux-x86_64"
program other <<<''
for has in '' bazel; do
  [[ -z $has ]] || cp "$tmp/bin/other" "$tmp/home/.cache/bazelisk/downloads/sha256/5f5f/bin/bazel"
  printf 7.1.0 >"$tmp/repo/.bazelversion"
  bazel KHEADERS_AIRGAP=0 -- info
  [[ -n $has ]] || expect "$tmp/err" 'KHEADERS_AIRGAP=1 tools/bazel'
  [[ -z $has ]] || ! grep -q 'KHEADERS_AIRGAP' "$tmp/err" || fail "Bazelisk is asked for the version that it has"
  for other in USE_BAZEL_VERSION=7.2.0 BAZELISK_HOME="$tmp"; do
    bazel KHEADERS_AIRGAP=0 "$other" -- info
    expect "$tmp/err" 'KHEADERS_AIRGAP=1 tools/bazel'
  done
done
rm -r "${tmp:?}/home" "$tmp/repo/.bazelversion"
bazel KHEADERS_AIRGAP=0 -- info
expect_status 1
expect "$tmp/err" 'could not download Bazel'
expect "$tmp/err" 'KHEADERS_AIRGAP=1 tools/bazel'
bazel -- info
expect "$tmp/out" '<bazel><info>'
rm "$tmp/offline"
mv "$tmp/bin/bazelisk" "$tmp/bin/bazel"
bazel KHEADERS_AIRGAP=0 -- info
expect "$tmp/out" 'real<info>'
program bazel <<<'exec timeout 5 ../tools/bazel "$@"'
bazel KHEADERS_AIRGAP=0 -- info
expect "$tmp/out" '<bazel><info>'

begin "a first and a second run"
bazel EXIT=3 -- run //x -- 'a  b' ''
expect_status 3
expect "$tmp/out" '<bazel><run><//x><--><a  b><>'
expect "$tmp/err" 'working...'
expect "$tmp/bwrap.arguments" '--setenv GOPRIVATE GOPRIVATE '
bazel -- info
[[ ! -s $tmp/err && $(runs) -eq 1 ]] || fail "the second run set up again: $(cat "$tmp/err")"
expect "$tmp/downloads" rules_go@v4.5.6
expect "$tmp/downloads" bazel-gazelle@v1.2.3
no_leftovers
[[ $(sort -u "$tmp/go.folders") == "$tmp/cache/go $tmp/cache/go/mod $tmp/cache/go/build" ]] ||
  fail "go writes elsewhere: $(cat "$tmp/go.folders")"
echo 'extra-package' >>"$tmp/repo/tools/airgap/packages.txt"
bazel -- info
[[ $(runs) -eq 2 ]] || fail "a new package made no new root file system"

begin "overrides are those of the graph"
bazel -- info
for name in rules_go gazelle platforms rules_license zlib; do expect "$tmp/bazelrc" "--override_module=$name="; done
! grep -q protobuf "$tmp/bazelrc" || fail "an override for a module no one asked for"
mkdir "$tmp/repo/sub dir/child"
cat >"$tmp/repo/sub dir/child/MODULE.bazel" <<'EOF'
bazel_dep(
    name = "r",
)
local_path_override(module_name = "r", path = "../..")
bazel_dep(name = "protobuf", version = "1")
EOF
(cd "$tmp/repo/sub dir/child" && start ../../tools/bazel info) >/dev/null
for name in rules_go protobuf; do expect "$tmp/bazelrc" "--override_module=$name="; done
! grep -q 'override_module=r=' "$tmp/bazelrc" || fail "overrides what the workspace overrides"

begin "two at once"
(cd "$tmp/repo" && start TAKES=1 tools/bazel info) >"$tmp/out1" 2>"$tmp/err1" &
first=$!
wait_for test -s "$tmp/mmdebstrap.runs"
bazel -- info
expect_status 0
expect "$tmp/err" 'waiting for it'
wait "$first" || fail "the first failed: $(cat "$tmp/err1")"
[[ $(runs) -eq 1 ]] || fail "set up $(runs) times"

for where in KILL-{host,rootfs,modules} TERM-{host,rootfs,modules} INT-rootfs HUP-modules; do
  begin "SIG$where"
  signal=${where%-*}
  touch "$tmp/hold-${where#*-}"
  (cd "$tmp/repo" && start tools/bazel info) >"$tmp/out1" 2>"$tmp/err1" &
  first=$!
  wait_for test -s "$tmp/started"
  kill -s "$signal" "$first"
  status=0
  wait "$first" 2>/dev/null || status=$?
  expect_status $((128 + $(kill -l "$signal")))
  wait_for gone "$(cat "$tmp/started")"
  [[ $signal == KILL ]] || no_leftovers
  rm "$tmp"/hold-*
  bazel -- info
  expect_status 0
  [[ $signal != KILL ]] || expect "$tmp/err" 'removing what an interrupted run left'
  no_leftovers
done

begin "what a killed run left of a file with a password"
bazel -- info
rm -rf "$tmp"/cache/bazelrc
sleep 60 &
other=$!
touch "$tmp/cache/apt.conf.new" "$tmp/cache/apt.conf.$other" "$tmp/cache/apt.conf.99999999" "$tmp/cache/apt.conf.d"
bazel -- info
expect_status 0
[[ $(cd "$tmp/cache" && echo apt.conf*) == "apt.conf apt.conf.$other apt.conf.d" ]] || fail "left: $(ls "$tmp/cache")"
kill "$other"

begin "turns in writing a file with a password"
bazel -- info
rm -rf "$tmp"/cache/bazelrc
# Nobody can open these for writing, as a user cannot what a run as root has made.
mkdir -p "$tmp/cache/files.lock"
ln -s /nowhere/at-all "$tmp/cache/apt.conf.new"
bazel -- info
expect_status 0
[[ -f $tmp/cache/apt.conf && ! -L $tmp/cache/apt.conf && $(stat -c %a "$tmp/cache/apt.conf") == 600 ]] || fail "apt.conf is not written"
# Who waits for its text keeps nobody waiting.
mkfifo "$tmp/slow"
cat >"$tmp/two.sh" <<'EOF'
. "$1/repo/tools/airgap/common.sh"
cache_dir=$1/cache
private_file "$1/cache/slow" <"$1/slow" &
exec 6>"$1/slow"
printf 'one\n\n' >&6
timeout 60 bash -c '. "$1/repo/tools/airgap/common.sh"; cache_dir=$1/cache; private_file "$1/cache/fast" <<<two' - "$1" 6>&- || echo waits
[[ ! -e $1/cache/slow ]] || echo early
exec 6>&-
wait
EOF
(start bash "$tmp/two.sh" "$tmp") >"$tmp/out" 2>&1
[[ ! -s $tmp/out && $(cat "$tmp/cache/fast") == two ]] || fail "$(cat "$tmp/out")"
printf 'one\n\n' | cmp - "$tmp/cache/slow" || fail "slow has another text"

begin "links on the way to what is bound"
mkdir -p "$tmp/real/tree" "$tmp/way"
ln -s "$tmp/real" "$tmp/way/absolute"
ln -s ../way/absolute/tree "$tmp/way/relative"
ln -s loop "$tmp/way/loop"
ln -s "$tmp/real" /tmp/kheaders-setup-test.$$
bazel TMPDIR="$tmp/way" RULES_KHEADERS_BIND="$tmp/way/absolute/tree:$tmp/way/relative:/tmp/kheaders-setup-test.$$/./tree//:$tmp/way/../real" -- info
rm /tmp/kheaders-setup-test.$$
expect_status 0
expect "$tmp/bwrap.arguments" "--ro-bind $tmp/way/absolute/tree $tmp/real/tree --ro-bind $tmp/way/relative $tmp/real/tree --ro-bind /tmp/kheaders-setup-test.$$/./tree// $tmp/real/tree --ro-bind $tmp/way/../real $tmp/real "
bazel -- info
mkdir -p "$tmp"/cache/rootfs-*/var
ln -s /run "$(echo "$tmp"/cache/rootfs-*)/var/run"
bazel RULES_KHEADERS_BIND=/proc/self:/var/run -- info
expect "$tmp/bwrap.arguments" '--ro-bind /var/run /run '

begin "a user that the root file system does not know"
bazel -- info
expect_status 0
! grep -qF '/cache/passwd /etc/passwd ' "$tmp/bwrap.arguments" || fail "$(cat "$tmp/bwrap.arguments")"
echo "other:x:$(id -u)1:0::/:/bin/sh" >"$(echo "$tmp"/cache/rootfs-*)/etc/passwd"
bazel -- info
expect_status 0
expect "$tmp/bwrap.arguments" "--ro-bind $tmp/cache/passwd /etc/passwd "
[[ $(cut -d: -f3 "$tmp/cache/passwd") == "$(id -u)1"$'\n'"$(id -u)" ]] || fail "$(cat "$tmp/cache/passwd")"

begin "signals for Bazel"
# bubblewrap passes none on, and takes its child along when it is ended.
bazel -- info
cat >"$tmp"/cache/host-*/usr/bin/bwrap <<EOF
#!/bin/bash
env --default-signal=INT bash -c 'trap "printf x >>$tmp/interrupted; over=1" INT; echo \$\$ >$tmp/started; until [[ -n \${over:-} ]]; do sleep 0.1; done; sleep 0.5; exit 8' &
child=\$!
trap 'kill -KILL \$child; exit 143' TERM HUP
wait \$child
EOF
no_witness() { ! witness "$1"; }
# Ctrl-C in a terminal is a SIGINT to all processes of a group.
for signal in INT TERM HUP 'INT to all'; do
  rm -f "$tmp/started" "$tmp/interrupted"
  (cd "$tmp/repo" && start setsid tools/bazel info) >"$tmp/out1" 2>"$tmp/err1" &
  first=$!
  wait_for test -s "$tmp/started"
  if [[ $signal == *' '* ]]; then
    wait_for witness "$first"
    kill -s INT -- "-$first"
  else
    kill -s "$signal" "$first"
  fi
  wait_for gone "$(cat "$tmp/started")"
  wait_for gone "$first"
  status=0
  wait "$first" || status=$?
  case $signal in
    INT*)
      [[ $(cat "$tmp/interrupted") == x ]] || fail "Bazel got no SIGINT, or more than one"
      expect_status 8
      ;;
    *) expect_status 143 ;;
  esac
  wait_for no_witness "$first"
  ! grep -q Killed "$tmp/err1" || fail "the shell speaks: $(cat "$tmp/err1")"
done

begin "apt unreachable"
program apt-get <<<'echo "E: Unable to connect"; exit 100'
bazel -- info
expect_one_error 'apt cannot fetch Debian packages (E: Unable to connect): check the network'
program apt-get <<<'touch ./a.deb'
bazel SAYS='E: Failed to fetch http://x  Temporary failure' -- info
expect_status 1
expect "$tmp/err" 'apt cannot fetch Debian packages (E: Failed to fetch'
bazel SAYS='E: mount failed: Operation not permitted' -- info
expect_status 1
expect "$tmp/err" 'root file system (E: mount failed: Operation not permitted)'
! grep -q 'check the network' "$tmp/err" || fail "a mount that fails is the network's fault"
bazel -- info
expect_status 0
no_leftovers

begin "disk full"
bazel FREE=1000 -- info
expect_one_error 'has 1000 MB free'
bazel SAYS='E: write: No space left on device' -- info
expect_one_error 'is full: free some space'
mv "$tmp/bin/dpkg-deb" "$tmp/dpkg-deb"
rm -r "$tmp"/cache/host-*
program dpkg-deb <<<'touch "$tmp/full"; exit 2' # there is no room for what it says
bazel -- info
expect_one_error 'is full: free some space'
rm "$tmp/full"
mv "$tmp/dpkg-deb" "$tmp/bin/dpkg-deb"
program cp <<'EOF'
[[ ${!#} != */modules-* ]] || { printf 'cp: error writing %s: No space left on device\n' a b c >&2; exit 1; }
exec "$tmp/.system/cp" "$@"
EOF
bazel -- info
expect_one_error 'is full: free some space'
program cp <<<'echo "cp: cannot do that" >&2; exit 1'
bazel -- info
expect_one_error 'the set-up failed: cp: cannot do that (log: '
rm "$tmp/bin/cp"
program mkdir <<<'[[ ${!#} != */registry ]] || { touch "$tmp/full"; exit 1; }; exec "$tmp/.system/mkdir" "$@"'
bazel -- info
expect_one_error 'is full: free some space'
rm "$tmp/full" "$tmp/bin/mkdir"
bazel -- info
expect_status 0

begin "the error is this run's"
mkdir "$tmp/cache"
echo 'E: write: No space left on device' >"$tmp/cache/setup.log"
bazel GO_IS=1.19 -- info
expect_one_error 'Go is 1.19'

begin "versions in MODULE.bazel"
cat >"$tmp/repo/MODULE.bazel" <<'EOF'
bazel_dep(name = "gazelle", version = "1.2.3") # not 9.9.9
bazel_dep(
    name = "rules_go",
    version = "4.5.6",
)
EOF
bazel -- info
expect "$tmp/downloads" rules_go@v4.5.6
expect "$tmp/downloads" bazel-gazelle@v1.2.3
sed -i /4.5.6/d "$tmp/repo/MODULE.bazel"
bazel -- info
expect_one_error 'no bazel_dep with a version for rules_go'

begin "go missing, old, or without a network"
bazel GO_IS=1.19 -- info
expect_one_error 'Go is 1.19 and go.mod wants 1.20.1'
cp "$tmp/bin/go" "$tmp/go.works"
program go <<'EOF'
[[ $1 == mod ]] || exec "$tmp/go.works" "$@"
printf '{\n\t"Error": "no such host"\n}\n'
exit 1
EOF
bazel -- info
expect_one_error '(no such host): check the network and GOPROXY'

begin "go.mod's toolchain"
bazel GOTOOLCHAIN=local -- info
expect_status 0
[[ $(tail -n 1 "$tmp/go.toolchains") == local ]] || fail "no toolchain in go.mod, and GOTOOLCHAIN is changed"
printf 'module r\n\ngo 1.20.1\n\ntoolchain go1.21.5\n' >"$tmp/repo/go.mod"
bazel GOTOOLCHAIN=local -- info
expect_status 0
[[ $(tail -n 1 "$tmp/go.toolchains") == go1.21.5 ]] || fail "go runs with GOTOOLCHAIN=$(tail -n 1 "$tmp/go.toolchains")"
bazel GO_CANNOT=1 -- info
expect_status 1
expect "$tmp/err" 'go: download go1.21.5: no such host'
expect "$tmp/err" 'with GOTOOLCHAIN=go1.21.5, which go.mod names'

begin "no workspace"
rm "$tmp/repo/sub dir" -r
status=0
(cd / && start "$tmp/repo/tools/bazel" info) >"$tmp/out" 2>"$tmp/err" || status=$?
expect_one_error 'no MODULE.bazel here or above'
[[ ! -e $tmp/cache ]] || fail "set up all the same"

begin "folders"
bazel RULES_KHEADERS_CACHE="$tmp/a cache" -- info
expect_one_error 'set RULES_KHEADERS_CACHE to another'
program getent <<<'echo "user:x:1:1::$tmp/home of user:/bin/sh"'
bazel HOME= -- info
expect "$tmp/bwrap.arguments" "--bind $tmp/cache/home $tmp/home of user "
program getent <<<'exit 2'
bazel HOME= -- info
expect_one_error 'set HOME'

begin "no secret is left for others to read"
program apt-config <<<'echo "Acquire::http::Proxy \"http://user:secret@proxy/\";"'
bazel -- info
expect "$tmp/apt.got" 'user:secret@proxy'
while IFS= read -r file; do
  [[ $(stat -c %a "$file") == 600 ]] || fail "others can read a password in $file"
done < <(grep -rl secret "$tmp/cache")

begin "no text is evaluated"
hostile='$(touch got-1)`touch got-2`x[$(touch got-3)]'
cat >"$tmp/repo/MODULE.bazel" <<EOF
bazel_dep(name = "gazelle", version = "1.2.3")
bazel_dep(name = "rules_go", version = "4.5.6")
bazel_dep(name = "$hostile", version = "$hostile")
bazel_dep(name = "a]b", version = "1")
local_path_override(module_name = "$hostile", path = "$hostile")
local_path_override(module_name = "b[\$(touch got-4)]", path = "sub dir")
EOF
mkdir "$tmp/repo/sub dir/$hostile" "$tmp/go/$hostile" "$tmp/repo/sub dir/"$'two\nlines'
(cd "$tmp/repo/sub dir/$hostile" && start TMPDIR="$tmp/go/$hostile" SSL_CERT_FILE="$tmp/go/$hostile" \
  RULES_KHEADERS_BIND="$tmp/go/$hostile:$tmp/repo/sub dir/"$'two\nlines' RULES_KHEADERS_MIRROR="deb $hostile" \
  GOPROXY="$hostile" LANG="$hostile" "$tmp/repo/tools/bazel" "$hostile") >"$tmp/out" 2>"$tmp/err" || fail "$(cat "$tmp/err")"
expect "$tmp/out" "<bazel><$hostile>"
expect "$tmp/bwrap.arguments" "--ro-bind $tmp/go/$hostile $tmp/go/$hostile"
expect "$tmp/bwrap.arguments" $'two\nlines'
found=$(find "$tmp" -name 'got-*')
[[ -z $found ]] || fail "a name was run as a command: $found"
bazel RULES_KHEADERS_BIND=$'\e[31m' -- info
expect_one_error "RULES_KHEADERS_BIND: \$'\\E[31m' is not the full path"
bazel TMPDIR=. -- info
expect_status 0
! grep -qF -- '--bind . .' "$tmp/bwrap.arguments" || fail "a relative TMPDIR is taken"

begin "the table of versions"
# name and "stand-in", or nothing: of each row, and of each line of modules.txt.
shown=$(sed -nE '/^## Which versions/,/^## What/s/^\| ([a-z_]+) \|.*\| (an? )?(empty )?(.*) \|$/\1 \4/p' "$src/airgap/README.md" | sed '/^module /d; s/stand-in$/&!/; s/ [^!]*$//')
known=$(sed -E 's/#.*//; /^\s*$/d; s/^(\S+)\s+(stand-in)?.*/\1 \2!/; s/ !$//' "$src/airgap/modules.txt")
[[ $shown == "$known" ]] || fail "README.md shows other modules than modules.txt has: $(diff <(echo "$shown") <(echo "$known"))"
for name in rules_go gazelle; do
  version=$(grep -A 3 "bazel_dep(name = \"$name\"" "$src/../MODULE.bazel" | sed -nE 's/.*version = "([^"]+)".*/\1/p' | head -n 1)
  grep -qF "| $name | $version | $version |" "$src/airgap/README.md" || fail "README.md shows $name in another version than $version"
done

[[ $failures -eq 0 ]] || exit 1
echo "all as it should be"
