package measure

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Files returns the full paths of files that `tools/bazel run` gives a benchmark.
// One that is missing is an error.
func Files(paths ...string) ([]string, error) {
	var out []string
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		if st, err := os.Stat(abs); err != nil || !st.Mode().IsRegular() {
			return nil, fmt.Errorf("no file %q: run this by `tools/bazel run //tests/bench:%s`", abs, filepath.Base(os.Args[0]))
		}
		out = append(out, abs)
	}
	return out, nil
}

// Do runs a command, whose output is shown only where it fails.
func Do(args ...string) error {
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(args[0]), err, out)
	}
	return nil
}

// UnpackHeaders lays out Debian's header packages of an amd64 kernel below
// root, as they would be installed, and returns where its trees are. Packages
// that do not hold one of each are an error.
func UnpackHeaders(packages []string, root string) (srctree, objtree string, err error) {
	for _, p := range packages {
		if err := Do("dpkg-deb", "-x", p, root); err != nil {
			return "", "", err
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

// Tars takes the compressed tars out of packages, into dir.
func Tars(packages []string, dir string) ([]string, error) {
	var out []string
	for i, p := range packages {
		path := filepath.Join(dir, fmt.Sprintf("%d.tar.xz", i))
		f, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		cmd := exec.Command("ar", "p", p, "data.tar.xz")
		cmd.Stdout = f
		err = cmd.Run()
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return nil, fmt.Errorf("take data.tar.xz out of %s: %w", filepath.Base(p), err)
		}
		out = append(out, path)
	}
	return out, nil
}

// Size returns the size of a file in bytes.
func Size(path string) (int64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}
