// Package xz compares archives in tar.xz, and what the compressor makes of other
// texts, with what Debian's xz makes of them.
package xz

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// The archive of the strongest level is as small as xz makes it, and other
// programs find the tar in it.
func TestArchive(t *testing.T) {
	archive, tar := runfile.Read(t, "XZ"), runfile.Read(t, "TAR")
	for _, decoder := range [][]string{{"xz", "-dc"}, {"bsdcat"}} {
		if got := run(t, bytes.NewReader(archive), decoder...); !bytes.Equal(got, tar) {
			t.Errorf("%s reads %d bytes, which are not the %d of the tar", decoder[0], len(got), len(tar))
		}
	}
	most, err := strconv.Atoi(os.Getenv("AT_MOST"))
	if err != nil || most > 0 && len(archive) > most {
		t.Errorf("the archive has %d bytes, at most there are to be %d (%v)", len(archive), most, err)
	}
	t.Logf("%d bytes", len(archive))
}

// With the same limits it makes at most so much more of a kernel's headers than xz.
func TestSizes(t *testing.T) {
	within, err := strconv.ParseFloat(os.Getenv("WITHIN"), 64)
	if err != nil {
		t.Fatal(err)
	}
	for _, nice := range strings.Fields(os.Getenv("NICE")) {
		t.Run(nice, func(t *testing.T) {
			ours, theirs := both(t, runfile.Read(t, "TAR"), nice)
			if float64(ours) > within*float64(theirs) {
				t.Errorf("%d bytes, %d of xz", ours, theirs)
			}
			t.Logf("%d bytes, %d of xz", ours, theirs)
		})
	}
}
