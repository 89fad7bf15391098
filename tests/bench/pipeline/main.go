// Command pipeline measures what all actions of one kernel take of the
// processor, beside the archive action alone: reading the packages once for
// all, and once for each.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

// most is how much of the archive action's CPU time all may take together.
const most = 1.35

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench pipeline:", err)
		os.Exit(1)
	}
}

type bench struct {
	tool     string
	packages []string
	work     string
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
	if b.work, err = os.MkdirTemp("", "bench-pipeline-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	fmt.Printf("%d cores. Input: %s as they are.\n", runtime.NumCPU(), strings.Join(names(b.packages), ", "))
	once, each := b.readOnce(), b.readForEach()
	commands := append([]measure.Command{b.archive("alone")}, append(once, each...)...)
	results, err := measure.Run(os.Stderr, *runs, commands...)
	if err != nil {
		return err
	}
	if err := b.same(); err != nil {
		return err
	}
	alone := results[0].CPU
	fmt.Printf("%-66s %6s %9s\n", "Medians", "CPU s", "of alone")
	for _, r := range results {
		fmt.Printf("%-66s %6.2f %9.2f\n", r.Name, r.CPU, r.CPU/alone)
	}
	ratio := sum(results[1:1+len(once)]) / alone
	fmt.Printf("Archive, manifest, list of paths, build tree and verify take %.2f × the archive alone where the packages are read once, %.2f × where each action reads them.\n",
		ratio, sum(results[1+len(once):])/alone)
	if ratio > most {
		return fmt.Errorf("%.2f × the archive alone is more than %.2f ×", ratio, most)
	}
	return nil
}

// readOnce are the commands where the archive's has by-products.
func (b *bench) readOnce() []measure.Command {
	return []measure.Command{
		b.archive("once", "--build-tree="+b.out("once.build.tar"), "--tree-list="+b.out("once.list")),
		b.verify("once"),
	}
}

// readForEach are the commands that each write one thing.
func (b *bench) readForEach() []measure.Command {
	return []measure.Command{
		b.archive("each"),
		b.command("select --tree-list", true, "select", "--tree-list="+b.out("each.list")),
		b.command("archive --profile=modules --strip=none --format=tar", true, "archive", "--profile=modules", "--strip=none", "--format=tar", "--host-machine=any", "--output="+b.out("each.build.tar")),
		b.verify("each"),
	}
}

// archive writes an archive of headers with its manifest, and more.
func (b *bench) archive(name string, more ...string) measure.Command {
	shown := "archive --profile=headers --strip=comments --format=tgz"
	for _, m := range more {
		flag, _, _ := strings.Cut(m, "=")
		shown += " " + flag
	}
	args := append([]string{"archive", "--profile=headers", "--strip=comments", "--format=tgz", "--output=" + b.out(name+".tgz"), "--manifest=" + b.out(name+".tsv"), "--stats=" + b.out(name+".json")}, more...)
	return b.command(shown, true, args...)
}

func (b *bench) verify(name string) measure.Command {
	return b.command("verify --tree-list", false, "verify", "--archive="+b.out(name+".tgz"), "--tree-list="+b.out(name+".list"))
}

func (b *bench) command(name string, ofTree bool, args ...string) measure.Command {
	if ofTree {
		args = append(args, "--arch=x86")
		for _, p := range b.packages {
			args = append(args, "--tree-archive="+p)
		}
	}
	return measure.Command{Name: name, Make: func() *exec.Cmd { return exec.Command(b.tool, args...) }}
}

func (b *bench) out(name string) string { return filepath.Join(b.work, name) }

// same checks that both ways write the same.
func (b *bench) same() error {
	for _, name := range []string{"tgz", "tsv", "json", "list", "build.tar"} {
		once, err := os.ReadFile(b.out("once." + name))
		if err != nil {
			return err
		}
		each, err := os.ReadFile(b.out("each." + name))
		if err != nil {
			return err
		}
		if !bytes.Equal(once, each) {
			return fmt.Errorf("the two ways write different files %s", name)
		}
	}
	return nil
}

func sum(results []measure.Result) float64 {
	total := 0.0
	for _, r := range results {
		total += r.CPU
	}
	return total
}

func names(paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, filepath.Base(p))
	}
	return out
}
