// Package bundle writes the archives of a release: files below one directory,
// with the same bytes wherever they are written.
package bundle

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// programs begin with one of these: a script, a program of Linux, and one of
// macOS for 64 bits.
var programs = [][]byte{[]byte("#!"), []byte("\x7fELF"), []byte("\xcf\xfa\xed\xfe")}

// Write writes a tar.gz of files, a map from the path in the archive to the
// path of the file that has its content. All are below the directory prefix.
func Write(w io.Writer, prefix string, files map[string]string) error {
	z, _, err := codec.NewWriter(w, codec.TarGzip, 0)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	if err := writeFiles(t, prefix, files); err != nil {
		z.Close()
		return err
	}
	if err := t.Close(); err != nil {
		z.Close()
		return fmt.Errorf("write archive: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return nil
}

func writeFiles(t *tar.Writer, prefix string, files map[string]string) error {
	dirs := map[string]bool{}
	names := []string{}
	for name := range files {
		name = path.Join(prefix, name)
		names = append(names, name)
		for d := path.Dir(name); d != "." && !dirs[d]; d = path.Dir(d) {
			dirs[d] = true
			names = append(names, d)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if dirs[name] {
			if err := writeEntry(t, tar.TypeDir, name+"/", 0o755, nil); err != nil {
				return err
			}
			continue
		}
		file := files[name[len(prefix)+1:]]
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read %q: %w", file, oserr.Reason(err))
		}
		mode := int64(0o644)
		if slices.ContainsFunc(programs, func(begin []byte) bool { return bytes.HasPrefix(data, begin) }) {
			mode = 0o755
		}
		if err := writeEntry(t, tar.TypeReg, name, mode, data); err != nil {
			return err
		}
	}
	return nil
}

func writeEntry(t *tar.Writer, kind byte, name string, mode int64, data []byte) error {
	h := &tar.Header{Typeflag: kind, Name: name, Mode: mode, Size: int64(len(data)), ModTime: time.Unix(0, 0)}
	if err := t.WriteHeader(h); err != nil {
		return fmt.Errorf("write %q to archive: %w", name, err)
	}
	if _, err := t.Write(data); err != nil {
		return fmt.Errorf("write %q to archive: %w", name, err)
	}
	return nil
}
