package kernels

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRebuild runs the commands of kheaders.json in the unpacked archive,
// which has no host tools, and builds a module then.
func TestRebuild(t *testing.T) {
	tree, mod := unpack(t), t.TempDir()
	var info struct {
		HostTools string `json:"host_tools"`
		Machines  []string
		Programs  []struct{ Path string }
		Rebuild   []string
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(tree, "kheaders.json"))), &info); err != nil {
		t.Fatal(err)
	}
	if info.HostTools != "none" || len(info.Programs) > 0 || len(info.Rebuild) < 3 {
		t.Fatalf("kheaders.json says %+v", info)
	}
	err := filepath.WalkDir(tree, func(p string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasPrefix(read(t, p), "\x7fELF") {
			t.Errorf("%s is a program", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range info.Rebuild {
		run(t, "env", "-C", tree, "MAKEFLAGS=-j2", "sh", "-c", command)
	}
	copyModule(t, mod)
	kbuild(t, tree, mod, "modules")
	checkModule(t, filepath.Join(mod, "extmod.ko"), utsRelease(t, tree), nil)
}
