package manifest

import (
	"bufio"
	"encoding/json"
	"io"
)

// maxStats is far above the size of any stats file, in bytes.
const maxStats = 64 << 20

// Written tells whether r is a manifest, of any layout.
func Written(r io.Reader) bool {
	head, _ := bufio.NewReader(r).Peek(len(magic))
	return string(head) == magic
}

// WrittenStats tells whether r has the shape of a stats file, of any layout.
func WrittenStats(r io.Reader) bool {
	d := json.NewDecoder(io.LimitReader(r, maxStats))
	var s map[string]json.RawMessage
	if d.Decode(&s) != nil {
		return false
	}
	if _, err := d.Token(); err != io.EOF {
		return false
	}
	for _, key := range []string{"schema", "files", "archive_bytes", "sha256"} {
		if s[key] == nil {
			return false
		}
	}
	var schema int
	return json.Unmarshal(s["schema"], &schema) == nil
}
