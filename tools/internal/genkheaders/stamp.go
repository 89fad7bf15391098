package genkheaders

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// stampName is a file that make clean removes.
const stampName = "kheaders.md5"

// tick is longer than the steps in which a file system counts time: two seconds
// with FAT, one with some others. A file that was changed so shortly before it was
// looked at may change again and have the same time.
var tick = 2100 * time.Millisecond

// stamp is what an archive was made of: by the names, sizes and times of the
// headers, and what else its bytes follow from.
type stamp struct {
	sum    string
	newest time.Time // of all headers
}

func newStamp(o Options, files []header) *stamp {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %+v\n", o.Program, o.Srctree, o.SrcArch, o.Pack)
	s := &stamp{}
	for _, f := range files {
		if f.path == autoconf {
			fmt.Fprintf(h, "%q ", f.path)
			hashFile(h, f.file)
			continue
		}
		changed, inode := changeOf(f.info)
		if changed.After(s.newest) {
			s.newest = changed
		}
		fmt.Fprintf(h, "%q %d %d %d %d\n", f.path, f.info.Size(), f.info.ModTime().UnixNano(), changed.UnixNano(), inode)
	}
	s.sum = hex.EncodeToString(h.Sum(nil))
	return s
}

// hashFile adds what is in a file; one that cannot be read counts as another
// each time, so that whoever reads it next says why.
func hashFile(h hash.Hash, name string) {
	f, err := os.Open(name)
	if err == nil {
		defer f.Close()
		_, err = io.Copy(h, f)
	}
	if err != nil {
		fmt.Fprintf(h, "%v %d", err, time.Now().UnixNano())
	}
}

// holds tells whether the archive is there, and was made of the same.
func (s *stamp) holds(archive string) bool {
	text, err := os.ReadFile(beside(archive, stampName))
	if err != nil {
		return false
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 3 || lines[0] != s.sum || lines[1] != sumOf(archive) {
		return false
	}
	made, err := strconv.ParseInt(lines[2], 10, 64)
	return err == nil && s.newest.Before(time.Unix(0, made).Add(-tick))
}

// write says of what the archive was made; start is from before anybody looked.
func (s *stamp) write(archive string, start time.Time) error {
	text := fmt.Sprintf("%s\n%s\n%d\n", s.sum, sumOf(archive), start.UnixNano())
	if err := os.WriteFile(beside(archive, stampName), []byte(text), 0o644); err != nil {
		return fmt.Errorf("remember what the archive was made of: %w", err)
	}
	return nil
}

func sumOf(archive string) string {
	h := sha256.New()
	hashFile(h, archive)
	return hex.EncodeToString(h.Sum(nil))
}
