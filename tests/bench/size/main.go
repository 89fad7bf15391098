// Command size measures what telling sizes takes, beside packing the archive that
// they are of, what comparing two takes, and how quick the page is in a browser.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
	"github.com/rules-kheaders/rules_kheaders/tests/chromium"
)

// What attribution and all four reports of a tgz may take: of the CPU time of
// packing it, and of memory in bytes.
const (
	mostCPU    = 0.35
	mostMemory = 160e6
)

// What comparing two archives may take: of the CPU time of packing the first, and of
// memory in bytes.
const (
	mostDiffCPU    = 2
	mostDiffMemory = 256e6
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench size:", err)
		os.Exit(1)
	}
}

type bench struct {
	tool string
	// packages and newest are those of two kernels.
	packages, newest []string
	work             string
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.tool, "kheaders", "", "the kheaders `binary`")
	layer := flag.String("chromium", "", "`directory` with Chromium's packages unpacked")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	newest := flag.String("newest", "", "packages of the newest kernel, `paths` with spaces between")
	packages := measure.Args()
	files, err := measure.Files(slices.Concat([]string{b.tool}, packages, strings.Fields(*newest))...)
	if err != nil {
		return err
	}
	b.tool, b.packages, b.newest = files[0], files[1:len(packages)+1], files[len(packages)+1:]
	if b.work, err = os.MkdirTemp("", "bench-size-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	fmt.Printf("%d cores. Input: packages of 6.1 (k) and of the newest kernel, profile headers, comments stripped.\n", runtime.NumCPU())
	var commands []measure.Command
	formats := []string{"tgz", "tar.zst", "tar.bz2"}
	for _, format := range formats {
		commands = append(commands, b.pack("k", b.packages, format), b.size(format))
	}
	commands = append(commands, b.pack("newest", b.newest, "tgz"), b.diff())
	results, err := measure.Run(os.Stderr, *runs, commands...)
	if err != nil {
		return err
	}
	fmt.Printf("%-48s %6s %12s %10s\n", "Medians", "CPU s", "of packing", "RSS MB")
	last := len(results) - 1
	for i, r := range results {
		packing := results[i/2*2]
		if i == last {
			packing = results[0]
		}
		fmt.Printf("%-48s %6.2f %12.2f %10.1f\n", r.Name, r.CPU, r.CPU/packing.CPU, float64(r.RSS)/1e6)
	}
	if err := b.page(*layer); err != nil {
		return err
	}
	if err := within(results[1], results[0], mostCPU, mostMemory); err != nil {
		return err
	}
	return within(results[last], results[0], mostDiffCPU, mostDiffMemory)
}

// within tells whether a command takes more than it may, beside packing.
func within(r, packing measure.Result, cpu, memory float64) error {
	if ratio := r.CPU / packing.CPU; ratio > cpu {
		return fmt.Errorf("%s: %.2f × the CPU time of packing is more than %.2f ×", r.Name, ratio, cpu)
	}
	if float64(r.RSS) > memory {
		return fmt.Errorf("%s: %d bytes of memory are more than %.0f", r.Name, r.RSS, memory)
	}
	return nil
}

func (b *bench) out(name string) string { return filepath.Join(b.work, name) }

func (b *bench) pack(name string, packages []string, format string) measure.Command {
	args := []string{"archive", "--arch=x86", "--strip=comments", "--format=" + format, "--output=" + b.out(name+"."+format), "--manifest=" + b.out(name+".tsv"), "--stats=" + b.out(name+"."+format+".json")}
	for _, p := range packages {
		args = append(args, "--tree-archive="+p)
	}
	return measure.Command{Name: "archive " + name + "." + format, Make: func() *exec.Cmd { return exec.Command(b.tool, args...) }}
}

func (b *bench) diff() measure.Command {
	return measure.Command{Name: "diff k.tgz newest.tgz, all four reports", Make: func() *exec.Cmd {
		return exec.Command(b.tool, "diff", b.out("k.tgz"), b.out("newest.tgz"),
			"--json="+b.out("diff.json"), "--output="+b.out("diff.txt"), "--md="+b.out("diff.md"), "--html="+b.out("diff.html"))
	}}
}

func (b *bench) size(format string) measure.Command {
	return measure.Command{Name: "size " + format + ", all four reports", Make: func() *exec.Cmd {
		return exec.Command(b.tool, "size", b.out("k."+format), "--stats="+b.out("k."+format+".json"), "--manifest="+b.out("k.tsv"),
			"--json="+b.out("sizes.json"), "--output="+b.out("sizes.txt"), "--md="+b.out("sizes.md"), "--html="+b.out("sizes.html"))
	}}
}

// A key is pressed, and the time until what it did is on the screen is taken.
const pressed = `new Promise(done => {
	const begin = performance.now();
	document.getElementById("map").dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true}));
	requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
})`

// page opens the page in a browser.
func (b *bench) page(layer string) error {
	layer, err := runfiles.Rlocation(layer)
	if err != nil {
		return err
	}
	if err := os.Mkdir(b.out("browser"), 0o755); err != nil {
		return err
	}
	tab, err := chromium.Start(layer, b.out("browser"))
	if err != nil {
		return err
	}
	defer tab.Close()
	if err := tab.Size(1280, 800); err != nil {
		return err
	}
	// Once for what the browser has to fetch of itself.
	for range 2 {
		if err := tab.Open("file://" + b.out("sizes.html")); err != nil {
			return err
		}
	}
	var ms float64
	if err := tab.Eval(`performance.getEntriesByType("navigation")[0].loadEventEnd`, &ms); err != nil {
		return err
	}
	st, err := os.Stat(b.out("sizes.html"))
	if err != nil {
		return err
	}
	fmt.Printf("The page, %d bytes, opens in %.2f s (to be: below 1)", st.Size(), ms/1000)
	if err := tab.Settle(chromium.Drawn); err != nil {
		return err
	}
	if err := tab.Eval("performance.now()", &ms); err != nil {
		return err
	}
	fmt.Printf(" and is drawn to the last box after %.2f s.\n", ms/1000)
	for _, key := range []string{"ArrowRight", "Enter", "Escape"} {
		if err := tab.Eval(fmt.Sprintf(pressed, key), &ms); err != nil {
			return err
		}
		if err := tab.Settle(chromium.Drawn); err != nil {
			return err
		}
		fmt.Printf("It answers %s in %.3f s (to be: below 0.2).\n", key, ms/1000)
	}
	return nil
}
