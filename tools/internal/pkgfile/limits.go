package pkgfile

import (
	"fmt"
	"io"
	"path"
	"strings"
	"sync/atomic"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// Limits bound what is read of a tree; 0 is no limit.
type Limits struct {
	// MaxFiles is the largest number of files, directories and links: of all
	// packages together, of what a walk comes to, by however many links.
	MaxFiles int64
	// MaxBytes is the largest size that all packages together may decompress
	// to, in bytes. Where Default says that it is nobody's own, less is allowed
	// for small packages: see codec.Plausible.
	MaxBytes int64
	Default  bool
}

// Files counts n files, directories or links, of which before there were some. An
// error says that there are too many.
func (l Limits) Files(before *int64, n int64) error {
	if *before += n; l.MaxFiles > 0 && *before > l.MaxFiles {
		return fmt.Errorf("more than %d files, directories and links: if the tree is to be trusted, raise max_tree_files (--max-tree-files)", l.MaxFiles)
	}
	return nil
}

// CheckPath returns an error for a path that links made too long or too deep.
func CheckPath(p string) error { return tarread.CheckName(p) }

// steps is how often the names of paths may be looked up, for each file that is
// allowed: a few times, but for links that lead through one another.
const steps = 100

// step counts one look-up. After too many nothing is found any more, and over
// says why.
func (f *FS) step() bool {
	if f.over == nil && f.limits.MaxFiles > 0 {
		if f.steps++; f.steps/steps > f.limits.MaxFiles {
			f.over = fmt.Errorf("the links of the packages lead through one another more than %d times: if they are to be trusted, raise max_tree_files (--max-tree-files)", f.steps-1)
		}
	}
	return f.over == nil
}

// spent is what packages that are read at once have decompressed to together.
type spent struct {
	bytes, files atomic.Int64
	limits       Limits
}

// newSpent is for one reading of packages that have packed bytes together.
func newSpent(l Limits, packed int64) *spent {
	if l.Default {
		l.MaxBytes = codec.Plausible(packed, l.MaxBytes)
	}
	return &spent{limits: l}
}

// member counts a member with the directories above it that are new.
func (s *spent) member(dirs map[string]bool, name string, dir bool) error {
	n := int64(1)
	if dir && dirs[name] {
		n = 0 // counted, as the directory of a file before it
	}
	if dir {
		dirs[name] = true
	}
	for d := path.Dir(name); d != "." && !dirs[d]; d = path.Dir(d) {
		dirs[d] = true
		n++
	}
	total := s.files.Add(n) - n
	return s.limits.Files(&total, n)
}

// reader counts the bytes of one package.
func (s *spent) reader(r io.Reader) io.Reader { return &spending{r, s} }

type spending struct {
	r io.Reader
	s *spent
}

func (r *spending) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if max := r.s.limits.MaxBytes; max > 0 && r.s.bytes.Add(int64(n)) > max {
		return 0, tooLarge(max)
	}
	return n, err
}

// tooLarge is the error of MaxBytes. A decompressor passes it on as it is.
type tooLarge int64

func (t tooLarge) Error() string {
	return fmt.Sprintf("the packages decompress to more than %d bytes: if they are to be trusted, raise max_tree_bytes (--max-tree-bytes)", int64(t))
}

// deeper is a path below another, if it is within the limits.
func deeper(at, name string) (string, error) {
	p := path.Join(at, name)
	if len(p) > tarread.MaxName || strings.Count(p, "/") >= tarread.MaxLevels {
		return "", CheckPath(p)
	}
	return p, nil
}
