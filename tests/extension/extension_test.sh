#!/usr/bin/env bash
# Makes a workspace with kernels of local_kernel and archive_kernel, and checks what its owner would see: the archives,
# that they follow changes of the kernel, and the messages when something is wrong.
# usage: extension_test.sh MODULE_FILE KHEADERS
set -euo pipefail

rules=$(dirname "$(readlink -f "$1")")
program=$(readlink -f "$2")
mini=$rules/tests/fixtures/mini
golden=$rules/tests/golden/testdata/headers.tgz
work=$(mktemp -d "$TEST_TMPDIR/workspace.XXXXXX")
cd "$work"

# Without these Bazel takes the test's directory for its own, and cannot read some of the tree's file names.
unset TEST_TMPDIR
export LC_ALL=C.UTF-8

# Bazel does not look into source directories by itself here: that an archive follows its kernel is local_kernel's doing.
bazel=("$rules/tools/bazel" --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=0 --max_idle_secs=10)
trap '"${bazel[@]}" clean --expunge >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

build() {
  "${bazel[@]}" build --color=no --curses=no --noshow_progress "$@" >log 2>&1
}

# fails TARGET MESSAGE...: the build fails, and says each of the messages.
fails() {
  local target=$1 message
  shift
  ! build "$target" || failed "$target was built, instead of: $*"
  for message in "$@"; do
    grep -qF -- "$message" log || { cat log >&2; failed "$target fails without saying: $message"; }
  done
}

must_build() {
  build "$@" || { cat log >&2; failed "cannot build $*"; }
}

# origins_begin MANIFEST PATTERN: every file comes from there.
origins_begin() {
  local others
  [[ -s $1 ]] || failed "$1 is missing"
  others=$(sed 1,2d "$1" | cut -f 7 | sed 's/^"//' | grep -v "^$2" || true)
  [[ -z $others ]] || failed "$1 has other origins than $2: $others"
}

cp -R "$mini/srctree" "$mini/objtree" .
cp "$program" program
tar -czf mini.tar.gz srctree objtree
mkdir -p again/include/linux
cp srctree/include/linux/list.h again/include/linux/
hex=$(sha256sum mini.tar.gz | cut -c 1-64 | sed 's/../\\x&/g')
# shellcheck disable=SC2059
integrity=sha256-$(printf "$hex" | base64 --wrap=0)

cat >.bazelrc <<'EOF'
build --spawn_strategy=linux-sandbox
build --sandbox_default_allow_network=false
# From a cache too, for the test looks at more than what was asked for.
build --remote_download_outputs=all
EOF

cat >MODULE.bazel <<EOF
bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = "$rules/rules",
)

register_toolchains("//:toolchain")

kheaders = use_extension("@rules_kheaders//:extensions.bzl", "kheaders")
kheaders.local_kernel(
    name = "mine",
    arch = "x86",
    include = ["kernel/*.txt"],
    objtree = "objtree",
    srctree = "$work/srctree",
)
kheaders.archive_kernel(
    name = "fetched",
    arch = "amd64",
    integrity = "$integrity",
    urls = ["file://$work/mini.tar.gz"],
)
use_repo(kheaders, "fetched", "mine")
EOF

cat >BUILD.bazel <<'EOF'
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_archive", "kheaders_explain", "kheaders_module", "kheaders_module_source", "kheaders_set")
load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")

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

[
    [
        kheaders_set(
            name = name + "_set",
            tree = "@%s//:tree" % name,
        ),
        kheaders_archive(
            name = name,
            set = name + "_set",
            strip = "comments",
        ),
    ]
    for name in ["fetched", "mine"]
]

[
    kheaders_explain(
        name = name + "_set.explain",
        set = name + "_set",
    )
    for name in ["fetched", "mine"]
]

kheaders_set(
    name = "notes_set",
    include = ["kernel/*.txt"],
    tree = "@mine",
)

kheaders_archive(
    name = "notes",
    format = "tar",
    set = "notes_set",
)

kheaders_set(
    name = "modules_set",
    profile = "modules",
    tree = "@mine",
)

kheaders_archive(
    name = "modules",
    format = "tar",
    set = "modules_set",
)

kheaders_module_source(
    name = "source",
    archive = "mine",
)

kheaders_module(
    name = "module",
    cross_compile = "x86_64-linux-gnu-",
    exec_properties = {"worker": "gcc12"},
    source = "source",
)

[
    kheaders_module(
        name = "signed_by_" + name,
        cross_compile = "x86_64-linux-gnu-",
        signing_certificate = "x509.pem",
        signing_command = ["true"] if name == "command" else [],
        signing_key = None if name == "command" else "key.pem",
        source = "source",
    )
    for name in [
        "command",
        "key",
    ]
]

