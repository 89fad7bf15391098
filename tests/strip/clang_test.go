package strip

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"sort"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// clang cuts texts into tokens with clang's own lexer: see lexer.c.
type clang struct {
	cmd *exec.Cmd
	in  *bufio.Writer
	out *bufio.Reader
	err bytes.Buffer
}

// span is a token as lexer.c writes it.
type span struct{ Kind, Offset, Length uint32 }

// comment is libclang's number for a comment, CXToken_Comment.
const comment = 4

// libclang returns the newest libclang there is.
func libclang(t testing.TB) string {
	t.Helper()
	var found []string
	for _, glob := range []string{"/usr/lib/*/libclang-*.so.?", "/usr/lib/llvm-*/lib/libclang.so.?", "/usr/lib64/libclang.so.*"} {
		names, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		sort.Strings(names)
		found = append(names, found...)
	}
	if len(found) == 0 {
		t.Fatal("no libclang below /usr/lib, which this test compares tokens with: install libclang1")
	}
	return found[len(found)-1]
}

// startClang starts a lexer that the test ends.
func startClang(t testing.TB) *clang {
	t.Helper()
	c := &clang{cmd: exec.Command(runfile.Path(t, "LEXER"), libclang(t))}
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in, c.out = bufio.NewWriterSize(in, 1<<20), bufio.NewReaderSize(out, 1<<20)
	c.cmd.Stderr = &c.err
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("lexer: %v: %s", err, c.err.String())
		}
	})
	return c
}

// lex returns the tokens of each text.
func (c *clang) lex(texts [][]byte) ([][]span, error) {
	fail := func(err error) ([][]span, error) {
		return nil, fmt.Errorf("lexer: %w: %s", err, c.err.String())
	}
	head := binary.NativeEndian.AppendUint32(nil, uint32(len(texts)))
	for _, text := range texts {
		head = binary.NativeEndian.AppendUint32(head, uint32(len(text)))
	}
	// It reads a whole batch before it answers.
	for _, b := range append([][]byte{head}, texts...) {
		if _, err := c.in.Write(b); err != nil {
			return fail(err)
		}
	}
	if err := c.in.Flush(); err != nil {
		return fail(err)
	}
	spans := make([][]span, len(texts))
	var buf []byte
	for i, text := range texts {
		var n [4]byte
		if _, err := io.ReadFull(c.out, n[:]); err != nil {
			return fail(err)
		}
		count := int(binary.NativeEndian.Uint32(n[:]))
		if count > len(text) {
			return fail(fmt.Errorf("%d tokens in %d bytes", count, len(text)))
		}
		if size := 12 * count; size > cap(buf) {
			buf = make([]byte, size)
		}
		b := buf[:12*count]
		if _, err := io.ReadFull(c.out, b); err != nil {
			return fail(err)
		}
		list := make([]span, count)
		for j := range list {
			e := b[12*j:]
			s := span{binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:]), binary.NativeEndian.Uint32(e[8:])}
			if int(s.Offset)+int(s.Length) > len(text) {
				return fail(fmt.Errorf("a token ends behind its text"))
			}
			list[j] = s
		}
		spans[i] = list
	}
	return spans, nil
}
