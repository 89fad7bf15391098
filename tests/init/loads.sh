# shellcheck shell=bash disable=SC2154
# Sourced by init_test.sh. Workspaces that have the names which init would take: it says so, or finds the kernel that is
# there, and in each case Bazel loads what comes of it. One server loads them all, one after the other.

version=$(sed -n 's/^ *version = "\(.*\)",$/\1/p' "$rules/rules/MODULE.bazel" | head -1)
mkdir -p "$work/loads/dep" "$work/loads/BUILD"
cd "$work/loads" || exit
cp "$work/workspace/.bazelrc" .bazelrc
echo 'module(name = "dep", version = "1")' >dep/MODULE.bazel
cat >made.bzl <<'END'
def _repo(ctx):
    ctx.file("BUILD.bazel", "exports_files([\"x\"])")

repo = repository_rule(_repo, attrs = {"n": attr.string()})

def _ext(ctx):
    for n in ["linux", "x"]:
        repo(name = n)

ext = module_extension(_ext)

NAMES = ["a", "kheaders"]

def named(name):
    native.filegroup(name = name)

def several():
    for n in NAMES:
        native.filegroup(name = n + ".verify_test")
END
basis=$(printf '%s\n' "bazel_dep(name = \"rules_kheaders\", version = \"$version\")" \
  "local_path_override(module_name = \"rules_kheaders\", path = \"$rules/rules\")")
the_kernel=$(printf '%s\n' 'kheaders = use_extension("@rules_kheaders//:extensions.bzl", "kheaders")' \
  "kheaders.local_kernel(name = \"linux\", arch = \"x86\", objtree = \"$link\", srctree = \"${link%build}source\")")

# loads TITLE SAYS ARGUMENTS...: MODULE.bazel is the standard input. SAYS is what init says; where that is that a name is
# taken, it is run again with names that are free. Then Bazel loads the workspace.
loads() {
  local title=$1 says=$2 name=kheaders
  { printf 'module(name = "mine")\n\n%s\n' "$basis"; cat; } >MODULE.bazel
  "$program" init "$link" --no-module --yes "${@:3}" >said 2>&1 || true
  grep -qF "$says" said || failed "$title: init says $(cat said)"
  if [[ $says == *taken* ]]; then
    name=free
    "$program" init "$link" --no-module --yes --repo=mine_too --name=free >said 2>&1 || failed "$title, with other names: $(cat said)"
  fi
  "${bazel[@]}" query --noshow_progress --color=no "deps(//:$name, 5)" >log 2>said || failed "$title: Bazel does not load it: $(cat MODULE.bazel BUILD.bazel said)"
  grep -q "^//:$name\.set\$" log || failed "$title: there is no $name.set: $(cat log)"
  rm -f BUILD.bazel
}

loads 'a directory called BUILD' 'Wrote MODULE.bazel and BUILD.bazel' </dev/null
loads 'use_repo_rule' 'the name "linux" is taken' <<'END'
repo = use_repo_rule("//:made.bzl", "repo")

repo(name = "linux")
END
loads 'use_repo_rule in a comprehension' 'the name "linux" is taken' <<'END'
repo = use_repo_rule("//:made.bzl", "repo")

[repo(name = n + "nux") for n in ["a", "li"]]
END
loads 'bazel_dep' 'the name "linux" is taken' <<'END'
bazel_dep(name = "dep", version = "1", repo_name = "linux")
local_path_override(module_name = "dep", path = "dep")
END
loads 'bazel_dep that has no name' 'Wrote MODULE.bazel' <<'END'
bazel_dep(name = "linux", version = "1", repo_name = None)
END
printf '%s\n' 'ext = use_extension("//:made.bzl", "ext")' 'use_repo(ext, "linux")' >more.MODULE.bazel
loads 'an included file' 'the name "linux" is taken' <<'END'
include("//:more.MODULE.bazel")
END
printf '%s\nuse_repo(kheaders, "linux")\n' "$the_kernel" >more.MODULE.bazel
loads 'the kernel in an included file' 'Wrote BUILD.bazel' <<'END'
include("//:more.MODULE.bazel")
END
printf '%s\n' "$the_kernel" >more.MODULE.bazel
loads 'the kernel in an included file, not visible' 'Wrote MODULE.bazel and BUILD.bazel' <<'END'
include("//:more.MODULE.bazel")
END
loads 'use_repo with **, of another' 'the name "linux" is taken' <<'END'
ext = use_extension("//:made.bzl", "ext")
use_repo(ext, **{"linux": "x"})
END
loads 'use_repo with **, of the kernel' 'Wrote BUILD.bazel' < <(printf '%s\nuse_repo(kheaders, **{"linux.k": "linux"})\n' "$the_kernel")
loads 'use_repo in a comprehension' 'the name "linux" is taken' <<'END'
ext = use_extension("//:made.bzl", "ext")

[use_repo(ext, n) for n in ["linux"]]
END

# BUILD files, each a package of the last workspace.
packages=()
taken() {
  mkdir -p "taken/$1"
  cat >"taken/$1/BUILD.bazel"
  ! "$program" init "$link" --no-module --yes --name="//taken/$1:kheaders" >said 2>&1 || failed "$1: init takes the name: $(cat said)"
  grep -q '"kheaders[a-z._]*".* is taken by ' said || failed "$1: init says $(cat said)"
  "$program" init "$link" --no-module --yes --name="//taken/$1:free" >said 2>&1 || failed "$1, with another name: $(cat said)"
  packages+=("//taken/$1:free")
}
loads 'a workspace for packages' 'Wrote MODULE.bazel and BUILD.bazel' </dev/null
taken comprehension <<'END'
[filegroup(name = n) for n in ["a", "kheaders"]]
END
taken part <<'END'
[filegroup(name = "kheaders.%s" % n) for n in ("explain", "x")]
END
taken verify_test <<'END'
filegroup(name = "kheaders.verify_test")
END
taken file <<'END'
genrule(
    name = "made",
    outs = ["kheaders"],
    cmd = "touch $@",
)
END
taken macro <<'END'
load("//:made.bzl", "named")

named("kheaders")
END
taken loaded_names <<'END'
load("//:made.bzl", "NAMES")

[filegroup(name = n) for n in NAMES]
END
taken loaded_macro <<'END'
load("//:made.bzl", "several")

several()
END
touch BUILD.bazel
"${bazel[@]}" query --noshow_progress --color=no "//taken/..." >log 2>said || failed "packages: Bazel does not load them: $(cat said)"
for package in "${packages[@]}"; do
  grep -qx "$package.set" log || failed "there is no $package.set: $(cat log)"
done

# Two at once: both targets are there.
for _ in {1..20}; do
  echo 'module(name = "mine")' >MODULE.bazel
  : >BUILD.bazel
  "$program" init --suite=bookworm --no-module --yes --name=a >/dev/null 2>&1 & one=$!
  "$program" init --suite=bookworm --no-module --yes --name=b >/dev/null 2>&1 & two=$!
  wait "$one"
  wait "$two"
  [[ $(grep -c '    name = "[ab]",' BUILD.bazel) == 2 ]] || failed "two at once: a target is lost: $(cat BUILD.bazel)"
done
cd "$work/workspace" || exit
