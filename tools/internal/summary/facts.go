package summary

import (
	"bytes"
	"io"
	"path"
	"strings"

	"rules_kheaders/tools/internal/hosttools"
)

// facts gathers what the names and a few of the files tell.
type facts struct {
	utsrelease, kernelRelease string
	hostTools                 string // text of hosttools.InfoPath
	// arches are the directories below arch/; generated those of them that
	// have headers of the object tree, which only the kernel's own has.
	arches, generated map[string]bool
	// What tells the profiles apart.
	headers, others, options        int
	makefile, build, modpost, autos bool
}

// file takes note of a file and returns what is left to read of it.
func (f *facts) file(name string, body io.Reader) (io.Reader, error) {
	dir, rest, _ := strings.Cut(name, "/")
	if arch, below, ok := strings.Cut(rest, "/"); ok && dir == "arch" {
		f.arches[arch] = true
		if strings.HasPrefix(below, "include/generated/") {
			f.generated[arch] = true
		}
		if strings.HasPrefix(below, "include/") {
			dir = "include"
		}
	}
	if dir == "include" && strings.HasSuffix(name, ".h") {
		f.headers++
	} else {
		f.others++
	}
	switch {
	case name == "Makefile":
		f.makefile = true
	case name == "scripts/Makefile.build":
		f.build = true
	case name == "scripts/mod/modpost":
		f.modpost = true
	case name == "include/generated/autoconf.h":
		f.autos = true
	case path.Base(name) == "auto.conf":
	case strings.HasPrefix(name, "include/config/"):
		f.options++ // an empty file for each option that is set
	}
	to := map[string]*string{
		"include/generated/utsrelease.h": &f.utsrelease,
		"include/config/kernel.release":  &f.kernelRelease,
		hosttools.InfoPath:               &f.hostTools,
	}[name]
	if to == nil {
		return body, nil
	}
	var b bytes.Buffer
	_, err := io.Copy(&b, io.LimitReader(body, 64<<10))
	*to = b.String()
	return body, err
}

// release reads the header first: it is what the kernel says by uname -r;
// Debian's kernel.release of 5.10 and 6.1 says less.
func (f *facts) release() (release, from string) {
	if _, rest, ok := strings.Cut(f.utsrelease, "UTS_RELEASE \""); ok {
		if release, _, ok = strings.Cut(rest, "\""); ok && printable(release) {
			return release, "include/generated/utsrelease.h"
		}
	}
	if release = strings.TrimSpace(f.kernelRelease); release != "" && printable(release) {
		return release, "include/config/kernel.release"
	}
	return "", ""
}

// printable tells whether s can be shown on a terminal as it is.
func printable(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(s) <= 128
}

func (f *facts) arch() string {
	for _, set := range []map[string]bool{f.generated, f.arches} {
		if len(set) != 1 {
			continue
		}
		for arch := range set {
			if printable(arch) {
				return arch
			}
		}
	}
	return ""
}

// profile says which profile's files these look like: "headers" has no file
// that is no header, the others have what builds a module, and only "rfc" has
// the marker files of all options.
func (f *facts) profile() string {
	switch {
	case !f.autos:
		return ""
	case f.others == 0:
		return "headers"
	case !f.makefile || !f.build || !f.modpost:
		return ""
	case f.options > 100:
		return "rfc"
	case f.options < 10:
		return "modules"
	}
	return ""
}
