package pkgfile

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// arMagic opens every Unix ar archive, and so every .deb (deb(5)).
const arMagic = "!<arch>\n"

// errNoData is what debData returns for an ar archive that is not a package.
var errNoData = errors.New("no member data.tar: not a Debian package")

// debData returns the data.tar member of the .deb that r holds, still
// compressed. A .deb is an ar archive of three members with short names, so
// nothing else of ar is read here.
func debData(r io.Reader) (*arMember, error) {
	if _, err := io.ReadFull(r, make([]byte, len(arMagic))); err != nil {
		return nil, truncated(err)
	}
	for {
		var h [60]byte
		if _, err := io.ReadFull(r, h[:]); err == io.EOF {
			return nil, errNoData
		} else if err != nil {
			return nil, truncated(err)
		}
		if h[58] != '`' || h[59] != '\n' {
			return nil, errors.New("corrupt ar header")
		}
		name := strings.TrimSuffix(strings.TrimRight(string(h[:16]), " "), "/")
		size, err := strconv.ParseInt(strings.TrimRight(string(h[48:58]), " "), 10, 64)
		if err != nil || size < 0 {
			return nil, fmt.Errorf("corrupt ar header: size %q", h[48:58])
		}
		if name == "data.tar" || strings.HasPrefix(name, "data.tar.") {
			return &arMember{r: r, left: size}, nil
		}
		if _, err := io.CopyN(io.Discard, r, size+size%2); err != nil {
			return nil, truncated(err)
		}
	}
}

// arMember reads one member; the archive's end within it is an error.
type arMember struct {
	r    io.Reader
	left int64
}

func (m *arMember) Read(b []byte) (int, error) {
	if m.left == 0 {
		return 0, io.EOF
	}
	if int64(len(b)) > m.left {
		b = b[:m.left]
	}
	n, err := m.r.Read(b)
	m.left -= int64(n)
	if err == io.EOF && m.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// truncated turns an end of file where there must be more into an error of
// its own words.
func truncated(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errTruncated
	}
	return err
}

var errTruncated = errors.New("truncated: the file ends too early")
