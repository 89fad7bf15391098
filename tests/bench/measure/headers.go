package measure

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// UnpackHeaders lays out Debian's header packages of an amd64 kernel below
// root, as they would be installed, and returns where its trees are. Packages
// that do not hold one of each are an error.
func UnpackHeaders(packages []string, root string) (srctree, objtree string, err error) {
	for _, p := range packages {
		if out, err := exec.Command("dpkg-deb", "-x", p, root).CombinedOutput(); err != nil {
			return "", "", fmt.Errorf("unpack %s: %w: %s", filepath.Base(p), err, out)
		}
	}
	for _, d := range []struct {
		glob string
		into *string
	}{{"usr/src/linux-headers-*-common", &srctree}, {"usr/src/linux-headers-*-amd64", &objtree}} {
		found, err := filepath.Glob(filepath.Join(root, d.glob))
		if err != nil || len(found) != 1 {
			return "", "", fmt.Errorf("the packages hold %d directories %s, one is needed", len(found), d.glob)
		}
		*d.into = found[0]
	}
	return srctree, objtree, nil
}

// Size returns the size of a file in bytes.
func Size(path string) (int64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}
