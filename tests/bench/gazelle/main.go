// Command gazelle measures what the kheaders language costs on a whole kernel
// source tree with hundreds of modules and header directories beside it, and
// what a Gazelle that has no language costs, in one run. It fails above the
// limits.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench gazelle:", err)
		os.Exit(1)
	}
}

// What is wanted: seconds on top of Gazelle's own for the whole workspace,
// seconds for one directory, and bytes of memory.
const (
	wholeLimit  = 3.0
	oneLimit    = 1.0
	memoryLimit = 400e6
)

// The workspace has so many header directories, each with as many headers, and
// modules that include one header each of as many directories.
const (
	headerDirs = 300
	modules    = 300
	each       = 30
)

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
	packages := measure.Args()
	paths, err := measure.Files(append([]string{b.ours, b.bare, b.source}, packages...)...)
	if err != nil {
		return err
	}
	b.ours, b.bare, b.source, b.packages = paths[0], paths[1], paths[2], paths[3:]
	if b.work, err = os.MkdirTemp("", "bench-gazelle-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	files, err := b.unpack()
	if err != nil {
		return err
	}
	fmt.Printf("%d cores. A workspace with a kernel's source tree, its object tree, %d header directories and %d modules: %d files, in the file cache.\n",
		runtime.NumCPU(), headerDirs, modules+1, files)
	// The first run of all is not measured: it reads the directories into the cache.
	if out, err := b.command("first run", b.ours).Make().CombinedOutput(); err != nil {
		return fmt.Errorf("first run: %w: %s", err, out)
	}
	again, fresh := b.command("whole workspace, nothing to change", b.ours), b.command("whole workspace, no BUILD file yet", b.ours)
	fresh.Prepare = b.forget
	module := b.command("one directory, a module's", b.ours, "-index=false", "-r=false", moduleDir(1))
	kernel := b.command("one directory, the kernel's", b.ours, "-index=false", "-r=false", "linux")
	base := b.command("Gazelle without a language, whole workspace", b.bare)
	results, err := measure.Run(os.Stderr, *runs, again, module, kernel, fresh, base)
	if err != nil {
		return err
	}
	measure.Print(os.Stdout, results)
	bare := results[len(results)-1]
	over := 0
	for _, r := range results[:len(results)-1] {
		seconds, limit, what := r.Wall, oneLimit, ""
		if r.Name == again.Name || r.Name == fresh.Name {
			seconds, limit = r.Wall-bare.Wall, wholeLimit
			what = fmt.Sprintf(" on top of Gazelle's own %.2f s, %.2f CPU seconds on top", bare.Wall, r.CPU-bare.CPU)
		}
		verdict := ""
		if seconds > limit || float64(r.RSS) > memoryLimit {
			verdict = ": TOO MUCH"
			over++
		}
		fmt.Printf("%s: %.2f s%s (at most %.0f s are wanted), %.0f MB (at most %.0f MB)%s\n",
			r.Name, seconds, what, limit, float64(r.RSS)/1e6, memoryLimit/1e6, verdict)
	}
	if over > 0 {
		return fmt.Errorf("%d of the runs above are over the limits; where the seconds are far above the CPU seconds something else kept the machine busy", over)
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
	files := map[string]string{
		"MODULE.bazel": "bazel_dep(name = \"rules_kheaders\", version = \"0.1.0\")\n",
		"mod/Kbuild":   "obj-m := mod.o\n",
		"mod/mod.c":    "#include <linux/module.h>\n#include <linux/sched.h>\n#include <net/sock.h>\n",
	}
	for i := range headerDirs {
		for j := range each {
			files[fmt.Sprintf("%s/include/vendor%d/part%d.h", headerDir(i), i, j)] = "#include <linux/types.h>\n"
		}
	}
	for i := range modules {
		text := "#include <linux/module.h>\n"
		for j := range each {
			text += fmt.Sprintf("#include <vendor%d/part%d.h>\n", (i+j)%headerDirs, j)
		}
		files[moduleDir(i)+"/Kbuild"] = "obj-m := module.o\nccflags-y := -I$(srctree)/drivers/md\n"
		files[moduleDir(i)+"/module.c"] = text
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(b.work, name)), 0o755); err != nil {
			return 0, err
		}
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

func headerDir(i int) string { return fmt.Sprintf("headers/h%d", i) }

func moduleDir(i int) string { return fmt.Sprintf("modules/m%d", i) }

// forget removes the BUILD files.
func (b *bench) forget() error {
	dirs := []string{"linux", "mod", "objtree"}
	for i := range headerDirs {
		dirs = append(dirs, headerDir(i))
	}
	for i := range modules {
		dirs = append(dirs, moduleDir(i))
	}
	for _, dir := range dirs {
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
