package kernels

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestExternalModule(t *testing.T) {
	tree, mod, inst := unpack(t), t.TempDir(), t.TempDir()
	checkHostTools(t, tree, os.Getenv("HOST_TOOLS"))
	copyModule(t, mod)
	make := func(target string, more ...string) string {
		t.Helper()
		return kbuild(t, tree, mod, target, more...)
	}

	said := make("modules")
	if conf := read(t, filepath.Join(tree, "include/config/auto.conf")); strings.Contains(conf, "CONFIG_DEBUG_INFO_BTF_MODULES=y") {
		if n := strings.Count(said, "Skipping BTF generation"); n != 1 {
			t.Errorf("make says %d times that it skips the module's BTF, want once", n)
		}
	}
	checkModule(t, filepath.Join(mod, "extmod.ko"), utsRelease(t, tree), nil)
	symvers := read(t, filepath.Join(mod, "Module.symvers"))
	if m := regexp.MustCompile(`(?m)^0x([0-9a-f]{8})\textmod_next\t`).FindStringSubmatch(symvers); m == nil {
		t.Errorf("extmod_next is not exported: %q", symvers)
	} else if modversions := strings.Contains(read(t, filepath.Join(tree, "include/generated/autoconf.h")), "CONFIG_MODVERSIONS 1"); modversions && m[1] == "00000000" {
		t.Error("the kernel has MODVERSIONS, but extmod_next has no checksum")
	}

	make("modules_install", "INSTALL_MOD_PATH="+inst, "DEPMOD=/bin/true")
	found := false
	filepath.WalkDir(inst, func(p string, _ os.DirEntry, _ error) error {
		found = found || strings.HasPrefix(filepath.Base(p), "extmod.ko")
		return nil
	})
	if !found {
		t.Error("modules_install installed no extmod.ko")
	}

	make("clean")
	if _, err := os.Stat(filepath.Join(mod, "extmod.ko")); err == nil {
		t.Error("extmod.ko is still there after make clean")
	}
}
