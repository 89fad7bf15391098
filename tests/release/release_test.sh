#!/usr/bin/env bash
# Uses a release as from a registry of modules, in a workspace that has nothing else: without a network, a C compiler or
# rules_go it builds an archive of the mini kernel and one of 6.1. Then what is said where the programs are another
# release's, or where there are none.
# usage: release_test.sh MODULE_FILE RELEASE ARCHIVE_6_1 PACKAGE_6_1...
set -euo pipefail

repo=$(dirname "$(readlink -f "$1")")
release=$(readlink -f "$2")
archive=$(readlink -f "$3")
shift 3
work=$(mktemp -d "$TEST_TMPDIR/workspace.XXXXXX")
mkdir "$work/packages" "$work/registry"
for package; do cp -L "$package" "$work/packages/"; done
cd "$work"

# Without this Bazel takes the test's directory for its own, and cannot read some of the tree's file names.
unset TEST_TMPDIR
export LC_ALL=C.UTF-8

bazel=("$repo/tools/bazel" --max_idle_secs=10)
trap '"${bazel[@]}" clean --expunge >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

# Flags that win over those of the Bazel around: what the release is taken from, and no cache that was there before.
flags=(--repository_cache="$work/repositories")
run() {
  local cache=()
  [[ $1 == mod ]] || cache=(--disk_cache=)
  "${bazel[@]}" "$1" --color=no --curses=no --noshow_progress "${flags[@]}" "${cache[@]}" "${@:2}" >log 2>&1
}
must() { run "$@" || { cat log >&2; failed "bazel $*"; }; }

# fails MODULE MESSAGE...: with the module's folder in place of the release's, the build fails and says so.
fails() {
  local folder=$1 message
  shift
  ! run build --override_module=rules_kheaders="$folder" //:mini.archive || failed "$folder builds, instead of: $*"
  for message in "$@"; do
    grep -qF -- "$message" log || { cat log >&2; failed "with $folder it fails without saying: $message"; }
  done
}

