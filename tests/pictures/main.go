// Command pictures draws the pictures of the docs.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Where the pictures are, and the page whose numbers one of them shows, below the top
// of the repository.
const (
	directory = "rules/docs/images"
	costs     = "rules/docs/costs.md"
)

// pictures are the drawings by the names of their files. That of formats is drawn as
// soon as the page of costs has its numbers.
func pictures(page string) (map[string]string, error) {
	all := map[string]string{
		"trees.svg": trees().String(),
		"way.svg":   way().String(),
	}
	found, err := sizes(page)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", costs, err)
	}
	if found != nil {
		all["formats.svg"] = formats(found).String()
	}
	return all, nil
}

func main() {
	if err := run(os.Getenv("BUILD_WORKSPACE_DIRECTORY")); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// read reads a page; one that is not there has no numbers.
func read(path string) (string, error) {
	page, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(page), err
}

// run writes the pictures to the repository whose top is root.
func run(root string) error {
	page, err := read(filepath.Join(root, costs))
	if err != nil {
		return err
	}
	all, err := pictures(page)
	if err != nil {
		return err
	}
	for name, picture := range all {
		if err := os.WriteFile(filepath.Join(root, directory, name), []byte(picture), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// way is how headers get from a kernel tree to the programs that read them.
func way() *drawing {
	d := &drawing{width: 920, height: 300}
	d.text(20, 28, 13, "start", "bold", faint, "where the kernel is built: Bazel, or the command kheaders")
	d.box(20, 45, 160, blue, "kernel tree", "srctree, and objtree", "laid over it")
	d.arrow(180, 85, 270, 85, "profile", "roots")
	d.box(270, 45, 120, blue, "set", "files to take")
	d.arrow(390, 85, 490, 85, "strip", "tar, compress")
	d.box(490, 45, 150, green, "kheaders.tgz", "the same bytes", "everywhere")
	d.arrow(640, 85, 740, 85, "embed", "make")
	d.box(740, 45, 150, green, "kheaders.ko", "the archive", "in a module")
	d.arrow(815, 125, 815, 195)
	d.text(825, 163, 11, "start", "normal", faint, "insmod")
	d.text(270, 178, 13, "start", "bold", faint, "on the machine that runs it")
	d.box(640, 195, 250, amber, "/proc/kheaders.tgz", "or /sys/kernel/kheaders.tar.xz")
	fmt.Fprintf(&d.body, `<line x1="640" y1="235" x2="530" y2="235" stroke="%s" stroke-width="1.5" marker-end="url(#head)"/>`+"\n", ink)
	d.text(585, 229, 11, "middle", "normal", faint, "kheaders use")
	d.box(270, 195, 260, amber, "bcc, bpftrace, systemtap", "and builds of modules")
	d.text(20, 178, 13, "start", "bold", faint, "tests of the archive")
	d.box(20, 195, 210, grey, "size, verify", "budgets, growth, owners", "no header is missing")
	return d
}

// trees is a kernel tree of two directories.
func trees() *drawing {
	d := &drawing{width: 920, height: 330}
	column := func(x int, fill, title, note string) {
		d.text(x+135, 28, 15, "middle", "bold", ink, title)
		d.text(x+135, 46, 12, "middle", "normal", faint, note)
		d.rect(x, 58, 270, 250, fill)
	}
	column(20, grey, "srctree", "the kernel's sources")
	column(325, grey, "objtree", "where it was built: make O=…")
	column(630, grey, "kernel tree", "the objtree laid over the srctree")
	for i, row := range []struct {
		path     string
		src, obj bool
	}{
		{path: "Makefile", src: true},
		{path: "include/linux/sched.h", src: true},
		{path: "arch/x86/include/asm/page.h", src: true},
		{path: "scripts/Makefile.build", src: true},
		{path: "include/generated/autoconf.h", obj: true},
		{path: "include/config/auto.conf", obj: true},
		{path: "arch/x86/include/generated/…", obj: true},
		{path: "scripts/mod/modpost", obj: true},
		{path: "Module.symvers", obj: true},
	} {
		y := 70 + 26*i
		line := func(x int, fill string) {
			d.rect(x+8, y, 254, 22, fill)
			d.text(x+18, y+15, 12, "start", "normal", ink, row.path)
		}
		if row.src {
			line(20, blue)
		}
		if row.obj {
			line(325, green)
		}
		if row.obj {
			line(630, green)
		} else {
			line(630, blue)
		}
	}
	return d
}