kheaders_set(
    name = "nothing",
    exclude = ["**"],
    tree = "@mine",
)

kernel_tree(
    name = "unbuilt_tree",
    srcs = ["srctree"],
    arch = "x86",
    generated = ["objtree/Makefile"],
    generated_strip_prefix = "objtree",
)

kheaders_set(
    name = "unbuilt",
    tree = "unbuilt_tree",
)

kernel_tree(
    name = "twice_tree",
    srcs = ["again/include/linux/list.h", "srctree"],
    arch = "x86",
    generated = ["objtree"],
    strip_prefix = "again",
)

kheaders_set(
    name = "twice",
    tree = "twice_tree",
)

kernel_tree(
    name = "outside_tree",
    srcs = ["again/include/linux/list.h", "srctree"],
    arch = "x86",
    generated = ["objtree"],
    strip_prefix = "elsewhere",
)

kheaders_set(
    name = "outside",
    tree = "outside_tree",
)
EOF

# The bytes are those of the other ways in, and the manifest names the kernels as MODULE.bazel does.
must_build :mine :fetched
cmp "$golden" bazel-bin/mine.tgz
cmp "$golden" bazel-bin/fetched.tgz
origins_begin bazel-bin/mine.manifest '@mine//:\(srctree\|objtree\)!'
origins_begin bazel-bin/fetched.manifest '@fetched//:urls/mini.tar.gz!\(srctree\|objtree\)/'

# Why a file is in, or not in, by bazel run: of a tree in directories and of one in an archive.
for tree in mine fetched; do
  must_build :${tree}_set.explain
  explain() { "${bazel[@]}" run --color=no --curses=no --noshow_progress ":${tree}_set.explain" -- "$@" >answer 2>log; }
  explain include/linux/list.h 'include/linux/l*.h' || failed "explain $tree: $(cat log)"
  grep -q '^  from    @'$tree'//:.*srctree[!/]include/linux/list.h$' answer || failed "explain $tree does not say where list.h is from: $(cat answer)"
  status=0
  explain kernel/main.c || status=$?
  [[ $status == 4 ]] || failed "explain $tree kernel/main.c: status $status, want 4: $(cat log)"
  grep -q '^kernel/main.c: not in$' answer || failed "explain $tree says of kernel/main.c: $(cat answer)"
done

# Workers that have other compilers are told apart: the keys of both actions have exec_properties in them. The compiler of
# one machine is never taken for that of another.
keys() {
  "${bazel[@]}" aquery --color=no --noshow_progress --output=text 'mnemonic("Kheaders(Compiler|Module)", //:module)' 2>log >aquery ||
    failed "aquery: $(cat log)"
  sed -n 's/^ *ActionKey: //p' aquery
}
first=$(keys)
[[ $(wc -l <<<"$first") == 2 ]] || failed "the module has other actions: $(cat aquery)"
[[ $(grep -A20 'Mnemonic: KheadersCompiler' aquery) =~ ExecutionInfo:\ \{[^}]*no-cache:\ 1 ]] || failed "caches answer which compiler there is: $(cat aquery)"
sed -i 's/gcc12/gcc14/' BUILD.bazel
other=$(keys)
[[ -z $(comm -12 <(sort <<<"$first") <(sort <<<"$other")) ]] || failed "actions of workers of two kinds have one key"
sed -i 's/gcc14/gcc12/' BUILD.bazel
[[ $(keys) == "$first" ]] || failed "the same workers have other keys"

# A key stays on this machine; what a command makes is in no cache, and what it talks to is outside of the sandbox.
how() {
  "${bazel[@]}" aquery --color=no --noshow_progress --output=text "mnemonic(KheadersSign, //:signed_by_$1)" 2>log | sed -n 's/^ *ExecutionInfo: //p'
}
[[ $(how key) =~ no-remote-exec:\ 1 && $(how key) != *no-cache* ]] || failed "a key signs with: $(how key) $(cat log)"
for word in no-cache no-remote-exec no-sandbox; do
  [[ $(how command) =~ $word:\ 1 ]] || failed "a command signs with: $(how command) $(cat log)"
done

# A file that no profile takes, but one of the patterns, is new, changes, and goes.
must_build :notes
! grep -q notes.txt bazel-bin/notes.tar || failed "notes.txt is there before it was written"
echo first >srctree/kernel/notes.txt
must_build :notes
grep -q '^first' bazel-bin/notes.tar || failed "a new file is not in the archive"
echo other >srctree/kernel/notes.txt
must_build :notes
grep -q '^other' bazel-bin/notes.tar || failed "a change of a file is not in the archive"
rm srctree/kernel/notes.txt
must_build :notes
! grep -q notes.txt bazel-bin/notes.tar || failed "a file that is gone is in the archive"

