package archive

import (
	"archive/tar"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// window is what Write's compressions look back at most, in bytes.
const window = 64 << 20

// Written tells by the first entry whether r is an archive as Write makes it.
func Written(r io.Reader) bool {
	data, _, stop, err := codec.NewReaderWindow(r, window)
	if err != nil {
		return false
	}
	defer stop()
	h, err := tar.NewReader(data).Next()
	return err == nil && h.Name == "./" && h.Typeflag == tar.TypeDir && h.Mode == 0o755 && h.Uid == 0 && h.Gid == 0 && h.Uname == "" && h.Gname == ""
}
