package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

type bench struct {
	tool, codec, script string
	libdeflate          string
	packages            []string
	work                string
	srctree, objtree    string
	commands            []measure.Command
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

// measure runs everything in turns. The first row and the last but two are the
// same archive, from packages and from a tree; the last two are mainline's.
func (b *bench) measure(runs int) ([]row, error) {
	tars, err := measure.Tars(b.packages, b.work)
	if err != nil {
		return nil, err
	}
	if err := b.archive("tar", 0, true).Run(); err != nil {
		return nil, fmt.Errorf("make the tar that codecs alone are given: %w", err)
	}
	var rows []entry
	decode := b.add("xz --test of the packages", func() *exec.Cmd {
		return exec.Command("xz", append([]string{"--test", "-T1"}, tars...)...)
	})
	tar := b.add("the tar alone, stripped", func() *exec.Cmd { return b.archive("tar", 0, true) })
	tgz := 0
	for _, c := range []struct {
		format string
		level  int
	}{{"tgz", 9}, {"tgz", 8}, {"tgz", 6}, {"tar.zst", 4}, {"tar.xz", 6}} {
		alone := b.add(name(c.format, c.level)+", of the ready tar", func() *exec.Cmd {
			return exec.Command("sh", "-c", `"$1" --format="$2" --level="$3" <"$4" >/dev/null`, "sh", b.codec, c.format, fmt.Sprint(c.level), b.out("tar", 0, true))
		})
		if len(rows) == 0 {
			tgz = alone
		}
		rows = append(rows, entry{alone: alone, command: b.addArchive(name(c.format, c.level), c.format, c.level, false)})
	}
	rows = append(rows, entry{alone: tgz, unpacked: true, command: b.addArchive("tgz, level 9, from a tree", "tgz", 9, true)})
	gzip9 := filepath.Join(b.work, "gzip9")
	if err := os.WriteFile(gzip9, []byte("#!/bin/sh\nexec gzip -9n \"$@\"\n"), 0o755); err != nil {
		return nil, err
	}
	theirs := len(b.commands)
	b.commands = append(b.commands, measure.Mainline("gen_kheaders.sh, gzip -9", b.script, b.srctree, b.objtree, gzip9), b.mainline())
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
	return append(table, row{Result: results[theirs]}, row{Result: results[theirs+1]}), nil
}

// formats runs all levels in turns; the last but one is another encoder's gzip of
// the ready tar, the last mainline's.
func (b *bench) formats(runs int) ([]measure.Result, error) {
	b.addArchive("tar", "tar", 0, false)
	for _, f := range []struct {
		name string
		top  int
	}{{"tgz", 9}, {"tar.xz", 9}, {"tar.zst", 4}, {"tar.bz2", 9}} {
		for level := 1; level <= f.top; level++ {
			b.addArchive(name(f.name, level), f.name, level, false)
		}
	}
	smaller := filepath.Join(b.work, "libdeflate.tgz")
	b.add("libdeflate-gzip -12, of the ready tar", func() *exec.Cmd {
		return exec.Command("sh", "-c", `"$1" -12 -c <"$2" >"$3"`, "sh", b.libdeflate, b.out("tar", 0, false), smaller)
	})
	b.commands[len(b.commands)-1].Size = func() (int64, error) { return measure.Size(smaller) }
	return measure.Run(os.Stderr, runs, append(b.commands, b.mainline())...)
}

func name(format string, level int) string { return fmt.Sprintf("%s, level %d", format, level) }

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
func (b *bench) add(name string, make func() *exec.Cmd) int {
	b.commands = append(b.commands, measure.Command{Name: name, Make: make})
	return len(b.commands) - 1
}

// addArchive adds an archive of ours, whose size is in the table.
func (b *bench) addArchive(name, format string, level int, unpacked bool) int {
	i := b.add(name, func() *exec.Cmd { return b.archive(format, level, unpacked) })
	b.commands[i].Size = func() (int64, error) { return measure.Size(b.out(format, level, unpacked)) }
	return i
}

// mainline is the kernel's own script.
func (b *bench) mainline() measure.Command {
	return measure.Mainline("gen_kheaders.sh", b.script, b.srctree, b.objtree, "xz")
}
