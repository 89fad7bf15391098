// Command archive measures the archive action side by side with mainline's own
// kernel/gen_kheaders.sh, on the same kernel, in one run.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench archive:", err)
		os.Exit(1)
	}
}

type bench struct {
	tool, script     string
	packages         []string
	work             string
	srctree, objtree string
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.tool, "kheaders", "", "the kheaders `binary`")
	flag.StringVar(&b.script, "gen_kheaders", "", "the kernel's `script` kernel/gen_kheaders.sh")
	runs := flag.Int("runs", 3, "`number` of runs of each")
	formats := flag.Bool("formats", false, "measure the levels of all formats in place of the profiles")
	flag.Parse()
	b.packages = flag.Args()
	for _, p := range append([]*string{&b.tool, &b.script}, pointers(b.packages)...) {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		if *p = abs; !exists(abs) {
			return fmt.Errorf("no file %q: run this by `tools/bazel run //tests/bench:archive`", abs)
		}
	}
	var err error
	if b.work, err = os.MkdirTemp("", "bench-archive-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	if b.srctree, b.objtree, err = measure.UnpackHeaders(b.packages, filepath.Join(b.work, "root")); err != nil {
		return err
	}
	gzip9 := filepath.Join(b.work, "gzip9")
	if err := os.WriteFile(gzip9, []byte("#!/bin/sh\nexec gzip -9n \"$@\"\n"), 0o755); err != nil {
		return err
	}
	fmt.Printf("%d cores. Input: the header packages of %s; mainline's script reads the same packages, unpacked.\n", runtime.NumCPU(), filepath.Base(b.objtree))
	commands := []measure.Command{
		b.ours("headers", "tgz", "comments", 0), b.ours("headers", "tar.zst", "comments", 0), b.ours("headers", "tgz", "none", 0),
		b.ours("modules", "tgz", "comments", 0), b.ours("rfc", "tgz", "comments", 0),
		b.mainline("gzip -9", gzip9),
	}
	if *formats {
		commands = []measure.Command{b.ours("headers", "tar", "comments", 0)}
		for _, f := range []struct {
			name string
			top  int
		}{{"tgz", 9}, {"tar.xz", 9}, {"tar.zst", 4}, {"tar.bz2", 9}} {
			for level := 1; level <= f.top; level++ {
				commands = append(commands, b.ours("headers", f.name, "comments", level))
			}
		}
	}
	results, err := measure.Run(os.Stderr, *runs, append(commands, b.mainline("xz", "xz"))...)
	if err != nil {
		return err
	}
	measure.Print(os.Stdout, results)
	fmt.Println("Medians. The last rows are ratios to mainline as it is. It strips comments too; ours read the packages as they are.")
	return nil
}

func pointers(s []string) []*string {
	var out []*string
	for i := range s {
		out = append(out, &s[i])
	}
	return out
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (b *bench) ours(profile, format, strip string, level int) measure.Command {
	out := filepath.Join(b.work, profile+"-"+strip+"."+format)
	name := fmt.Sprintf("profile %s, strip %s, %s", profile, strip, format)
	if level > 0 {
		name = fmt.Sprintf("%s, level %d", format, level)
	}
	return measure.Command{
		Name: name,
		Make: func() *exec.Cmd {
			args := []string{"archive", "--arch=x86", "--profile=" + profile, "--format=" + format, "--strip=" + strip, "--level=" + strconv.Itoa(level), "--output=" + out}
			for _, p := range b.packages {
				args = append(args, "--tree-archive="+p)
			}
			return exec.Command(b.tool, args...)
		},
		Size: func() (int64, error) { return measure.Size(out) },
	}
}

// mainline is the kernel's own script.
func (b *bench) mainline(name, compressor string) measure.Command {
	return measure.Mainline("gen_kheaders.sh, "+name, b.script, b.srctree, b.objtree, compressor)
}
