package summary

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// facts gathers what the names and a few of the files tell.
type facts struct {
	// texts are the files that are read, by their paths.
	texts  map[string]string
	arches kernel.ArchesSeen
	// What tells the profiles apart.
	headers, drivers, others, options int
	makefile, build, modpost, autos   bool
}

// file takes note of a file and returns what is left to read of it.
func (f *facts) file(name string, body io.Reader) (io.Reader, error) {
	f.arches.Add(name)
	inTree := name
	if _, below, ok := kernel.SplitArch(name); ok {
		inTree = below
	}
	if strings.HasPrefix(inTree, "include/") && strings.HasSuffix(name, ".h") {
		f.headers++
		if ofDrivers(name) {
			f.drivers++
		}
	} else {
		f.others++
	}
	switch {
	case name == kernel.Makefile:
		f.makefile = true
	case name == "scripts/Makefile.build":
		f.build = true
	case name == "scripts/mod/modpost":
		f.modpost = true
	case name == kernel.AutoConfHeader:
		f.autos = true
	case path.Base(name) == path.Base(kernel.AutoConf):
	case strings.HasPrefix(name, "include/config/"):
		f.options++ // an empty file for each option that is set
	}
	if name != hosttools.InfoPath && !slices.Contains(kernel.ReleaseFiles, name) {
		return body, nil
	}
	var b bytes.Buffer
	_, err := io.Copy(&b, io.LimitReader(body, 64<<10))
	f.texts[name] = b.String()
	return body, err
}

// release returns the release, and the file that says so.
func (f *facts) release() (release, from string) {
	for _, from := range kernel.ReleaseFiles {
		if release := kernel.ReleaseIn(from, f.texts[from]); release != "" && printable(release) {
			return release, from
		}
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
	if found := f.arches.List(); len(found) == 1 && printable(found[0]) {
		return found[0]
	}
	return ""
}

// ofDrivers tells whether a header is one of some 900, in kernels from 5.10 on,
// of which profile "tracing" has a few.
func ofDrivers(name string) bool {
	for _, dir := range []string{"include/dt-bindings/", "include/linux/mfd/", "include/linux/platform_data/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return false
}

// profile says which profile's files these look like: "headers" has no file
// that is no header, nor has "tracing", which has hardly any of drivers; the
// others have what builds a module, and only "rfc" has the marker files of all
// options.
func (f *facts) profile() string {
	switch {
	case !f.autos:
		return ""
	case f.others == 0 && f.headers > 2000 && f.drivers < 50:
		return "tracing"
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
