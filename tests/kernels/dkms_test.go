package kernels

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestDistributionModules builds modules that others wrote, as the packages
// for dkms have them, from the unpacked archive alone. DKMS holds, parted by
// blanks, a package's path, "=" and the directories to build in turn, parted
// by commas. A module uses symbols of those built before it.
func TestDistributionModules(t *testing.T) {
	packages := runfile.Paths(t, "DKMS")
	if len(packages) < 2 {
		t.Fatalf("DKMS=%q: two packages or more are wanted", os.Getenv("DKMS"))
	}
	tree := unpack(t)
	release := utsRelease(t, tree)
	for _, p := range packages {
		file, dirs, _ := strings.Cut(p, "=")
		name, _, _ := strings.Cut(path.Base(file), "_")
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			run(t, "dpkg-deb", "-x", file, root)
			sources, err := filepath.Glob(filepath.Join(root, "usr/src/*"))
			if err != nil || len(sources) != 1 {
				t.Fatalf("%d directories in usr/src, want one", len(sources))
			}
			var symvers []string
			exported := map[string]string{}
			for _, dir := range strings.Split(dirs, ",") {
				at := filepath.Join(sources[0], dir)
				kbuild(t, tree, at, "modules", "KBUILD_EXTRA_SYMBOLS="+strings.Join(symvers, " "))
				kos, err := filepath.Glob(filepath.Join(at, "*.ko"))
				if err != nil || len(kos) != 1 {
					t.Fatalf("%s: %d modules, want one", dir, len(kos))
				}
				if used := checkModule(t, kos[0], release, exported); used == 0 && len(symvers) > 0 {
					t.Errorf("%s uses no symbol of the modules built before it, so nothing shows that it could", dir)
				}
				symvers = append(symvers, filepath.Join(at, "Module.symvers"))
				for _, line := range strings.Split(read(t, symvers[len(symvers)-1]), "\n") {
					if f := strings.Split(line, "\t"); len(f) > 2 {
						exported[f[1]] = strings.TrimSuffix(filepath.Base(kos[0]), ".ko")
					}
				}
			}
		})
	}
}
