// Command gazelle measures what the kheaders language costs on a whole kernel
// source tree, beside a Gazelle that has no language, in one run.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench gazelle:", err)
		os.Exit(1)
	}
}

type bench struct {
	ours, bare, source string
	packages           []string
	work               string
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.ours, "kheaders", "", "a Gazelle `binary` with the kheaders language alone")
	flag.StringVar(&b.bare, "bare", "", "a Gazelle `binary` with a language that does nothing")
	flag.StringVar(&b.source, "source", "", "the distribution's `package` with the kernel's sources")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	flag.Parse()
	b.packages = flag.Args()
	paths := []*string{&b.ours, &b.bare, &b.source}
	for i := range b.packages {
		paths = append(paths, &b.packages[i])
	}
	for _, p := range paths {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		if _, err := os.Stat(abs); err != nil {
			return fmt.Errorf("no file %q: run this by `tools/bazel run //tests/bench:gazelle`", abs)
		}
		*p = abs
	}
	var err error
	if b.work, err = os.MkdirTemp("", "bench-gazelle-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	files, err := b.unpack()
	if err != nil {
		return err
	}
	fmt.Printf("%d cores. A workspace with a kernel's source tree, its object tree and a module: %d files, in the file cache.\n", runtime.NumCPU(), files)
	// The first run of all is not measured: it reads the directories into the cache.
	if out, err := b.command("first run", b.ours).Make().CombinedOutput(); err != nil {
		return fmt.Errorf("first run: %w: %s", err, out)
	}
	again, fresh := b.command("whole workspace, nothing to change", b.ours), b.command("whole workspace, no BUILD file yet", b.ours)
	fresh.Prepare = b.forget
	module := b.command("one directory, the module's", b.ours, "-index=false", "-r=false", "mod")
	kernel := b.command("one directory, the kernel's", b.ours, "-index=false", "-r=false", "linux")
	base := b.command("Gazelle without a language, whole workspace", b.bare)
	results, err := measure.Run(os.Stderr, *runs, again, module, kernel, fresh, base)
	if err != nil {
		return err
	}
	measure.Print(os.Stdout, results)
	bare := results[len(results)-1]
	for _, r := range results[:len(results)-1] {
		if r.Name == again.Name || r.Name == fresh.Name {
			fmt.Printf("%s: %.2f s, %.2f CPU seconds, on top of Gazelle's own %.2f s (at most 3 s are wanted), %.0f MB (400 MB)\n",
				r.Name, r.Wall-bare.Wall, r.CPU-bare.CPU, bare.Wall, float64(r.RSS)/1e6)
		} else {
			fmt.Printf("%s: %.2f s (at most 1 s is wanted), %.0f MB\n", r.Name, r.Wall, float64(r.RSS)/1e6)
		}
	}
	return nil
}

// unpack makes the workspace and returns the number of its files.
func (b *bench) unpack() (int, error) {
	script := `set -e
mkdir linux mod headers
dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ -C linux --strip-components=1
shift
for package; do dpkg-deb -x "$package" headers; done
cp -rL headers/usr/src/linux-headers-*-amd64 objtree
rm -rf headers
`
	cmd := exec.Command("sh", append([]string{"-c", script, "sh", b.source}, b.packages...)...)
	cmd.Dir = b.work
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("unpack: %w: %s", err, out)
	}
	for name, text := range map[string]string{
		"MODULE.bazel": "bazel_dep(name = \"rules_kheaders\", version = \"0.1.0\")\n",
		"mod/Kbuild":   "obj-m := mod.o\n",
		"mod/mod.c":    "#include <linux/module.h>\n#include <linux/sched.h>\n#include <net/sock.h>\n",
	} {
		if err := os.WriteFile(filepath.Join(b.work, name), []byte(text), 0o644); err != nil {
			return 0, err
		}
	}
	n := 0
	err := filepath.WalkDir(b.work, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	return n, err
}

// forget removes the BUILD files.
func (b *bench) forget() error {
	for _, dir := range []string{"linux", "mod", "objtree"} {
		if err := os.Remove(filepath.Join(b.work, dir, "BUILD.bazel")); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) command(name, binary string, args ...string) measure.Command {
	return measure.Command{
		Name: name,
		Make: func() *exec.Cmd {
			cmd := exec.Command(binary, args...)
			cmd.Dir = b.work
			cmd.Env = append(os.Environ(), "BUILD_WORKSPACE_DIRECTORY="+b.work)
			return cmd
		},
	}
}
