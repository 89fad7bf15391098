// Package diff tells what differs between two archives of kernel headers: which
// files, and what in a header is another for those who include it.
//
// Of a file its size and sums are kept, never its text.
package diff

import (
	"archive/tar"
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/capi"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// About says what one side of a comparison is.
type About struct {
	Name string `json:"name"`
	// Kind is archive, or manifest for the list of one, or of a set.
	Kind    string `json:"kind"`
	Release string `json:"release"`
	Arch    string `json:"arch"`
	Profile string `json:"profile"`
	Format  string `json:"format"`
	SHA256  string `json:"sha256"`
	// ArchiveBytes is the size of the archive as it is, Bytes that of its files
	// together; 0 where it is not known.
	ArchiveBytes int64 `json:"archive_bytes"`
	Files        int64 `json:"files"`
	Bytes        int64 `json:"uncompressed_bytes"`
}

// The kinds of inputs.
const (
	Archive  = "archive"
	Manifest = "manifest"
)

// Tree has the files of one side.
type Tree struct {
	About
	// stored tells of a manifest that the sizes in it are those in an archive.
	stored bool
	files  map[string]file
}

// file is what is kept of a file.
type file struct {
	size int64
	exec bool
	// sum is that of the content, or of where a link leads to.
	sum [sha256.Size]byte
	// header is what it declares; nil if it was not read as C.
	header *capi.Header
	// told is what is other in it, where that is known.
	told *told
}

// told is what is other in a file that was read as C on both sides.
type told struct {
	layout  bool
	changes []Change
}

// Limits of what is kept. Beyond them a file's content is still compared, but not
// what it declares.
const (
	maxText  = 32 << 20 // bytes of one file
	maxDecls = 3 << 19  // declarations and members of one side together
)

// ReadTar reads the files of an archive from the tar in it. base, if there is one, is
// what it is compared with meanwhile: once it is known what is other in a header, what
// both sides declare in it is forgotten.
func ReadTar(r io.Reader, about About, base *Tree) (*Tree, error) {
	about.Kind, about.Files, about.Bytes = Archive, 0, 0
	t := &Tree{About: about, files: map[string]file{}}
	left := maxDecls
	var text []byte
	in := tarread.NewReader(r)
	for {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read tar: %w", err)
		}
		f := file{exec: h.Mode&0o100 != 0}
		name := path.Clean(h.Name)
		switch h.Typeflag {
		case tar.TypeReg:
			if f, text, err = readFile(in, h, name, text, &left); err != nil {
				return nil, fmt.Errorf("read %q: %w", name, err)
			}
		case tar.TypeSymlink, tar.TypeLink:
			f = file{sum: sha256.Sum256([]byte(string(h.Typeflag) + h.Linkname))}
		default:
			continue
		}
		if base != nil {
			left += base.tell(name, &f)
		}
		t.files[name] = f
	}
	t.count()
	return t, nil
}

// tell notes what is other in a file of the head, if both sides were read as C, and
// returns how many of its declarations are no longer kept.
func (t *Tree) tell(name string, is *file) int {
	was, ok := t.files[name]
	if !ok || was.header == nil || is.header == nil {
		return 0
	}
	n := is.header.Kept()
	is.told = compareHeaders(&was, is)
	was.header, is.header = nil, nil
	t.files[name] = was
	return n
}

// compareHeaders tells what is other in a file that was read as C on both sides; nil
// if that is not known.
func compareHeaders(was, is *file) *told {
	a, b := was.header, is.header
	switch {
	case was.sum == is.sum:
		return &told{}
	case a == nil || b == nil || a.More || b.More:
		return nil
	case a.Tokens == b.Tokens:
		return &told{layout: true}
	}
	return &told{changes: changes(a.Decls, b.Decls)}
}

// readFile reads one file. text is a buffer to use again; left is how many
// declarations may still be kept.
func readFile(in io.Reader, h *tar.Header, name string, text []byte, left *int) (file, []byte, error) {
	f := file{size: h.Size, exec: h.Mode&0o100 != 0}
	sum := sha256.New()
	r := io.TeeReader(in, sum)
	if cstrip.Handles(name) && h.Size <= maxText && *left > 0 {
		if int64(cap(text)) < h.Size {
			text = make([]byte, h.Size)
		}
		text = text[:h.Size]
		if _, err := io.ReadFull(r, text); err != nil {
			return f, text, err
		}
		header := capi.Read(text, capi.Options{Max: *left, Assembler: !strings.HasSuffix(name, ".c") && (!isHeader(name) || strings.HasSuffix(name, ".lds.h"))})
		*left -= header.Kept()
		f.header = &header
	} else if _, err := io.Copy(io.Discard, r); err != nil {
		return f, text, err
	}
	sum.Sum(f.sum[:0])
	return f, text, nil
}

// isHeader tells whether a file is one that others include.
func isHeader(name string) bool { return strings.HasSuffix(name, ".h") }

// ReadManifest reads the files of an archive from its manifest, or those of a set.
func ReadManifest(r io.Reader, about About) (*Tree, error) {
	about.Kind = Manifest
	t := &Tree{About: about, files: map[string]file{}}
	var bad error
	stored := 0
	err := manifest.ReadRows(r, func(row manifest.Row) {
		f := file{size: row.Stored, exec: row.Exec}
		if stored++; row.Stored < 0 {
			stored--
			f.size = row.Size
		}
		if _, ok := t.files[row.Path]; ok && bad == nil {
			bad = fmt.Errorf("the manifest names %q twice: build it again", row.Path)
		}
		if row.Path == "" || f.size < 0 {
			bad = fmt.Errorf("the manifest has %q with %d bytes: build it again", row.Path, f.size)
		}
		t.files[row.Path] = f
	})
	if err == nil {
		err = bad
	}
	if err == nil && stored != 0 && stored != len(t.files) {
		err = fmt.Errorf("the manifest has stored sizes of %d files of %d: build it again", stored, len(t.files))
	}
	if err != nil {
		return nil, err
	}
	t.stored = stored > 0
	t.count()
	return t, nil
}

// count sums up the files.
func (t *Tree) count() {
	t.Files = int64(len(t.files))
	for _, f := range t.files {
		t.Bytes += f.size
	}
}
