package summary

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func makeTar(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		name, text, _ := strings.Cut(name, "=")
		h := &tar.Header{Typeflag: tar.TypeReg, Name: "./" + name, Mode: 0o644, Size: int64(len(text))}
		if strings.HasSuffix(name, "/") {
			h.Typeflag = tar.TypeDir
		} else if to, ok := strings.CutPrefix(text, "->"); ok {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, to, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFacts(t *testing.T) {
	const uts = "include/generated/utsrelease.h=#define UTS_RELEASE \"6.1.0-50-amd64\"\n"
	const auto = "include/generated/autoconf.h="
	build := []string{auto, "Makefile", "scripts/Makefile.build", "scripts/mod/modpost", "include/config/auto.conf"}
	var options []string
	for i := range 150 {
		options = append(options, fmt.Sprintf("include/config/OPTION_%d", i))
	}
	for name, c := range map[string]struct {
		files                        []string
		release, from, arch, profile string
	}{
		"headers":        {[]string{uts, auto, "include/linux/a.h", "arch/x86/include/asm/a.h"}, "6.1.0-50-amd64", "include/generated/utsrelease.h", "x86", "headers"},
		"two releases":   {[]string{"include/config/kernel.release=6.1.0\n", uts}, "6.1.0-50-amd64", "include/generated/utsrelease.h", "", ""},
		"kernel.release": {[]string{"include/config/kernel.release=5.10.0\n"}, "5.10.0", "include/config/kernel.release", "", ""},
		"no release":     {[]string{"include/generated/utsrelease.h=#define UTS_RELEASE \"\x1b[2J\"\n"}, "", "", "", ""},
		"two arches":     {[]string{"arch/arm/include/asm/a.h", "arch/arm64/include/generated/asm/a.h"}, "", "", "arm64", ""},
		"which arch":     {[]string{"arch/arm/include/asm/a.h", "arch/arm64/include/asm/a.h"}, "", "", "", ""},
		"modules":        {build, "", "", "", "modules"},
		"rfc":            {append(options, build...), "", "", "", "rfc"},
		"some options":   {append(options[:50:50], build...), "", "", "", ""},
		"no headers":     {[]string{"a.txt"}, "", "", "", ""},
		"headers and c":  {[]string{auto, "include/linux/a.h", "kernel/a.c"}, "", "", "", ""},
	} {
		s, err := Read(bytes.NewReader(makeTar(t, c.files...)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Release != c.release || s.ReleaseFrom != c.from || s.Arch != c.arch || s.Profile != c.profile {
			t.Errorf("%s: release %q from %q, arch %q, profile %q", name, s.Release, s.ReleaseFrom, s.Arch, s.Profile)
		}
	}
}

func TestCounts(t *testing.T) {
	b := append(makeTar(t, "d/", "d/one=1234", "d/two=56", "link=->d/one"), make([]byte, 5120)...)
	s, err := Read(bytes.NewReader(b), Limits{MaxBytes: int64(len(b)), MaxFiles: 4})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	want := Summary{Format: "tar", Files: 2, Dirs: 1, Links: 1, ArchiveBytes: int64(len(b)), TarBytes: int64(len(b)), UncompressedBytes: 6, SHA256: hex.EncodeToString(sum[:])}
	if *s != want {
		t.Errorf("summary %+v, want %+v", *s, want)
	}
}

// TestEnd cuts a tar anywhere: no part of one is whole.
func TestEnd(t *testing.T) {
	whole := makeTar(t, "one="+strings.Repeat("\x00", 1024), "two=x")
	for n := range len(whole) {
		if _, err := Read(bytes.NewReader(whole[:n]), Limits{}); err == nil {
			t.Errorf("%d of %d bytes are taken for a whole tar", n, len(whole))
		}
	}
}
