package verify

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// contract checks what the README's determinism contract says of a tar's
// entries, one after the other.
type contract struct {
	mtime int64
	last  string
	dirs  map[string]bool
	count int
	fail  func(format string, args ...any)
}

// entry checks one header and returns the path of a file that is to be read,
// or "".
func (c *contract) entry(h *tar.Header) string {
	c.count++
	if c.count == 1 && h.Name != "./" {
		c.fail("the first entry is %q, not \"./\": bcc takes only a directory of root's", h.Name)
	}
	name, ok := strings.CutPrefix(h.Name, "./")
	name = strings.TrimSuffix(name, "/")
	if !ok || name != "" && (path.Clean(name) != name || strings.HasPrefix(name, "../") || name == "..") {
		c.fail("%q: a name that does not begin with \"./\", or leads elsewhere", h.Name)
		return ""
	}
	if c.count > 1 && name <= c.last {
		c.fail("%q stands after %q: entries are not sorted bytewise, or one is there twice", name, c.last)
	}
	c.last = name
	if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" {
		c.fail("%q: owner %d:%d %q:%q, want 0:0 without names", name, h.Uid, h.Gid, h.Uname, h.Gname)
	}
	if h.ModTime.Unix() != c.mtime || h.ModTime.Nanosecond() != 0 {
		c.fail("%q: modification time %d, want %d", name, h.ModTime.Unix(), c.mtime)
	}
	if want := format(h); h.Format&want == 0 {
		c.fail("%q: the header is %v, want %v", name, h.Format, want)
	}
	parent := path.Dir(name)
	if parent == "." {
		parent = ""
	}
	if name != "" && !c.dirs[parent] {
		c.fail("%q: its directory has no entry before it", name)
	}
	switch h.Typeflag {
	case tar.TypeDir:
		c.dirs[name] = true
		if h.Mode != 0o755 {
			c.fail("%q: mode %04o, want 0755 for a directory", name, h.Mode)
		}
	case tar.TypeReg:
		if h.Mode != 0o644 && h.Mode != 0o755 {
			c.fail("%q: mode %04o, want 0644 or 0755", name, h.Mode)
		}
		return name
	default:
		c.fail("%q: type %q, want a file or a directory: symlinks are to be followed", name, h.Typeflag)
	}
	return ""
}

// format is the one that a name needs: ustar where it can be.
func format(h *tar.Header) tar.Format {
	for i := 0; i < len(h.Name); i++ {
		if h.Name[i] >= 0x80 {
			return tar.FormatGNU
		}
	}
	if len(h.Name) <= 100 && h.Size < 1<<33 {
		return tar.FormatUSTAR
	}
	// The prefix field takes up to 155 bytes before a slash, the name field
	// 100 behind it.
	trimmed := strings.TrimSuffix(h.Name, "/")
	for i := 0; i < len(trimmed) && i <= 155; i++ {
		if trimmed[i] == '/' && i > 0 && len(h.Name)-i-1 <= 100 && h.Size < 1<<33 {
			return tar.FormatUSTAR
		}
	}
	return tar.FormatPAX
}

// checkGzip looks at the header of a gzip stream (RFC 1952).
func checkGzip(head []byte, fail func(string, ...any)) {
	if len(head) < 10 || !bytes.HasPrefix(head, []byte(codec.Magic("gzip"))) {
		return
	}
	if head[3] != 0 || !bytes.Equal(head[4:8], []byte{0, 0, 0, 0}) || head[9] != 255 {
		fail("gzip header with flags %d, time %x and OS %d: want no name, time 0 and OS 255", head[3], head[4:8], head[9])
	}
}

// rest reads what stands behind the tar's end: zeros alone, and the checksums
// of the compression.
func rest(r io.Reader, fail func(string, ...any)) error {
	err := tarread.Rest(r)
	if err == tarread.ErrMore {
		fail("there is more behind the end of the tar")
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil {
		return fmt.Errorf("after the last entry: %w", err)
	}
	return nil
}
