// Command strip measures the stripper on the headers of a kernel, on one core
// and on more, beside the perl program of mainline's gen_kheaders.sh on the
// same files, in one run.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"text/tabwriter"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench strip:", err)
		os.Exit(1)
	}
}

type bench struct {
	tool, speed, script string
	packages            []string
	work                string
	tar                 string // the headers, not stripped
	program             string // mainline's
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.tool, "kheaders", "", "the kheaders `binary`")
	flag.StringVar(&b.speed, "speed", "", "the `binary` that times the stripper alone")
	flag.StringVar(&b.script, "gen_kheaders", "", "the kernel's `script` kernel/gen_kheaders.sh")
	runs := flag.Int("runs", 3, "`number` of runs of each")
	packages := measure.Args()
	files, err := measure.Files(append([]string{b.tool, b.speed, b.script}, packages...)...)
	if err != nil {
		return err
	}
	b.tool, b.speed, b.script = files[0], files[1], files[2]
	for _, p := range files[3:] {
		b.packages = append(b.packages, "--tree-archive="+p)
	}
	script, err := os.ReadFile(b.script)
	if err != nil {
		return err
	}
	m := regexp.MustCompile(`perl -pi -e '([^']*)'`).FindSubmatch(script)
	if m == nil {
		return fmt.Errorf("%s does not call perl as it did", b.script)
	}
	b.program = string(m[1])
	if b.work, err = os.MkdirTemp("", "bench-strip-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	b.tar = filepath.Join(b.work, "none.tar")
	if out, err := b.archive("none", b.tar, b.packages...).CombinedOutput(); err != nil {
		return fmt.Errorf("kheaders archive: %w: %s", err, out)
	}
	alone, err := b.alone(*runs)
	if err != nil {
		return err
	}
	whole, err := measure.Run(os.Stderr, *runs, b.ours("comments", 1), b.ours("comments", 2), b.ours("none", 2),
		b.perl("1 process a file, 8 at a time, as in gen_kheaders.sh", "-P8", "-n1"), b.perl("1 process for all files", "-n100000", "-s1900000"))
	if err != nil {
		return err
	}
	fmt.Printf("%d cores.\n\nThe stripper alone, from memory to memory:\n", runtime.NumCPU())
	os.Stdout.Write(alone)
	fmt.Println("\nWhole processes: ours read a tar and write a tar, perl's rewrite the files of a directory:")
	// What the ratios are to comes last.
	whole[3], whole[4] = whole[4], whole[3]
	measure.Print(os.Stdout, whole)
	fmt.Println("Medians. The last rows are ratios to gen_kheaders.sh's way. Its largest process is one perl; 8 run at a time.")
	return nil
}

// archive writes the headers of a tree to a tar.
func (b *bench) archive(strip, out string, tree ...string) *exec.Cmd {
	return exec.Command(b.tool, append([]string{"archive", "--arch=x86", "--format=tar", "--strip=" + strip, "--output=" + out}, tree...)...)
}

// alone times each mode on 1, 2, 4 … cores and returns a table.
func (b *bench) alone(runs int) ([]byte, error) {
	var table bytes.Buffer
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "strip\tcores\tMB before\tMB after\tms\tMB/s\tagainst 1 core\t")
	for _, mode := range []string{"comments", "comments_keep_license", "minify"} {
		one := 0.0
		for cores := 1; cores <= runtime.NumCPU(); cores *= 2 {
			out, err := exec.Command(b.speed, "-strip="+mode, fmt.Sprint("-cores=", cores), fmt.Sprint("-passes=", 10*runs-1), b.tar).Output()
			if err != nil {
				return nil, fmt.Errorf("speed: %w", err)
			}
			var before, after, seconds float64
			if _, err := fmt.Sscan(string(out), &before, &after, &seconds); err != nil {
				return nil, fmt.Errorf("speed: %q: %w", out, err)
			}
			if cores == 1 {
				one = seconds
			}
			fmt.Fprintf(t, "%s\t%d\t%.1f\t%.1f\t%.0f\t%.0f\t%.2f\t\n", mode, cores, before/1e6, after/1e6, seconds*1e3, before/1e6/seconds, one/seconds)
		}
	}
	t.Flush()
	return table.Bytes(), nil
}

func (b *bench) ours(strip string, cores int) measure.Command {
	out := filepath.Join(b.work, "out.tar")
	return measure.Command{
		Name: fmt.Sprintf("kheaders archive, strip %s, %d cores", strip, cores),
		Make: func() *exec.Cmd {
			cmd := b.archive(strip, out, "--tree-archive="+b.tar)
			cmd.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", cores))
			return cmd
		},
		Size: func() (int64, error) { return size(out) },
	}
}

// perl runs mainline's program over fresh files; how are flags of xargs.
func (b *bench) perl(name string, how ...string) measure.Command {
	dir := filepath.Join(b.work, "files")
	return measure.Command{
		Name: "perl, " + name,
		Prepare: func() error {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
			if err := os.Mkdir(dir, 0o755); err != nil {
				return err
			}
			out, err := exec.Command("tar", "-xf", b.tar, "-C", dir).CombinedOutput()
			if err != nil {
				return fmt.Errorf("unpack: %w: %s", err, out)
			}
			return nil
		},
		Make: func() *exec.Cmd {
			cmd := exec.Command("sh", append([]string{"-c", `program=$1; shift; find . -type f -print0 | xargs -0 "$@" perl -pi -e "$program"`, "sh", b.program}, how...)...)
			cmd.Dir = dir
			return cmd
		},
		Size: func() (int64, error) { return size(dir) },
	}
}

// size returns the bytes of a file, or of all files in a directory.
func size(path string) (n int64, err error) {
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		st, err := d.Info()
		if err == nil {
			n += st.Size()
		}
		return err
	})
	return n, err
}
