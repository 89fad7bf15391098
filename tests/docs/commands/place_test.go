package commands

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// place is where blocks are run: all pages one after the other in the directory of one
// Bazel server, which each finds empty.
type place struct {
	// dir is the page's directory, tmp holds it and what is beside it; cwd is where
	// the last block has left off.
	dir, tmp, cwd string
	env           []string
	// said is what the last block wrote.
	said string
}

func withOutput(err error, said string) error { return fmt.Errorf("%w; it wrote:\n%s", err, said) }

// newPlace makes the release of the rules with the program that is tested, a kernel in
// place of those that Debian has, and a Bazel that knows them.
func newPlace(t *testing.T, root string, trees []string) *place {
	t.Helper()
	tmp, err := os.MkdirTemp(os.Getenv("TEST_TMPDIR"), "docs")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{tmp: tmp, dir: filepath.Join(tmp, "workspace")}
	if out, err := exec.Command("bash", "-euc", p.setup(t, root, trees)).CombinedOutput(); err != nil {
		t.Fatalf("set up %s: %v\n%s", tmp, err, out)
	}
	for _, v := range os.Environ() {
		// By these a Bazel would take the test's directory for its own.
		if name, _, _ := strings.Cut(v, "="); !strings.HasPrefix(name, "TEST_") && name != "HOME" && name != "PATH" && !strings.HasPrefix(name, "PACKAGES") && !strings.HasPrefix(name, "RUNFILES_") && !strings.HasPrefix(name, "BUILD_") {
			p.env = append(p.env, v)
		}
	}
	p.env = append(p.env, "HOME="+filepath.Join(tmp, "home"), "PATH="+filepath.Join(tmp, "bin")+":"+os.Getenv("PATH"),
		"LC_ALL=C.UTF-8", "MINI="+filepath.Join(tmp, "mini"), "PACKAGES="+filepath.Join(tmp, "packages_6_1_x86"), "RULES="+filepath.Join(tmp, "rules_kheaders"))
	t.Cleanup(func() {
		p.cwd = p.dir
		_, _ = p.bash("bazel clean --expunge")
		_ = exec.Command("chmod", "-R", "u+w", tmp).Run()
		_ = os.RemoveAll(tmp)
	})
	return p
}

// kernel is what a tree is made from.
type kernel struct {
	name, arch string
	packages   []string
}

// kernels are those that the environment has: 6.1 for x86, and in the full run others.
func kernels(t *testing.T) []kernel {
	t.Helper()
	all := []kernel{{"6_1", "x86", runfile.Paths(t, "PACKAGES")}}
	for _, v := range os.Environ() {
		env, _, _ := strings.Cut(v, "=")
		if name, ok := strings.CutPrefix(env, "PACKAGES_"); ok {
			i := strings.LastIndex(name, "_")
			all = append(all, kernel{name[:i], name[i+1:], runfile.Paths(t, env)})
		}
	}
	return all
}

// kernelOf is the kernel that is meant by a repository's name; the first one where none is.
func kernelOf(all []kernel, repository string) kernel {
	for _, k := range all {
		if strings.Contains(repository, "_"+k.name) && strings.HasSuffix(repository, "_arm64") == (k.arch == "arm64") {
			return k
		}
	}
	return all[0]
}

