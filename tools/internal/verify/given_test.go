package verify

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestGivenSince has archives without what Kbuild includes from some version
// on: it is missing from that version on, and not in the one before.
func TestGivenSince(t *testing.T) {
	for release, want := range map[string]string{
		"4.15.18": "",
		"4.16.0":  "compiler_types.h",
		"5.12.19": "compiler_types.h",
		"5.13.0":  "compiler_types.h compiler-version.h",
	} {
		files := wholeKernel("include/generated/utsrelease.h", fmt.Sprintf("#define UTS_RELEASE %q\n", release))
		delete(files, "include/linux/compiler_types.h")
		delete(files, "include/linux/compiler-version.h")
		var lines []string
		for name := range strings.FieldsSeq(want) {
			lines = append(lines, "include/linux/"+name+" is missing: included before every source file")
		}
		if got := find(t, pack(t, files, nil), Options{}); got != strings.Join(lines, "\n") {
			t.Errorf("%s: %q, want %q", release, got, lines)
		}
	}
}

// TestEmpty has an archive of nothing but its end: it does not even tell whose
// headers it should have.
func TestEmpty(t *testing.T) {
	_, err := Check(bytes.NewReader(make([]byte, 1024)), Options{})
	if want := "it has headers of 0 architectures: name the one it is for by --arch"; err == nil || err.Error() != want {
		t.Errorf("%v, want %q", err, want)
	}
}

// TestNamesOfEntries has names that are not as the contract has them, each of
// which may lead elsewhere or be the same as another's.
func TestNamesOfEntries(t *testing.T) {
	const elsewhere = `a name that does not begin with "./", or leads elsewhere`
	for name, want := range map[string]string{
		"./zzz.h": "", "zzz.h": elsewhere, "./zz//z.h": elsewhere, "././zzz.h": elsewhere, "./../zzz.h": elsewhere, "./..": elsewhere,
		"../zzz.h": elsewhere, "./zz/../z.h": elsewhere, "/zzz.h": elsewhere, "./zzz..h": "", ".//zzz.h": "its directory has no entry before it",
	} {
		b := pack(t, wholeKernel("zzz.h", ""), func(list []*tar.Header) []*tar.Header {
			for _, h := range list {
				if h.Name == "./zzz.h" {
					h.Name = name
				}
			}
			return list
		})
		if got := find(t, b, Options{}); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
