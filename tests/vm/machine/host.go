// Package machine boots a kernel for a test of Go, and has it fail for what
// fails in the guest.
package machine

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

// Machine is what to boot.
type Machine machine.Machine

// File is one file of the guest.
type File = machine.File

// logTail is how much of the guest's log a failure shows, in bytes.
const logTail = 6000

// Run boots the machine and returns when it is off. It fails t for each check
// that the guest reports as failed, and if the guest does not come to its end.
// The guest's log is console.log among the test's outputs.
func (m Machine) Run(t *testing.T) {
	t.Helper()
	start := time.Now()
	name := filepath.Join(outputs(t), "console.log")
	log, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	err = machine.Machine(m).Run(log, func(r machine.Result) {
		if r.OK {
			t.Logf("ok %s", r.Name)
		} else {
			t.Errorf("in the guest: not ok %s", r.Name)
		}
	})
	// For who asks what a test costs; no check goes by it.
	fmt.Printf("the guest ran for %.1f s of this machine's time\n", time.Since(start).Seconds())
	if err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("end of the guest's log (whole: %s):\n%s", name, tail(log))
	}
}

// Scripts returns the text of scripts that a test embeds, one after the other.
func Scripts(t testing.TB, embedded fs.FS, names ...string) string {
	t.Helper()
	var all []byte
	for _, name := range names {
		b, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return string(all)
}

// outputs is where Bazel keeps what a test leaves behind.
func outputs(t *testing.T) string {
	if dir := os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR"); dir != "" {
		return dir
	}
	return t.TempDir()
}

// tail returns the end of a log.
func tail(log *os.File) string {
	var from int64
	if st, err := log.Stat(); err == nil {
		from = max(0, st.Size()-logTail)
	}
	b, err := io.ReadAll(io.NewSectionReader(log, from, logTail))
	if err != nil {
		return err.Error()
	}
	return string(b)
}
