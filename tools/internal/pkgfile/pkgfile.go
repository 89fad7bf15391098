// Package pkgfile reads packages (.deb) and tar archives, compressed or not,
// as one tree of files, without unpacking them.
//
// Each package is decompressed once, in parallel with the others; the files
// that may be wanted are kept in an unlinked temporary file, so that memory
// does not grow with the tree. Should a file be asked for that was not kept,
// its package is read a second time.
package pkgfile

import (
	"archive/tar"
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// Package is one archive to read.
type Package struct {
	// Path is where the file is, Label what messages call it.
	Path, Label string
}

// FS is the packages' files laid over each other. Symlinks are resolved
// across packages, as once installed.
type FS struct {
	root   *node
	pkgs   []Package
	spools []*spool
	// reading is held by who reads a package again.
	reading sync.Mutex
	limits  Limits
	// packed is the size of all packages in bytes.
	packed int64
	// steps counts look-ups; over is why there may be no more of them.
	steps int64
	over  error
}

// Open reads the packages. keep tells by its name in the package whether a
// file's bytes may be wanted; a wrong no costs time, a wrong yes disk space.
// What is beyond the limits is an error, as are names and levels beyond those of
// tarread, and sparse files. Close the FS when done.
func Open(pkgs []Package, keep func(name string) bool, l Limits) (*FS, error) {
	f := &FS{root: newDir(nil, 0), pkgs: pkgs, limits: l}
	for _, p := range pkgs {
		if st, err := os.Stat(p.Path); err == nil {
			f.packed += st.Size()
		}
	}
	sum := newSpent(l, f.packed)
	lists := make([][]member, len(pkgs))
	errs := make([]error, len(pkgs))
	f.spools = make([]*spool, len(pkgs))
	var wg sync.WaitGroup
	for i := range pkgs {
		sp, err := newSpool()
		if err != nil {
			f.Close()
			return nil, err
		}
		f.spools[i] = sp
		wg.Go(func() {
			// A defect of a decompressor must not end in a stack trace.
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("read %s: it cannot be decompressed: %v", pkgs[i].Label, r)
				}
			}()
			lists[i], errs[i] = readPackage(i, pkgs[i], sp, sum, keep)
		})
	}
	wg.Wait()
	if err := first(errs); err != nil {
		f.Close()
		return nil, err
	}
	f.lay(lists)
	if f.over != nil {
		f.Close()
		return nil, f.over
	}
	return f, nil
}

// lay lays the packages over each other, each a list of members. A link may
// lead from one package into another, and a file's name through it, so the order
// of the packages must not matter: links come first, those near the top before
// those below, and what lies behind a link waits until that leads somewhere. A
// directory of one package that is a link of another is where the link leads.
func (f *FS) lay(lists [][]member) {
	var links, waiting []member
	for _, list := range lists {
		last := map[string]int{}
		for i, m := range list {
			last[m.name] = i
		}
		for i, m := range list {
			switch {
			case m.n.kind != dir && last[m.name] > i: // as when tar unpacks
			case m.n.kind == link:
				links = append(links, m)
			default:
				waiting = append(waiting, m)
			}
		}
	}
	slices.SortStableFunc(links, func(a, b member) int {
		return cmp.Compare(strings.Count(a.name, "/"), strings.Count(b.name, "/"))
	})
	waiting = append(links, waiting...)
	for progress := true; progress && len(waiting) > 0 && f.over == nil; {
		var still []member
		for _, m := range waiting {
			if f.blocked(m.name) {
				still = append(still, m)
			} else {
				f.put(m)
			}
		}
		progress = len(still) < len(waiting)
		waiting = still
	}
	for _, m := range waiting {
		f.put(m)
	}
}

func (f *FS) put(m member) {
	if m.n.kind == dir {
		f.mkdir(m.name, m.n.pkg)
	} else {
		f.add(m.name, m.n)
	}
}

// first returns the first error there is: a message is one line.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Close frees the temporary files.
func (f *FS) Close() {
	for _, s := range f.spools {
		if s != nil {
			s.f.Close()
		}
	}
}

type member struct {
	name string
	n    *node
}

