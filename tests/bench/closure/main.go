// Command closure measures how long it takes to find what five entry points
// can reach, beside `gcc -M` on the same unpacked tree, and how much smaller
// the archives of roots are.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

var entries = []string{"linux/sched.h", "linux/fs.h", "net/sock.h", "linux/blkdev.h", "linux/skbuff.h"}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench closure:", err)
		os.Exit(1)
	}
}

type bench struct {
	tool             string
	packages         []string
	work             string
	srctree, objtree string
	builtin          string
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.tool, "kheaders", "", "the kheaders `binary`")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	packages := measure.Args()
	files, err := measure.Files(append([]string{b.tool}, packages...)...)
	if err != nil {
		return err
	}
	b.tool, b.packages = files[0], files[1:]
	if b.work, err = os.MkdirTemp("", "bench-closure-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	if err := b.prepare(); err != nil {
		return err
	}
	fmt.Printf("%d cores. Input: %s, unpacked. Entry points: %s.\n", runtime.NumCPU(), filepath.Base(b.objtree), strings.Join(entries, ", "))
	results, err := measure.Run(os.Stderr, *runs, b.selects("select, all headers", false), b.selects("select, the closure of five", true), b.gcc())
	if err != nil {
		return err
	}
	measure.Print(os.Stdout, results)
	fmt.Println("Medians. Output is the list that each writes. gcc -M reads one configuration's branches, the closure all.")
	return b.sizes()
}

// prepare unpacks the packages, and makes the source for gcc.
func (b *bench) prepare() error {
	var err error
	if b.srctree, b.objtree, err = measure.UnpackHeaders(b.packages, filepath.Join(b.work, "root")); err != nil {
		return err
	}
	out, err := exec.Command("gcc", "-print-file-name=include").Output()
	if err != nil {
		return fmt.Errorf("gcc: %w", err)
	}
	b.builtin = strings.TrimSpace(string(out))
	var src strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&src, "#include <%s>\n", e)
	}
	return os.WriteFile(filepath.Join(b.work, "five.c"), []byte(src.String()), 0o644)
}

func (b *bench) roots() []string {
	var args []string
	for _, e := range entries {
		args = append(args, "--root="+e)
	}
	return args
}

func (b *bench) selects(name string, roots bool) measure.Command {
	out := filepath.Join(b.work, "files.tsv")
	args := []string{"select", "--arch=x86", "--srctree=" + b.srctree, "--objtree=" + b.objtree, "--manifest=" + out}
	if roots {
		args = append(args, b.roots()...)
	}
	return measure.Command{
		Name: name,
		Make: func() *exec.Cmd { return exec.Command(b.tool, args...) },
		Size: func() (int64, error) { return measure.Size(out) },
	}
}

func (b *bench) gcc() measure.Command {
	out := filepath.Join(b.work, "five.d")
	return measure.Command{
		Name: "gcc -M of the five",
		Make: func() *exec.Cmd {
			args := []string{"-M", "-MF", out, "-nostdinc", "-isystem", b.builtin, "-D__KERNEL__", `-DKBUILD_MODNAME="x"`, "-std=gnu11"}
			for _, d := range []string{"arch/x86/include", "arch/x86/include/generated", "include", "arch/x86/include/uapi", "arch/x86/include/generated/uapi", "include/uapi", "include/generated/uapi"} {
				args = append(args, "-I"+filepath.Join(b.srctree, d), "-I"+filepath.Join(b.objtree, d))
			}
			for _, h := range []string{"compiler-version", "kconfig", "compiler_types"} {
				args = append(args, "-include", filepath.Join(b.srctree, "include/linux", h+".h"))
			}
			return exec.Command("gcc", append(args, filepath.Join(b.work, "five.c"))...)
		},
		Size: func() (int64, error) { return measure.Size(out) },
	}
}

// sizes makes the archives once each and tells how large they are.
func (b *bench) sizes() error {
	fmt.Printf("\nArchives, tgz, comments stripped, bytes:\n")
	for _, profile := range []string{"headers", "modules"} {
		var n [2]int64
		for i, roots := range [][]string{nil, b.roots()} {
			out := filepath.Join(b.work, "a.tgz")
			args := append([]string{"archive", "--arch=x86", "--profile=" + profile, "--strip=comments", "--output=" + out}, roots...)
			for _, p := range b.packages {
				args = append(args, "--tree-archive="+p)
			}
			if said, err := exec.Command(b.tool, args...).CombinedOutput(); err != nil {
				return fmt.Errorf("archive: %w\n%s", err, said)
			}
			var err error
			if n[i], err = measure.Size(out); err != nil {
				return err
			}
		}
		fmt.Printf("  profile %s: all %d, roots %d, 1/%.1f\n", profile, n[0], n[1], float64(n[0])/float64(n[1]))
	}
	return nil
}