// setup is what makes the place.
func (p *place) setup(t *testing.T, root string, trees []string) string {
	t.Helper()
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	file := func(name, text string) { line("cat >%s <<'END'\n%s\nEND", name, strings.TrimSpace(text)) }
	line("cd %q", p.tmp)
	line("mkdir bin home workspace")
	line("cp -R %q/rules rules_kheaders", root)
	line("programs=rules_kheaders/prebuilt/linux_$(uname -m)")
	line("mkdir -p $programs")
	line("cp -L %q $programs/kheaders", runfile.Path(t, "KHEADERS"))
	line("cp -L %q $programs/kbuild", runfile.Path(t, "KBUILD"))
	line("ln -s ../$programs/kheaders bin/kheaders")
	line("mkdir mini; cp -RL %q/tests/fixtures/mini/srctree %q/tests/fixtures/mini/objtree mini; chmod -R u+w mini", root, root)
	rc := "common --color=no --curses=no --noshow_progress\ntest --test_output=errors\n" +
		"common --override_module=rules_kheaders=" + filepath.Join(p.tmp, "rules_kheaders") + "\n"
	all := kernels(t)
	for _, k := range all {
		line("mkdir packages_%s_%s", k.name, k.arch)
		for _, deb := range k.packages {
			line("cp -L %q packages_%s_%s", deb, k.name, k.arch)
		}
	}
	for _, name := range trees {
		k := kernelOf(all, name)
		line("mkdir -p trees/%s; ln packages_%s_%s/*.deb trees/%[1]s; : >trees/%[1]s/REPO.bazel", name, k.name, k.arch)
		file("trees/"+name+"/BUILD.bazel", fmt.Sprintf(tree, k.arch, name))
		rc += fmt.Sprintf("common --override_repository=rules_kheaders~~kheaders~%s=%s/trees/%[1]s\n", name, p.tmp)
	}
	file("bazelrc", rc)
	// A server that lives so short a time is not worth compiling well. tools/bazel looks for
	// a bazel on PATH, which is not to be this one.
	file("bin/bazel", fmt.Sprintf("#!/bin/sh\nexport HOME=%q PATH=%q\nexec %q --bazelrc=%q --host_jvm_args=-XX:TieredStopAtLevel=1 --max_idle_secs=60 \"$@\"",
		os.Getenv("HOME"), os.Getenv("PATH"), filepath.Join(root, "tools/bazel"), filepath.Join(p.tmp, "bazelrc")))
	file("bin/kernels", withKernels)
	file("bin/installed", installed)
	line("chmod +x bin/*")
	return b.String()
}

// tree is the BUILD file of a repository in place of one that debian_kernel makes.
const tree = `
load("@rules_kheaders//:defs.bzl", "kernel_tree")

kernel_tree(
    name = "tree",
    arch = "%s",
    archives = glob(["*.deb"]),
    repository = "%s",
    visibility = ["//visibility:public"],
)
`

// withKernels is a script that begins a MODULE.bazel as the pages assume one.
const withKernels = `
#!/bin/sh
{
  echo 'module(name = "reader")'
  echo 'bazel_dep(name = "rules_kheaders", version = "0.1.0")'
  echo 'kheaders = use_extension("@rules_kheaders//:extensions.bzl", "kheaders")'
  for name; do
    printf 'kheaders.debian_kernel(name = "%s", suite = "bookworm")\nuse_repo(kheaders, "%s")\n' "$name" "$name"
  done
} >MODULE.bazel
`

// installed is a script that prints a directory with source and build, as those below
// /lib/modules where Debian's packages of 6.1 are installed.
const installed = `
#!/bin/sh
set -eu
top=$(dirname "$(dirname "$0")")
if [ ! -e "$top/installed" ]; then
  mkdir "$top/installed"
  for package in "$PACKAGES"/*.deb; do dpkg-deb -x "$package" "$top/root"; done
  # They name one another by where they are installed.
  sed -i "s|/usr/src|$top/root&|" "$top"/root/usr/src/linux-headers-*-amd64/Makefile
  # And their compiler, of which any other will do.
  ln -s "$(command -v gcc)" "$top/bin/gcc-12"
  ln -s "$top"/root/usr/src/*-common "$top/installed/source"
  ln -s "$top"/root/usr/src/*-amd64 "$top/installed/build"
fi
echo "$top/installed"
`

// empty makes the directory a fresh one.
func (p *place) empty(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := filepath.Join(p.dir, e.Name())
		if e.IsDir() { // chmod would go where Bazel's links lead
			_ = exec.Command("chmod", "-R", "u+w", name).Run()
		}
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
	}
	p.cwd, p.said = p.dir, ""
}

// bash runs commands where the last ones have left off, and returns what they wrote.
func (p *place) bash(text string) (string, error) {
	at := filepath.Join(p.tmp, "cwd")
	c := exec.Command("bash", "-eu", "-o", "pipefail", "-c", "trap 'pwd >"+at+"' EXIT\n"+text)
	c.Dir, c.Env = p.cwd, p.env
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	if b, e := os.ReadFile(at); e == nil {
		p.cwd = strings.TrimSpace(string(b))
	}
	return out.String(), err
}
