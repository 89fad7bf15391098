package manifest

import (
	"bufio"
	"io"
)

// maxStats is far above the size of any stats file, in bytes.
const maxStats = 64 << 20

// Written tells whether r is a manifest, of any layout, or a stats file.
func Written(r io.Reader) bool {
	b := bufio.NewReader(r)
	if head, _ := b.Peek(len(magic)); string(head) == magic {
		return true
	}
	_, err := ReadStats(io.LimitReader(b, maxStats))
	return err == nil
}
