package manifest

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/textline"
)

// maxRow is far above the length of any row, in bytes: a path has at most
// 4096, each of which may be quoted as four.
const maxRow = 1 << 20

// ReadRows reads a manifest and calls do for each row, in its order. A file
// that is no manifest, or one of another layout, is an error.
func ReadRows(r io.Reader, do func(Row)) error {
	in := &lastByte{r: r, last: '\n'}
	sc := textline.NewScanner(in, maxRow)
	n := 1
	for ; sc.Scan(); n++ {
		line := sc.Text()
		switch {
		case n == 1:
			version, ok := strings.CutPrefix(line, magic)
			if !ok {
				return errors.New("not a manifest of the select or archive subcommand: its first line is not \"" + magic + "…\"")
			}
			if version != strconv.Itoa(RowsVersion) {
				return fmt.Errorf("layout version %s of the manifest, this tool reads %d: build it again with the same tool", version, RowsVersion)
			}
		case n == 2:
			if line != header {
				return fmt.Errorf("line 2 of the manifest does not name the columns of layout version %d: build it again", RowsVersion)
			}
		default:
			row, err := parseRow(line)
			if err != nil {
				return fmt.Errorf("line %d of the manifest: %w: build it again", n, err)
			}
			do(row)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read manifest: %w", err)
	}
	if in.last != '\n' {
		return fmt.Errorf("line %d of the manifest is cut short: build it again", n-1)
	}
	return nil
}

// lastByte knows the last byte that was read.
type lastByte struct {
	r    io.Reader
	last byte
}

func (l *lastByte) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if n > 0 {
		l.last = b[n-1]
	}
	return n, err
}

func parseRow(line string) (Row, error) {
	f := strings.Split(line, "\t")
	if len(f) != 8 {
		return Row{}, fmt.Errorf("%d columns, want 8", len(f))
	}
	r := Row{Exec: f[1] == "0755", Stored: -1}
	var err error
	if r.Size, err = strconv.ParseInt(f[2], 10, 64); err != nil {
		return Row{}, fmt.Errorf("size %q is no number", f[2])
	}
	if f[3] != "-" {
		if r.Stored, err = strconv.ParseInt(f[3], 10, 64); err != nil {
			return Row{}, fmt.Errorf("stored size %q is no number", f[3])
		}
	}
	for _, c := range []struct {
		text string
		to   *string
	}{{f[0], &r.Path}, {f[4], &r.Rule}, {f[5], &r.Reason}, {f[6], &r.Origin}, {f[7], &r.Note}} {
		if *c.to, err = unquote(c.text); err != nil {
			return Row{}, fmt.Errorf("%s is not a string as Go writes it", c.text)
		}
	}
	return r, nil
}

// unquote undoes quote.
func unquote(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	return strconv.Unquote(s)
}
