// Package kernel knows what a Linux kernel is: its architectures, how its
// trees say which version they are, its configuration, and where its sources
// look for headers. It reads no tree itself: callers hand over text, or a
// function that does.
package kernel

// Files of a tree that say which kernel it is, as paths from its top. All but
// the Makefile and KconfigHeader are of the objtree.
const (
	Makefile = "Makefile"
	// AutoConf has the configuration for make, AutoConfHeader the same for C.
	AutoConf       = "include/config/auto.conf"
	AutoConfHeader = "include/generated/autoconf.h"
	// UTSRelease has what `uname -r` says. KernelRelease has what make says,
	// and of Debian's kernels 5.10 and 6.1 that is less.
	UTSRelease    = "include/generated/utsrelease.h"
	KernelRelease = "include/config/kernel.release"
	// KconfigHeader is of the srctree, and in no objtree.
	KconfigHeader = "include/linux/kconfig.h"
)
