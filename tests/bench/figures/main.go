// Command figures measures what packing takes, side by side with mainline's own
// kernel/gen_kheaders.sh and with the limit of the machine, in one run. It prints
// one table, and draws it.
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

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	tool, codec, script string
	packages            []string
	tars                []string // theirs, compressed
	work                string
	srctree, objtree    string
	commands            []measure.Command
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.tool, "kheaders", "", "the kheaders `binary`")
	flag.StringVar(&b.codec, "codecfile", "", "`binary` that compresses its standard input")
	flag.StringVar(&b.script, "gen_kheaders", "", "the kernel's `script` kernel/gen_kheaders.sh")
	runs := flag.Int("runs", 3, "`number` of runs of each")
	quick := flag.Bool("quick", false, "one run of each, in under three minutes")
	svg := flag.String("svg", "", "`file` to draw the table to, relative to the workspace")
	flag.Parse()
	if *quick {
		*runs = 1
	}
	b.packages = flag.Args()
	for _, p := range append([]*string{&b.tool, &b.codec, &b.script}, pointers(b.packages)...) {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		if _, err := os.Stat(abs); err != nil {
			return fmt.Errorf("no file %q: run this by `tools/bazel run //tests/bench`", abs)
		}
		*p = abs
	}
	var err error
	if b.work, err = os.MkdirTemp("", "bench-figures-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	if b.srctree, b.objtree, err = measure.UnpackHeaders(b.packages, filepath.Join(b.work, "root")); err != nil {
		return err
	}
	if err := b.prepare(); err != nil {
		return err
	}
	before := load()
	table, err := b.measure(*runs)
	if err != nil {
		return err
	}
	head := fmt.Sprintf("Input: the header packages of %s, profile headers, comments stripped. %d cores, load %s before, %s after; medians of %d.",
		filepath.Base(b.objtree), runtime.NumCPU(), before, load(), *runs)
	fmt.Println(head)
	print(os.Stdout, table)
	if *svg == "" {
		return nil
	}
	path := *svg
	if top := os.Getenv("BUILD_WORKSPACE_DIRECTORY"); top != "" && !filepath.IsAbs(path) {
		path = filepath.Join(top, path)
	}
	return os.WriteFile(path, draw(table, head), 0o644)
}

func pointers(s []string) []*string {
	var out []*string
	for i := range s {
		out = append(out, &s[i])
	}
	return out
}

// load is the machine's load of the last minute, as the system says it.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}

// prepare unpacks the packages' compressed tars, and makes the tar that the
// codecs alone are given.
func (b *bench) prepare() error {
	for i, p := range b.packages {
		out := filepath.Join(b.work, fmt.Sprintf("%d.tar.xz", i))
		if err := output(exec.Command("ar", "p", p, "data.tar.xz"), out); err != nil {
			return fmt.Errorf("take data.tar.xz out of %s: %w", filepath.Base(p), err)
		}
		b.tars = append(b.tars, out)
	}
	return b.archive("tar", 0, true).Run()
}

func output(cmd *exec.Cmd, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	cmd.Stdout = f
	return cmd.Run()
}

// archive is ours, from the packages or from the unpacked tree.
func (b *bench) archive(format string, level int, unpacked bool) *exec.Cmd {
	args := []string{"archive", "--arch=x86", "--profile=headers", "--strip=comments", "--format=" + format, fmt.Sprintf("--level=%d", level), "--output=" + b.out(format, level, unpacked)}
	if unpacked {
		return exec.Command(b.tool, append(args, "--srctree="+b.srctree, "--objtree="+b.objtree)...)
	}
	for _, p := range b.packages {
		args = append(args, "--tree-archive="+p)
	}
	return exec.Command(b.tool, args...)
}

func (b *bench) out(format string, level int, unpacked bool) string {
	return filepath.Join(b.work, fmt.Sprintf("%v.%d.%s", unpacked, level, format))
}

// add adds a command and returns its index.
func (b *bench) add(name, size string, make func() *exec.Cmd) int {
	c := measure.Command{Name: name, Make: make}
	if size != "" {
		c.Size = func() (int64, error) { return measure.Size(size) }
	}
	b.commands = append(b.commands, c)
	return len(b.commands) - 1
}

// measure runs everything in turns.
func (b *bench) measure(runs int) ([]row, error) {
	var rows []entry
	decode := b.add("xz --test of the packages", "", func() *exec.Cmd {
		return exec.Command("xz", append([]string{"--test", "-T1"}, b.tars...)...)
	})
	tar := b.add("the tar alone, stripped", "", func() *exec.Cmd { return b.archive("tar", 0, true) })
	ready := b.out("tar", 0, true)
	alone := map[string]int{}
	for _, c := range []struct {
		format string
		level  int
	}{{"tgz", 9}, {"tgz", 8}, {"tgz", 6}, {"tar.xz", 6}, {"tar.zst", 4}} {
		name := fmt.Sprintf("%s, level %d", c.format, c.level)
		alone[name] = b.add(name+", of the ready tar", "", func() *exec.Cmd {
			return exec.Command("sh", "-c", `"$1" --format="$2" --level="$3" <"$4" >/dev/null`, "sh", b.codec, c.format, fmt.Sprint(c.level), ready)
		})
		rows = append(rows, entry{alone: alone[name], command: b.add(name, b.out(c.format, c.level, false), func() *exec.Cmd { return b.archive(c.format, c.level, false) })})
	}
	rows = append(rows, entry{alone: alone["tgz, level 9"], unpacked: true,
		command: b.add("tgz, level 9, from a tree", b.out("tgz", 9, true), func() *exec.Cmd { return b.archive("tgz", 9, true) })})
	theirs := len(b.commands)
	b.commands = append(b.commands, measure.Mainline("gen_kheaders.sh", b.script, b.srctree, b.objtree, "xz"))
	results, err := measure.Run(os.Stderr, runs, b.commands...)
	if err != nil {
		return nil, err
	}
	var table []row
	for _, e := range rows {
		cpu := results[e.alone].CPU + results[tar].CPU
		if !e.unpacked {
			cpu += results[decode].CPU
		}
		table = append(table, row{Result: results[e.command], limit: cpu / float64(runtime.NumCPU())})
	}
	return append(table, row{Result: results[theirs]}), nil
}

// entry is a row to be: a command, and the codec alone that it has in it.
type entry struct {
	command, alone int
	unpacked       bool
}

// row is one of the table; limit is how many seconds the machine cannot do without,
// 0 where that is not known.
type row struct {
	measure.Result
	limit float64
}