# What a release says of itself.
version=$(basename "$release"/rules_kheaders-*.tar.gz .tar.gz)
version=${version#rules_kheaders-}
(cd "$release" && sha256sum --quiet --strict -c SHA256SUMS) || failed "SHA256SUMS"
for name in rules_kheaders rules_kheaders_tools; do
  entry=$release/modules/$name/$version
  integrity=$(sed -n 's/^ *"integrity": "\(.*\)",$/\1/p' "$entry/source.json")
  grep -qxF "$integrity  $name-$version.tar.gz" "$release/INTEGRITY" || failed "$name: integrity $integrity is not that of its archive"
  tar -xzOf "$release/$name-$version.tar.gz" "$name-$version/MODULE.bazel" | cmp - "$entry/MODULE.bazel"
  tar -tzf "$release/$name-$version.tar.gz" | grep -v "^$name-$version/" && failed "$name: the archive has files elsewhere"
done

# The programs: whole, static, and each with what is in it.
mkdir other
tar -xzf "$release/rules_kheaders-$version.tar.gz" -C other
other=$work/other/rules_kheaders-$version
for program in linux_aarch64/kbuild linux_aarch64/kheaders linux_x86_64/kbuild linux_x86_64/kheaders macos_aarch64/kheaders; do
  file=$other/prebuilt/$program
  [[ -x $file ]] || failed "$program is no program"
  grep -qF "\"checksumValue\": \"$(sha256sum "$file" | cut -c 1-64)\"" "$release/rules_kheaders-$version.spdx.json" || failed "the SBOM has not $program"
  [[ $program == macos* ]] || { readelf -lW "$file" >headers && ! grep -q INTERP headers; } || failed "$program is not static"
done
modules=$(sed -n 's/^ *"referenceLocator": "pkg:golang\/\(.*\)"$/\1/p' "$release/rules_kheaders-$version.spdx.json" | grep -v ^std@)
[[ $(wc -l <<<"$modules") -gt 5 ]] || failed "the SBOM has next to no modules: $modules"
for module in $modules; do
  compgen -G "$other/prebuilt/licences/$module/*" >/dev/null || failed "no licence text of $module"
done
compgen -G "$other/prebuilt/licences/std@go*/LICENSE" >/dev/null || failed "no licence text of Go"

# The registry: what a release has for one, but that the archives are here.
cp -R "$release/modules" registry/
chmod -R u+w registry
sed -i "s#\"url\": \".*/#\"url\": \"file://$release/#" registry/modules/*/*/source.json
grep -q "\"file://$release/rules_kheaders-$version.tar.gz\"" registry/modules/rules_kheaders/*/source.json

cat >.bazelrc <<'EOF'
common --repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1
build --spawn_strategy=linux-sandbox
build --sandbox_default_allow_network=false
EOF
if grep -qs 'tools/airgap' /etc/bazel/bazelrc; then
  # The other modules are here. Nobody listens there: what asks for a network fails at once.
  flags+=(--registry="file://$work/registry")
  override=
  export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy='' GOPROXY=off
else
  # A registry that is named would be the only one: the other modules come from where this Bazel gets them.
  override="archive_override(
    module_name = \"rules_kheaders\",
    integrity = \"$(sed -n "s#^\(.*\)  rules_kheaders-$version.tar.gz\$#\1#p" "$release/INTEGRITY")\",
    strip_prefix = \"rules_kheaders-$version\",
    urls = [\"file://$release/rules_kheaders-$version.tar.gz\"],
)"
fi

cat >MODULE.bazel <<EOF
bazel_dep(name = "rules_kheaders", version = "$version")
$override
EOF
cat >BUILD.bazel <<'EOF'
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")

kernel_tree(
    name = "mini_tree",
    srcs = glob(["srctree/**"]),
    arch = "x86",
    generated = glob(["objtree/**"]),
    generated_strip_prefix = "objtree",
    strip_prefix = "srctree",
)

kernel_tree(
    name = "linux_tree",
    archives = glob(["packages/*"]),
    arch = "x86",
)

[
    kheaders(
        name = name,
        max_bytes = max_bytes,
        module = False,
        strip = "comments",
        tree = name + "_tree",
    )
    for name, max_bytes in {
        "linux": 6000000,
        "mini": 10000,
    }.items()
]
EOF
cp -R "$repo/tests/fixtures/mini/srctree" "$repo/tests/fixtures/mini/objtree" .

# From nothing, that is with no server, no caches and no output base, to an archive.
start=$EPOCHREALTIME
must build //:mini.archive
end=$EPOCHREALTIME
echo "from nothing to the archive of the mini kernel: $(((${end/[.,]/} - ${start/[.,]/}) / 1000)) ms"
cmp bazel-bin/mini.archive.tgz "$repo/tests/golden/testdata/headers.tgz"
must test //:mini.size_test
must build //:mini //:linux
cmp bazel-bin/linux.archive.tgz "$archive"
[[ -n $(find -L bazel-bin/ -name kheaders.c -path '*mini*') ]] || failed "no source of the module"

# The workspace that the registry's presubmit tests, as it lies in the archive.
cp .bazelrc "$other/smoke/"
(cd "$other/smoke" && must build //... && must test //... && "${bazel[@]}" clean --expunge >>log 2>&1)

# What its users get besides: what the three modules that it asks for ask for themselves, and nothing else.
graph() {
  must mod graph "$@"
  grep -oE '[a-z][a-z0-9_]*@' log | sort -u | grep -vxE '(apple_support|bazel_features|bazel_skylib|platforms|protobuf|rules_cc|rules_java|rules_kheaders|rules_license|rules_proto|rules_python|zlib)@' >others || true
  [[ ! -s others ]] || { cat log >&2; failed "more modules than are needed: $(paste -sd' ' others)"; }
  grep -q 'rules_kheaders@' log || { cat log >&2; failed "the graph has no rules_kheaders"; }
}
graph
cat log
graph --override_module=rules_kheaders="$repo/rules"

# A checkout has no programs, and says what to do.
fails "$repo/rules" '//:mini.archive' 'no kheaders program is registered' 'register_toolchains("@rules_kheaders_tools//tools/toolchain:all")'

# Rules of another release with these programs.
number=$(sed -n 's/^INTERFACE = //p' "$other/private/values.bzl")
sed -i "s/^INTERFACE = .*/INTERFACE = $((number + 1))/" "$other/private/values.bzl"
fails "$other" "the rules have interface $((number + 1)) and this program, of rules_kheaders $version, has $number: register programs of the same release"
echo ok
