package kernel

import "strings"

// ReleaseFiles are the files that say a kernel's release, the one to believe
// first: modules are checked against UTS_RELEASE.
var ReleaseFiles = []string{UTSRelease, KernelRelease}

// ReleaseIn returns the release that the text of one of ReleaseFiles says, ""
// where it says none.
func ReleaseIn(file, text string) string {
	if file == KernelRelease {
		return strings.TrimSpace(text)
	}
	_, rest, _ := strings.Cut(text, `UTS_RELEASE "`)
	line, _, _ := strings.Cut(rest, "\n")
	end := strings.LastIndexByte(line, '"')
	if end < 0 {
		return ""
	}
	return line[:end]
}

// IsRelease tells whether a kernel can have the release: it is a word of make, a
// string of C and the name of a directory.
func IsRelease(release string) bool {
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("/\"'\\", r) }
	return release != "" && release[0] != '.' && strings.IndexFunc(release, odd) < 0
}

// Release returns the release of a kernel, which is `uname -r` of it, such as
// "6.1.0-50-amd64"; "" where no file says it. read returns the text of one of
// ReleaseFiles, "" where there is none.
func Release(read func(file string) string) string {
	for _, file := range ReleaseFiles {
		if release := ReleaseIn(file, read(file)); release != "" {
			return release
		}
	}
	return ""
}
