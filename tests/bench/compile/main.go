// Command compile measures what the C compiler spends on kheaders.c, with the
// archive as a string literal and by .incbin: its own command, as the kernel's
// build runs it. What the kernel's headers alone take is the least.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench compile:", err)
		os.Exit(1)
	}
}

func run() error {
	tool := flag.String("kheaders", "", "the kheaders `binary`")
	runs := flag.Int("runs", 5, "`number` of runs of each")
	packages := measure.Args()
	files, err := measure.Files(append([]string{*tool}, packages...)...)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-compile-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tree, archive := filepath.Join(work, "tree"), filepath.Join(work, "kheaders_data.tgz")
	args := []string{"archive", "--arch=x86", "--strip=comments", "--build-tree=" + tree + ".tar", "--output=" + archive}
	for _, p := range files[1:] {
		args = append(args, "--tree-archive="+p)
	}
	if err := os.Mkdir(tree, 0o755); err != nil {
		return err
	}
	for _, cmd := range [][]string{append(files[:1:1], args...), {"tar", "-C", tree, "-xf", tree + ".tar"}} {
		if err := measure.Do(cmd...); err != nil {
			return err
		}
	}
	var commands []measure.Command
	for _, embed := range []string{"incbin", "header", nothing} {
		command, err := compiler(files[0], filepath.Join(work, embed), embed, tree, archive)
		if err != nil {
			return err
		}
		commands = append(commands, measure.Command{Name: "embed " + embed, Make: command})
	}
	results, err := measure.Run(os.Stderr, *runs, commands...)
	if err != nil {
		return err
	}
	size, err := measure.Size(archive)
	if err != nil {
		return err
	}
	fmt.Printf("gcc on kheaders.c of 6.1's headers (%d bytes as tgz), %d cores, load %s, medians of %d:\n", size, runtime.NumCPU(), measure.Load(), *runs)
	measure.Print(os.Stdout, results)
	return nil
}

// nothing is the kernel's headers that kheaders.c includes, and no archive.
const nothing = "nothing"

// savedCommand is how Kbuild writes down what made an object: cmd_ up to 6.2,
// savedcmd_ from 6.3.
var savedCommand = regexp.MustCompile(`(?m)^(?:saved)?cmd_\S+ := (.*)$`)

// compiler makes the sources in dir, has Kbuild compile them once, and returns
// the compiler's command.
func compiler(tool, dir, embed, tree, archive string) (func() *exec.Cmd, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	way, data := embed, []string{tool, "embed", "--archive=" + archive, "--output=" + in("kheaders_data.h")}
	switch embed {
	case "incbin":
		data = []string{"cp", archive, dir}
	case nothing:
		way, data = "incbin", []string{"sh", "-c", `sed -i -n '/^#include </p' "$1" && echo 'MODULE_LICENSE("GPL");' >>"$1" && cp "$2" "$3"`, "sh", in("kheaders.c"), archive, dir} // Kbuild wants the archive to be there
	}
	for _, cmd := range [][]string{
		{tool, "module", "--embed=" + way, "--archive=" + archive, "--source=" + in("kheaders.c"), "--kbuild=" + in("Kbuild"), "--kconfig=" + in("Kconfig")},
		data,
		{"make", "-s", "-C", tree, "M=" + dir, "kheaders.o"},
	} {
		if err := measure.Do(cmd...); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(in(".kheaders.o.cmd"))
	if err != nil {
		return nil, err
	}
	m := savedCommand.FindSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("%s does not say what compiled the object", in(".kheaders.o.cmd"))
	}
	return func() *exec.Cmd {
		cmd := exec.Command("sh", "-c", string(m[1]))
		cmd.Dir = tree
		return cmd
	}, nil
}
