package kernels

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestMainline compares an archive of profile headers, not stripped, with what
// the kernel's own rule of kernel/Makefile and kernel/gen_kheaders.sh make of
// the same packages.
func TestMainline(t *testing.T) {
	theirs := mainline(t)
	except := exceptions(t)
	ours := map[string]bool{}
	eachFile(t, runfile.Path(t, "ARCHIVE"), func(name string, body io.Reader) {
		ours[name] = true
		// Mainline keeps the symbolic links between headers.
		want, err := os.ReadFile(filepath.Join(theirs, name))
		if err != nil {
			t.Errorf("%s is not in mainline's archive: %v", name, err)
			return
		}
		got, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from mainline's: %d bytes, want %d", name, len(got), len(want))
		}
	})
	files := 0
	err := filepath.WalkDir(theirs, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		name, _ := filepath.Rel(theirs, p)
		if why, known := except[name]; known == ours[name] {
			t.Errorf("%s is in mainline's archive; in ours: %v, an exception: %v %s", name, ours[name], known, why)
		}
		delete(except, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range except {
		t.Errorf("exception %s is not in mainline's archive: take it out", name)
	}
	if files < 5000 || len(ours) < 5000 {
		t.Errorf("mainline's archive has %d files, ours %d: both should have thousands", files, len(ours))
	}
	t.Logf("%d files, of mainline's %d", len(ours), files)
}

// exceptions reads the paths that are to be absent for KERNEL, and why, from
// EXCEPTIONS.
func exceptions(t *testing.T) map[string]string {
	t.Helper()
	known := map[string]string{}
	for _, line := range strings.Split(read(t, runfile.Path(t, "EXCEPTIONS")), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) < 3 {
			t.Fatalf("bad line %q: want path, kernels and a reason", line)
		}
		if slices.Contains(strings.Split(f[1], ","), os.Getenv("KERNEL")) {
			known[f[0]] = strings.Join(f[2:], " ")
		}
	}
	return known
}

// mainline runs the kernel's own rule, unless MADE is what it has made, and
// returns the directory that its archive is unpacked in.
func mainline(t *testing.T) string {
	t.Helper()
	if os.Getenv("MADE") != "" {
		return unpackFile(t, runfile.Path(t, "MADE"))
	}
	root := t.TempDir()
	for _, p := range runfile.Paths(t, "PACKAGES") {
		run(t, "dpkg-deb", "-x", p, root)
	}
	srctree := one(t, filepath.Join(root, "usr/src/linux-headers-*-common"))
	objtree := one(t, filepath.Join(root, "usr/src/linux-headers-*-amd64"))
	run(t, "tar", "-xf", runfile.Path(t, "SOURCE"), "-C", srctree, "kernel")
	if err := os.Mkdir(filepath.Join(objtree, "kernel"), 0o755); err != nil {
		t.Fatal(err)
	}
	// Mainline strips comments by perl. Nothing of that here: contents are
	// compared as they are. Nor is there a need to compress.
	bin := t.TempDir()
	for name, text := range map[string]string{"perl": "#!/bin/true\n", "store": "#!/bin/sh\nexec cat\n"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const made = "kernel/kheaders_data.tar.xz"
	run(t, "env", "-C", objtree, "PATH="+bin+":/usr/bin:/bin", "make", "-f", srctree+"/scripts/Makefile.build", "obj=kernel",
		"srctree="+srctree, "srcroot="+srctree, "objtree=.", "VPATH="+srctree, "SRCARCH=x86", "building_out_of_srctree=1",
		"CONFIG_SHELL=sh", "TAR=tar", "XZ="+bin+"/store", "KBUILD_BUILD_TIMESTAMP=1970-01-01", made)
	return unpackFile(t, filepath.Join(objtree, made))
}

// one returns the one path that a glob stands for.
func one(t *testing.T, glob string) string {
	t.Helper()
	found, err := filepath.Glob(glob)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d of %s, want one", len(found), filepath.Base(glob))
	}
	return found[0]
}

// eachFile calls do for each regular file of a tar.
func eachFile(t *testing.T, file string, do func(name string, body io.Reader)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			do(path.Clean(h.Name), r)
		}
	}
}
