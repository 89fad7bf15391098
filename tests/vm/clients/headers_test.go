package clients

import (
	"os"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

// TestHeaders runs a client that takes the headers from kheaders.ko.
func TestHeaders(t *testing.T) {
	files := map[string]machine.File{
		"/archive":     {Path: runfile.Path(t, "ARCHIVE")},
		"/kheaders.ko": {Path: runfile.Path(t, "MODULE")},
	}
	if os.Getenv("KHEADERS") != "" {
		files["/debian/kheaders"] = machine.File{Path: runfile.Path(t, "KHEADERS"), Exec: true}
	}
	for _, f := range strings.Fields(os.Getenv("FILES")) {
		files["/debian/"+f] = machine.File{Data: []byte(machine.Scripts(t, scripts, f))}
	}
	machineOf(t, os.Getenv("CLIENT")+".sh", files).Run(t)
}
