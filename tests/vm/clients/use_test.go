package clients

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

// TestUse runs what gets the headers by `kheaders use`.
func TestUse(t *testing.T) {
	files := map[string]machine.File{
		"/archive":         {Path: runfile.Path(t, "ARCHIVE")},
		"/kheaders.ko":     {Path: runfile.Path(t, "MODULE")},
		"/small":           {Path: runfile.Path(t, "SMALL_ARCHIVE")},
		"/small.ko":        {Path: runfile.Path(t, "SMALL_MODULE")},
		"/debian/kheaders": {Path: runfile.Path(t, "KHEADERS"), Exec: true},
	}
	for _, f := range strings.Fields(os.Getenv("FILES")) {
		files["/debian/"+f] = machine.File{Data: []byte(machine.Scripts(t, scripts, f))}
	}
	sources := filepath.Dir(runfile.Path(t, "EXTMOD"))
	for _, f := range []string{"Kbuild", "main.c", "counter.c", "counter.h"} {
		files["/debian/extmod/"+f] = machine.File{Path: filepath.Join(sources, f)}
	}
	machineOf(t, "use.sh", files).Run(t)
}
