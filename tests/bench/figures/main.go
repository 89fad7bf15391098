// Command figures measures what packing takes, side by side with mainline's own
// kernel/gen_kheaders.sh and with the limit of the machine, in one run. It prints
// one table, and draws it; or it prints what each level of each format takes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	b := &bench{}
	flag.StringVar(&b.tool, "kheaders", "", "the kheaders `binary`")
	flag.StringVar(&b.codec, "codecfile", "", "`binary` that compresses its standard input")
	flag.StringVar(&b.script, "gen_kheaders", "", "the kernel's `script` kernel/gen_kheaders.sh")
	runs := flag.Int("runs", 3, "`number` of runs of each")
	quick := flag.Bool("quick", false, "one run of each, in under three minutes")
	flag.StringVar(&b.libdeflate, "libdeflate", "", "`program` libdeflate-gzip, beside which --formats measures")
	formats := flag.Bool("formats", false, "measure all levels of all formats, without limits")
	update := flag.Bool("update", false, "with --formats, write the table to "+costsPage)
	svg := flag.String("svg", "", "`file` to draw the table to, relative to the workspace")
	page := flag.String("page", "", "Markdown `file`, relative to the workspace, whose table between the comments \"figures: begin\" and \"figures: end\" is to be this one")
	packages := measure.Args()
	if *quick {
		*runs = 1
	}
	files, err := measure.Files(append([]string{b.tool, b.codec, b.script}, packages...)...)
	if err != nil {
		return err
	}
	b.tool, b.codec, b.script, b.packages = files[0], files[1], files[2], files[3:]
	if *formats {
		others, err := measure.Files(b.libdeflate)
		if err != nil {
			return err
		}
		b.libdeflate = others[0]
	}
	if b.work, err = os.MkdirTemp("", "bench-figures-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	if b.srctree, b.objtree, err = measure.UnpackHeaders(b.packages, filepath.Join(b.work, "root")); err != nil {
		return err
	}
	before := measure.Load()
	start, err := measure.ProcessStart()
	if err != nil {
		return err
	}
	var table []row
	var results []measure.Result
	if *formats {
		results, err = b.formats(*runs)
	} else {
		table, err = b.measure(*runs)
	}
	if err != nil {
		return err
	}
	head := fmt.Sprintf("Input: the header packages of %s, profile headers, comments stripped. %d cores, load %s before, %s after, a process starts in %.1f ms; medians of %d.",
		filepath.Base(b.objtree), runtime.NumCPU(), before, measure.Load(), start, *runs)
	fmt.Println(head)
	if *formats {
		measure.Print(os.Stdout, results)
		if *update {
			return updateCosts(formatsTable(head, results))
		}
		return nil
	}
	print(os.Stdout, table)
	if *svg != "" {
		if err := os.WriteFile(inWorkspace(*svg), draw(table, head), 0o644); err != nil {
			return err
		}
	}
	if *page != "" {
		return fill(inWorkspace(*page), begin, end, markdown(table, start))
	}
	return nil
}

// inWorkspace returns the path of a file that is named relative to the workspace.
func inWorkspace(path string) string {
	if top := os.Getenv("BUILD_WORKSPACE_DIRECTORY"); top != "" && !filepath.IsAbs(path) {
		return filepath.Join(top, path)
	}
	return path
}
