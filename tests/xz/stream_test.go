package xz

import (
	"bytes"
	"io"
	"os/exec"
	"syscall"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// endless is a line again and again.
type endless struct {
	line string
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	for n := 0; n < len(b); {
		k := copy(b[n:], e.line[e.at:])
		n, e.at = n+k, (e.at+k)%len(e.line)
	}
	return len(b), nil
}

// compared takes a text that is to be that of endless.
type compared struct {
	want  endless
	size  int64
	other bool
	buf   []byte
}

func (c *compared) Write(b []byte) (int, error) {
	if len(c.buf) < len(b) {
		c.buf = make([]byte, len(b))
	}
	c.want.Read(c.buf[:len(b)])
	c.other = c.other || !bytes.Equal(b, c.buf[:len(b)])
	c.size += int64(len(b))
	return len(b), nil
}

// A gigabyte of repeated text, as it comes, in the memory that the tables and the
// dictionary take.
func TestStream(t *testing.T) {
	const size, most = 1 << 30, 140 // bytes, MB
	const line = "The quick brown fox jumps over the lazy dog. "
	compress := exec.Command(runfile.Path(t, "XZFILE"), "-nice=8", "-depth=4")
	decode := exec.Command("xz", "-dc")
	got := &compared{want: endless{line: line}}
	compress.Stdin, decode.Stdout = io.LimitReader(&endless{line: line}, size), got
	var err error
	if decode.Stdin, err = compress.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	first, err := cpulimit.Start(compress, cpulimit.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := cpulimit.Start(decode, cpulimit.Limit{})
	if err != nil {
		first.Kill(err)
		t.Fatal(err)
	}
	// The pipe is read to its end first.
	if err := second.Wait(); err != nil {
		t.Error("xz:", err)
	}
	if err := first.Wait(); err != nil {
		t.Error("xzfile:", err)
	}
	if got.size != size || got.other {
		t.Errorf("xz reads %d bytes, want %d; others: %v", got.size, size, got.other)
	}
	taken := compress.ProcessState.SysUsage().(*syscall.Rusage).Maxrss / 1024
	t.Logf("%d MB", taken)
	if taken > most {
		t.Errorf("it took %d MB, at most %d are allowed", taken, most)
	}
}
