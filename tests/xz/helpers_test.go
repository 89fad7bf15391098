package xz

import (
	"bytes"
	"io"
	"os/exec"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// run returns what a program makes of its standard input.
func run(t *testing.T, in io.Reader, args ...string) []byte {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &said
	p, err := cpulimit.Start(cmd, cpulimit.Limit{})
	if err == nil {
		err = p.Wait()
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, &said)
	}
	return out.Bytes()
}

// both returns how large our compressor and xz make a text with the same limits,
// after xz has read what ours made.
func both(t *testing.T, text []byte, nice string) (ours, theirs int) {
	t.Helper()
	file := run(t, bytes.NewReader(text), runfile.Path(t, "XZFILE"), "-nice="+nice)
	if got := run(t, bytes.NewReader(file), "xz", "-dc"); !bytes.Equal(got, text) {
		t.Errorf("xz reads %d bytes, which are not the %d that were compressed", len(got), len(text))
	}
	ours = len(file)
	theirs = len(run(t, bytes.NewReader(text), "xz", "-T1", "--check=crc32", "--lzma2=dict=8MiB,lc=4,lp=0,pb=0,nice="+nice, "-c"))
	t.Logf("nice %s: %d bytes, xz %d: %+.2f %%", nice, ours, theirs, 100*float64(ours-theirs)/float64(theirs))
	return ours, theirs
}