// readPackage lists a package's files in their order and spools the bytes of
// those that keep wants.
func readPackage(index int, p Package, sp *spool, sum *spent, keep func(string) bool) ([]member, error) {
	var list []member
	byName, dirs := map[string]*node{}, map[string]bool{}
	err := scan(p, sum, func(h *tar.Header, r io.Reader) error {
		name, err := cleanName(h.Name)
		if err != nil {
			return err
		}
		if err := sum.member(dirs, name, h.Typeflag == tar.TypeDir); err != nil {
			return err
		}
		if tarread.Sparse(h) {
			return fmt.Errorf("member %q is a sparse file, of which a few bytes can stand for any size: make the archive without (tar without --sparse)", name)
		}
		n := &node{pkg: index, member: name, off: -1}
		switch h.Typeflag {
		case tar.TypeDir:
			n.kind = dir
		case tar.TypeSymlink:
			n.kind, n.target = link, h.Linkname
		case tar.TypeLink:
			target, err := cleanName(h.Linkname)
			if err != nil {
				return err
			}
			t := byName[target]
			if t == nil {
				return fmt.Errorf("member %q is a hard link to %q, which does not come before it", name, target)
			}
			cp := *t
			n = &cp
		case tar.TypeReg:
			n.kind, n.size = file, h.Size
			if keep(name) {
				if n.off, err = sp.copy(r, h.Size); err != nil {
					return fmt.Errorf("member %q: %w", name, err)
				}
			}
		case tar.TypeXGlobalHeader:
			return nil
		case tar.TypeFifo:
			n.kind, n.what = special, "a named pipe"
		case tar.TypeChar, tar.TypeBlock:
			n.kind, n.what = special, "a device"
		default:
			n.kind, n.what = special, fmt.Sprintf("a tar member of type %q", h.Typeflag)
		}
		byName[name] = n
		list = append(list, member{name, n})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := sp.flush(); err != nil {
		return nil, sp.full(p, err)
	}
	return list, nil
}

// cleanName returns a member's name relative to the package's top.
func cleanName(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		return "", fmt.Errorf("member %q has an absolute path: make the archive with relative ones", name)
	}
	for _, elem := range strings.Split(name, "/") {
		if elem == ".." {
			return "", fmt.Errorf("member %q leads out of the archive by \"..\": make the archive without it", name)
		}
	}
	return path.Clean(name), nil
}

// scan calls each for every tar member of the package, and checks that the
// package is whole.
func scan(p Package, sum *spent, each func(*tar.Header, io.Reader) error) error {
	fh, _, err := infile.Open(p.Path)
	if err != nil {
		return fmt.Errorf("read %s: %w: give a .deb or a tar archive", p.Label, err)
	}
	defer fh.Close()
	if err := scanReader(fh, sum, each); err != nil {
		return fmt.Errorf("read %s: %w", p.Label, err)
	}
	return nil
}

func scanReader(in io.Reader, sum *spent, each func(*tar.Header, io.Reader) error) error {
	br := bufio.NewReaderSize(in, 256<<10)
	in = br
	if magic, _ := br.Peek(len(arMagic)); string(magic) == arMagic {
		m, err := debData(br)
		if err != nil {
			return err
		}
		in = m
	}
	data, compression, stop, err := codec.NewReader(in)
	if err != nil {
		return truncated(err)
	}
	defer stop()
	data = sum.reader(data)
	tr := tarread.NewReader(data)
	for members := 0; ; members++ {
		h, err := tr.Next()
		if err == io.EOF {
			// The rest holds the checksums of the compression.
			if _, err := io.Copy(io.Discard, data); err != nil {
				return fmt.Errorf("after the last member: %w", truncated(err))
			}
			return nil
		}
		if err == tarread.ErrNoEnd {
			return errTruncated
		}
		if errors.Is(err, tar.ErrHeader) && members == 0 {
			return fmt.Errorf("not a .deb, nor a tar archive (compression: %s)", compression)
		}
		if err != nil {
			return fmt.Errorf("after %d members: %w", members, truncated(err))
		}
		if err := each(h, tr); err != nil {
			return err
		}
	}
}
