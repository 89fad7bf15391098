// Command decode measures the reading of xz: the packages' data by the project's
// own decoder, by another one in Go, and by liblzma.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	program := flag.String("unxzfile", "", "`binary` that decodes files")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	packages := measure.Args()
	if err := run(*program, *runs, packages); err != nil {
		fmt.Fprintln(os.Stderr, "bench decode:", err)
		os.Exit(1)
	}
}

func run(program string, runs int, packages []string) error {
	files, err := measure.Files(append([]string{program}, packages...)...)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-decode-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tars, err := measure.Tars(files[1:], work)
	if err != nil {
		return err
	}
	by := func(name string, args ...string) measure.Command {
		return measure.Command{Name: name, Make: func() *exec.Cmd { return exec.Command(args[0], append(args[1:], tars...)...) }}
	}
	results, err := measure.Run(os.Stderr, runs, by("own decoder", files[0], "--decoder=own"), by("therootcompany/xz", files[0], "--decoder=foreign"), by("xz --test -T1 (liblzma)", "xz", "--test", "-T1"))
	if err != nil {
		return err
	}
	fmt.Printf("The data of %d packages, one thread, %d cores, load %s, medians of %d:\n", len(packages), runtime.NumCPU(), measure.Load(), runs)
	measure.Print(os.Stdout, results)
	fmt.Printf("therootcompany/xz takes %.2f times the CPU time of the own decoder, liblzma %.2f times.\n", results[1].CPU/results[0].CPU, results[2].CPU/results[0].CPU)
	return nil
}