# Of a file that nothing takes it does not matter, and nobody looks at the tree again: its stamp is the one that was there.
stamp() { stat -c '%i %y' "$("${bazel[@]}" info output_base 2>/dev/null)"/external/*mine/srctree.stamp; }
before=$(stamp)
echo 'int unseen;' >>srctree/kernel/main.c
echo '#define UNSEEN 1' >srctree/arch/arm/include/asm/unseen.h
must_build :notes
[[ $(stamp) == "$before" ]] || failed "local_kernel looks at the tree again for files that no set takes"
cp "$mini/srctree/kernel/main.c" srctree/kernel/
rm srctree/arch/arm/include/asm/unseen.h

# A header that comes, in a directory that comes with it, and goes.
mkdir srctree/include/new
echo '#define COMES 1' >srctree/include/new/comes.h
must_build :mine
tar -tzf bazel-bin/mine.tgz >list
grep -q include/new/comes.h list || failed "a new header in a new directory is not in the archive: $(cat log)"
rm -r srctree/include/new
must_build :mine
cmp "$golden" bazel-bin/mine.tgz

# So for a file in a place of its own, which was not there when the tree was read.
mkdir -p srctree/tools/objtool
echo 'int main(void) { return 0; }' >srctree/tools/objtool/objtool.c
must_build :mine
[[ $(stamp) != "$before" ]] || failed "local_kernel does not see a file that a profile takes"
rm srctree/tools/objtool/objtool.c

# What the makefiles of a vendor name is in the archive, and followed.
cp srctree/Makefile Makefile.mini
cat >>srctree/Makefile <<'MAKE'
include $(srctree)/oem.mk
-include oem/$(BOARD).mk
VENDOR ?= acme
VENDOR_DIR := $(srctree)/oem/${VENDOR}
KIND = inc
include $(VENDOR_DIR)/rules.mk
LINUXINCLUDE += -I$(VENDOR_DIR)/$(KIND)
LINUXINCLUDE += -I$(srctree)/oem/include -I$(srctree)/arch/$(SRCARCH)/include
NOSTDINC_FLAGS += -isystem $(srctree)/oem/sys $(addprefix -I$(srctree)/oem/,far more)
KBUILD_CPPFLAGS += -include oem.h
USERINCLUDE := -I$(srctree)/include/uapi \
		-include $(srctree)/include/linux/kconfig.h
ifdef VENDOR
	KIT_DIR=oem/kit
endif
-include $(srctree)/$(KIT_DIR)/rules.mk
TOOLS = oem/none
export	 TESTS
TESTS := oem/tests
export  EXTRA := extra
oem_tools:
	TOOLS=oem/tools; sh $$TOOLS/run.sh
	sh $$TESTS/run.sh; sh oem/$${EXTRA:-none}/run.sh
MAKE
cp srctree/scripts/Makefile.lib Makefile.lib
echo 'c_flags += -I $(srctree)/oem/lib' >>srctree/scripts/Makefile.lib
mkdir -p srctree/oem/{sys,far,lib}
echo '#define OEM_SYS 1' >srctree/oem/sys/sys.h
echo '#define OEM_FAR 1' >srctree/oem/far/far.h
echo '#define OEM_LIB 1' >srctree/oem/lib/lib.h
echo '#include "beside.h"' >srctree/oem.h
echo '# include "oem/below.h"' >srctree/beside.h
echo 'CC = $(srctree)/oem/wrap gcc # first' >srctree/oem.mk
mkdir -p srctree/oem/{include,acme/inc,kit,tools,tests,extra}
for dir in tools tests extra; do
  echo '#!/bin/sh' >srctree/oem/$dir/run.sh
done
echo '# kit' >srctree/oem/kit/rules.mk
echo '#define OEM_BELOW 1' >srctree/oem/below.h
echo '# rules' >srctree/oem/acme/rules.mk
echo '#define KIND 1' >srctree/oem/acme/inc/kind.h
echo '#define OEM 1' >srctree/oem/include/oem.h
echo 'BOARD_FLAGS = -DB' >srctree/oem/b.mk
printf '#!/bin/sh\nexec "$@"\n' >srctree/oem/wrap
must_build :modules
# A header that is included before every source has all of its directory looked at once, as a part of the tree's include.
cat "$("${bazel[@]}" info output_base 2>/dev/null)"/external/@*mine.marker >watched
grep -q '^FILE:.*/srctree/oem\.h ' watched || failed "nothing watches oem.h: $(cat watched)"
! grep '^FILE:.*/srctree/include/linux/' watched || failed "each header of include/linux is watched"
tar -tf bazel-bin/modules.tar >list
named=(oem.mk oem.h beside.h oem/{b.mk,below.h,wrap,include/oem.h,acme/rules.mk,acme/inc/kind.h,kit/rules.mk,{tools,tests,extra}/run.sh,sys/sys.h,far/far.h,lib/lib.h})
for file in "${named[@]}"; do
  grep -qx "./$file" list || failed "$file, which the top Makefile names, is not in the archive: $(cat list)"
done
for file in oem.mk beside.h oem/{b.mk,below.h,wrap,include/oem.h,acme/rules.mk,acme/inc/kind.h,kit/rules.mk,{tools,tests,extra}/run.sh,sys/sys.h,lib/lib.h}; do
  echo '# other' >>srctree/$file
  must_build :modules
  [[ $(tar -xOf bazel-bin/modules.tar ./$file) == *other* ]] || failed "a change of $file is not in the archive"
done
find srctree/oem srctree/oem.mk srctree/{oem,beside}.h -type f -delete
mv Makefile.mini srctree/Makefile
mv Makefile.lib srctree/scripts/Makefile.lib

# A change of the build output too.
echo '#define NEW 1' >>objtree/include/generated/autoconf.h
must_build :mine
! cmp -s "$golden" bazel-bin/mine.tgz || failed "a change of objtree is not in the archive"

fails :nothing 'no file selected for //:nothing: tree @mine//:tree' 'check arch, exclude and strip_prefix'
fails :unbuilt 'tree //:unbuilt_tree' 'include/generated/autoconf.h'
fails :twice 'two sources for "include/linux/list.h" in the srctree' '//:again/include/linux/list.h' '//:srctree!include/linux/list.h'
fails :outside '//:again/include/linux/list.h' 'not below the tree'"'"'s root' 'set strip_prefix'

# Attributes with a closed set of values: Bazel itself names them.
mkdir wrong
cat >wrong/BUILD.bazel <<'EOF'
load("@rules_kheaders//:defs.bzl", "kheaders_archive", "kheaders_module_source", "kheaders_set")

kheaders_set(
    name = "set",
    host_tools = "rebuilt",
    profile = "everything",
    tree = "@mine",
)

kheaders_archive(
    name = "archive",
    set = "set",
    strip = "all",
)

kheaders_module_source(
    name = "source",
    archive = "archive",
    embed = "bin2c",
    interface = "debugfs",
)
EOF
fails //wrong:source \
  "invalid value in 'host_tools' attribute: has to be one of 'keep', 'stripped' or 'none' instead of 'rebuilt'" \
  "invalid value in 'profile' attribute: has to be one of 'headers', 'modules', 'rfc' or 'tracing' instead of 'everything'" \
  "invalid value in 'strip' attribute: has to be one of 'none', 'comments', 'comments_keep_license' or 'minify' instead of 'all'" \
  "invalid value in 'embed' attribute: has to be one of 'header' or 'incbin' instead of 'bin2c'" \
  "invalid value in 'interface' attribute: has to be one of 'procfs', 'sysfs' or 'both' instead of 'debugfs'"

# What a macro cannot know, and prefixes that name nothing.
mkdir selects
cat >selects/BUILD.bazel <<'EOF'
load("@rules_kheaders//:defs.bzl", "kheaders")

kheaders(
    name = "x",
    tree = "@mine",
    verify = select({"//conditions:default": False}),
)
EOF
fails //selects:x 'x: verify is a select, and which targets there are cannot depend on a configuration: give True or False'
mkdir prefix
cat >prefix/BUILD.bazel <<'EOF'
load("@rules_kheaders//:defs.bzl", "kernel_tree")

kernel_tree(
    name = "x",
    srcs = ["x.h"],
    arch = "x86",
    strip_prefix = "//x",
)
EOF
touch prefix/x.h
fails //prefix:x '//prefix:x: strip_prefix = "//x" is no path' 'it is "/x"'

# A build directory links to its source tree: when it lies in there, that is a loop. It does no harm.
ln -s ../srctree objtree/source
cp -R objtree srctree/out
ln -sfn .. srctree/out/source
echo '#define OLD 1' >>objtree/include/generated/autoconf.h
must_build :mine
rm -r srctree/out objtree/source

# What cannot be read is an error: the kernel would be without it, and no one would know.
ln -s . srctree/loop
fails :mine 'mine: cannot read all of' 'loop'
echo ok
