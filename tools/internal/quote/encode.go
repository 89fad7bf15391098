package quote

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Encode writes a value as JSON in which nothing but what can be printed stands; each
// level begins with an indent more, if there is one.
func Encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	return JSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// EncodeList writes a struct with fields as JSON, and n items behind them as the list
// that is called name, each on a line of its own.
func EncodeList(w io.Writer, head any, name string, n int, item func(i int) any) error {
	return EncodeLists(w, head, name, n, item, "", func(int) int { return 0 }, nil)
}

// EncodeLists is EncodeList where items have lists as their last fields, which are
// called inner: of many(i) things, each of which is made when it is written. There is
// no field where there are none.
func EncodeLists(w io.Writer, head any, name string, n int, item func(i int) any, inner string, many func(i int) int, thing func(i, k int) any) error {
	top, err := Encode(head, "  ")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 64<<10)
	b.Write(bytes.TrimSuffix(top, []byte("\n}")))
	fmt.Fprintf(b, ",\n  %q: [", name)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		line, err := Encode(item(i), "")
		if err != nil {
			return err
		}
		b.WriteString("\n    ")
		if many(i) > 0 {
			b.Write(bytes.TrimSuffix(line, []byte("}")))
			line = []byte("]}")
			for k := range many(i) {
				begin := ","
				if k == 0 {
					begin = fmt.Sprintf(",%q:[", inner)
				}
				part, err := Encode(thing(i, k), "")
				if err != nil {
					return err
				}
				b.WriteString(begin)
				b.Write(part)
			}
		}
		b.Write(line)
	}
	b.WriteString("\n  ]\n}\n")
	return b.Flush()
}
