// Command scale measures how what Bazel takes grows with a workspace: of some
// dozens of kernels, each with archives of every profile in three formats. It
// prints what analysis takes, in time and in memory, what a cache is sent, and what
// it hands out to a build from nothing. That every tree of directories is read by
// one action alone, and that nothing is made twice, is asserted.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench scale:", err)
		os.Exit(1)
	}
}

func run() error {
	tool := flag.String("kheaders", "", "the kheaders `binary`")
	mini := flag.String("mini", "", "the `directory` of a small kernel's srctree and objtree")
	numbers := flag.String("kernels", "10,20,40", "`numbers` of kernels")
	every := flag.Int("real", 10, "each of so `many` is Debian's 6.1, and the others are small; 0 is none")
	packages, err := measure.Files(measure.Args()...)
	if err != nil {
		return err
	}
	program, err := os.ReadFile(*tool)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	k := kernels{mini: *mini, packages: packages, every: *every}
	var rows []row
	for _, word := range strings.Split(*numbers, ",") {
		count, err := strconv.Atoi(word)
		if err != nil || count < 1 {
			return fmt.Errorf("--kernels=%s: want numbers with commas between them", *numbers)
		}
		r, err := k.measure(filepath.Join(work, word), program, count)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%d kernels: analysed in %.2f s, built in %.1f s\n", count, r.analysis, r.build)
		rows = append(rows, r)
	}
	fmt.Printf("Archives of %d profiles in %d formats, one kernel of %d a real one; %d cores, load %s.\n", len(profiles), len(formats), *every, runtime.NumCPU(), measure.Load())
	return show(rows)
}

// row is what so many kernels take: seconds, and megabytes.
type row struct {
	kernels                              int
	analysis, heap, build, sent, fetched float64
	// again is a build from nothing but the cache.
	again float64
}

func show(rows []row) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kernels\tarchives\tanalysis s\theap MB\tbuild s\tsent MB\tfrom the cache s\tfetched MB\t")
	line := func(name string, archives string, r row, by float64) {
		fmt.Fprintf(t, "%s\t%s\t%.2f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\n", name, archives, r.analysis/by, r.heap/by, r.build/by, r.sent/by, r.again/by, r.fetched/by)
	}
	for _, r := range rows {
		line(strconv.Itoa(r.kernels), strconv.Itoa(archives(r.kernels)), r, 1)
	}
	for _, r := range rows {
		line(fmt.Sprintf("each of %d", r.kernels), strconv.Itoa(archives(1)), r, float64(r.kernels))
	}
	return t.Flush()
}

// measure analyses and builds a workspace with a server of its own, which knows the
// rules already, and an empty cache.
func (k kernels) measure(dir string, program []byte, count int) (r row, err error) {
	r.kernels = count
	w, err := measure.NewWorkspace(filepath.Join(dir, "workspace"), "", program)
	if err != nil {
		return r, err
	}
	if err := (kernels{mini: k.mini}).write(w, "warm", 1); err != nil {
		return r, err
	}
	if err := k.write(w, "kernels", count); err != nil {
		return r, err
	}
	c, err := openCache(filepath.Join(dir, "cache"))
	if err != nil {
		return r, err
	}
	defer c.close()
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
		if e := os.RemoveAll(dir); err == nil {
			err = e
		}
	}()
	// Bazel is to look into directories.
	if err := w.Put(".bazelrc", "startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1\n"); err != nil {
		return r, err
	}
	// It asks no other cache: what tools/bazel says of one wins over a workspace's
	// .bazelrc, and loses to the command line.
	build := func(args ...string) (float64, error) {
		begin := time.Now()
		_, err := w.Run(append([]string{"build", "--disk_cache=", "--remote_cache=" + c.url}, args...)...)
		return time.Since(begin).Seconds(), err
	}
	if _, err := build("--nobuild", "//warm/..."); err != nil {
		return r, err
	}
	before, err := w.Heap()
	if err != nil {
		return r, err
	}
	if r.analysis, err = build("--nobuild", "//kernels/..."); err != nil {
		return r, err
	}
	after, err := w.Heap()
	if err != nil {
		return r, err
	}
	r.heap = after - before
	targets, err := k.targets(w, count)
	if err != nil {
		return r, err
	}
	if r.build, err = build(targets); err != nil {
		return r, err
	}
	if n := c.results.Load(); n != k.actions(count) {
		return r, fmt.Errorf("%d kernels: the cache has results of %d actions, want one for each of %d archives, and one for each small tree: %d", count, n, archives(count), k.actions(count))
	}
	r.sent = float64(c.sent.Load()) / 1e6
	asked := c.fetched.Load()
	if _, err := w.Run("clean"); err != nil {
		return r, err
	}
	if r.again, err = build(targets); err != nil {
		return r, err
	}
	if n := c.results.Load(); n != k.actions(count) {
		return r, fmt.Errorf("%d kernels: %d actions ran again, though the cache had all", count, n-k.actions(count))
	}
	r.fetched = float64(c.fetched.Load()-asked) / 1e6
	return r, nil
}

// targets writes the names of all archives to a file, and returns the flag for it.
func (k kernels) targets(w *measure.Workspace, count int) (string, error) {
	var names strings.Builder
	for i := range count {
		for _, profile := range profiles {
			for _, format := range formats {
				fmt.Fprintf(&names, "//kernels/kernel%d:%s.archive.%s\n", i, profile, format)
			}
		}
	}
	return "--target_pattern_file=targets", w.Put("targets", names.String())
}
