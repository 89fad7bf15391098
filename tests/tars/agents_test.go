package tars

import (
	"archive/tar"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xi2/xz"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// types, kconfig and version are what such an agent wants of a directory of headers.
const (
	types   = "include/linux/types.h"
	kconfig = "include/linux/kconfig.h"
	version = "include/generated/uapi/linux/version.h"
)

// wanted reads an archive as Datadog's agent does what it finds at
// /sys/kernel/kheaders.tar.xz: by its regular files alone. It returns those that it
// looks at, and the number of all.
func wanted(r io.Reader) (map[string]string, int, error) {
	found, n := map[string]string{}, 0
	for files := tar.NewReader(r); ; {
		h, err := files.Next()
		if err == io.EOF {
			return found, n, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		n++
		switch name := path.Clean(h.Name); name {
		case types, kconfig, version:
			b, err := io.ReadAll(files)
			if err != nil {
				return nil, 0, err
			}
			found[name] = string(b)
		}
	}
}

var versionCode = regexp.MustCompile(`(?m)^#define\s+LINUX_VERSION_CODE\s+(\d+)$`)

// TestAgents has each archive have what makes it one of kernel headers to such an
// agent, of the kernel that runs.
func TestAgents(t *testing.T) {
	archives := strings.Fields(os.Getenv("ARCHIVES"))
	if len(archives) != 2*4*4+1 {
		t.Fatalf("%d archives: %q", len(archives), archives)
	}
	for _, a := range archives {
		t.Run(filepath.Base(a), func(t *testing.T) {
			f, err := os.Open(runfile.At(t, a))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var in io.Reader = f
			if strings.HasSuffix(a, ".xz") {
				if in, err = xz.NewReader(f, 0); err != nil {
					t.Fatal(err)
				}
			}
			files, n, err := wanted(in)
			if err != nil {
				t.Fatal(err)
			}
			if n < 10 {
				t.Errorf("it has %d regular files only", n)
			}
			for _, name := range []string{types, kconfig} {
				if files[name] == "" {
					t.Errorf("%s is not there, or empty", name)
				}
			}
			code := versionCode.FindStringSubmatch(files[version])
			if code == nil {
				t.Fatalf("%s has no line that defines LINUX_VERSION_CODE: %q", version, files[version])
			}
			if n, err := strconv.Atoi(code[1]); err != nil || n>>8 != 6<<8|1 {
				t.Errorf("the version is %s, %v, want that of 6.1", code[1], err)
			}
		})
	}
}
