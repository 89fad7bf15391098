// Package clients tests that programs which want kernel headers find ours: a
// guest whose file system has none runs them.
package clients

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

//go:embed *
var scripts embed.FS

// machineOf returns a guest that has the programs of /usr, but no headers, and
// runs the checks of a script.
func machineOf(t *testing.T, checks string, files map[string]machine.File) machine.Machine {
	t.Helper()
	noHeaders(t, "/usr")
	return machine.Machine{
		Arch:    "x86",
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		Init:    machine.Scripts(t, scripts, "debian.sh", checks),
		Files:   files,
		Drivers: runfile.Paths(t, "DRIVERS"),
		Memory:  1536,
		Share:   "/usr",
		Limit:   cpulimit.Limit{CPU: 20 * time.Minute}, // a compiler, emulated
	}
}

// hidden is what debian.sh hides of /usr from the guest.
var hidden = []string{"include", "src", "lib/modules"}

// noHeaders fails if the guest would see a header of some kernel.
func noHeaders(t *testing.T, usr string) {
	t.Helper()
	err := filepath.WalkDir(usr, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsPermission(err) { // nor can the guest
				return fs.SkipDir
			}
			return err
		}
		rel, err := filepath.Rel(usr, path)
		if err != nil {
			return err
		}
		for _, h := range hidden {
			if rel == h {
				return fs.SkipDir
			}
		}
		for _, h := range []string{"linux/sched.h", "linux/fs.h", "linux/blkdev.h", "linux/kconfig.h", "net/sock.h", "generated/autoconf.h"} {
			if strings.HasSuffix(path, "/"+h) {
				t.Errorf("the guest would see the header %s", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
