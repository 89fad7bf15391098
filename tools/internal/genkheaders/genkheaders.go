// Package genkheaders does in a kernel's build what its kernel/gen_kheaders.sh
// does: it packs the headers of the srctree and the objtree for CONFIG_IKHEADERS.
//
// There are two forms of the call. Once the archive's name was the only argument,
// and whether anything has changed is found out here; kernels since 6.17, and
// 6.16 of that time, give lists of the files and leave that to make, which needs a
// list of dependencies.
package genkheaders

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// Options are what the kernel's makefile says, and how to pack. The present
// directory is the objtree.
type Options struct {
	// Archive is the file to write, such as kernel/kheaders_data.tar.xz.
	Archive string
	// SrcList and ObjList name files with a path a line, in the later form; ""
	// in the earlier one.
	SrcList, ObjList string
	// Srctree is the srctree's path, "." if the kernel is built in it.
	Srctree string
	// SrcArch is the directory below arch/.
	SrcArch string
	// Pack says how to write the archive.
	Pack archive.Options
	// Program tells this program from others, which might write other bytes.
	Program string
}

// Run writes the archive, unless it is there and nothing has changed. Before it
// does it calls begin.
func Run(o Options, begin func()) error {
	start := time.Now()
	if o.SrcList != "" {
		files, deps, err := listed(o)
		if err != nil {
			return err
		}
		begin()
		return o.write(files, depsName(o.Archive), depsText(o.Archive, deps))
	}
	files, err := found(o)
	if err != nil {
		return err
	}
	stamp := newStamp(o, files)
	if stamp.holds(o.Archive) {
		return nil
	}
	begin()
	if err := o.write(files, "", ""); err != nil {
		return err
	}
	return stamp.write(o.Archive, start)
}

// header is one that is to be packed.
type header struct {
	path string // in the archive
	file string // on this machine
	info os.FileInfo
}

// write writes the archive and, if beside is not "", a text file.
func (o *Options) write(files []header, beside, text string) error {
	if len(files) == 0 {
		return fmt.Errorf("no header in include and arch/%s/include of %q and of the present directory, which is to be the objtree: set SRCARCH and srctree as kernel/Makefile does", o.SrcArch, o.Srctree)
	}
	var outs outfile.Set
	defer outs.Abort()
	data, err := outs.Create(o.Archive)
	if err != nil {
		return err
	}
	other, err := outs.Create(beside)
	if err != nil {
		return err
	}
	selected := make([]headerset.Selected, len(files))
	for i, f := range files {
		selected[i] = headerset.Selected{Entry: tree.FromFile(f.path, f.file, f.info)}
	}
	if _, err := archive.Write(data, nil, selected, o.Pack); err != nil {
		return fmt.Errorf("%s: %w", o.Archive, err)
	}
	if _, err := other.Write([]byte(text)); err != nil {
		return err
	}
	return outs.Commit()
}

// beside is a file in the archive's directory.
func beside(archive, name string) string { return filepath.Join(filepath.Dir(archive), name) }

// depsName is where make looks for the dependencies.
func depsName(archive string) string {
	return beside(archive, "."+filepath.Base(archive)+".d")
}

// depsText tells make on which files the archive depends, and that it is no
// error if one of them is gone.
func depsText(archive string, deps []string) string {
	var b strings.Builder
	quote := strings.NewReplacer("$", "$$", "#", `\#`, " ", `\ `)
	list := "deps_" + archive
	fmt.Fprintf(&b, "\n%s := \\\n", list)
	for _, d := range deps {
		fmt.Fprintf(&b, "  %s \\\n", quote.Replace(d))
	}
	fmt.Fprintf(&b, "\n%s: $(%s)\n\n$(%s):\n", archive, list, list)
	return b.String()
}

// sorted orders headers by path; of two with one path the later is kept.
func sorted(files []header) []header {
	slices.SortStableFunc(files, func(a, b header) int { return strings.Compare(a.path, b.path) })
	out := files[:0]
	for i, f := range files {
		if i+1 < len(files) && files[i+1].path == f.path {
			continue
		}
		out = append(out, f)
	}
	return out
}
