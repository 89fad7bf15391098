package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
)

// wrongMachine says of a tree whose build failed that its host tools are for
// another machine than this one, which is why they may not run; "" if not.
func wrongMachine(work string) string {
	f, err := os.Open(filepath.Join(work, "tree", hosttools.InfoPath))
	if err != nil {
		return ""
	}
	defer f.Close()
	info, err := hosttools.ReadInfo(f)
	if err != nil || len(info.HostMachines) == 0 {
		return ""
	}
	here, err := hosttools.ParseMachine(runtime.GOARCH)
	if err != nil || slices.Contains(info.HostMachines, here) {
		return ""
	}
	return fmt.Sprintf(": the tree's host tools (fixdep, modpost, ...) are for %s, this machine is %s: give the kernel_tree those of %s, such as the distribution's linux-kbuild package for it", strings.Join(info.HostMachines, " and "), here, here)
}
