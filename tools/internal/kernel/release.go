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
	release, _, ok := strings.Cut(rest, `"`)
	if !ok {
		return ""
	}
	return release
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
