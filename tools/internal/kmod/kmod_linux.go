package kmod

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// memoryFile returns an empty file that is nowhere on a disk.
func memoryFile() (*os.File, error) {
	// Where sysctl vm.memfd_noexec is 2 there is none without it; kernels before 6.3 do
	// not know it.
	fd, err := unix.MemfdCreate("module", unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) {
		fd, err = unix.MemfdCreate("module", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return nil, fmt.Errorf("make a file in memory: %w", err)
	}
	return os.NewFile(uintptr(fd), "module"), nil
}

// Load loads the module. ErrLoaded says that one of its name is loaded.
func (m *Module) Load() error {
	err := unix.FinitModule(int(m.image.Fd()), "", 0)
	if err == nil {
		return nil
	}
	if errors.Is(err, unix.EEXIST) {
		return ErrLoaded
	}
	return fmt.Errorf("load module %q: %w", m.Path, reason(err))
}

// reason says what the kernel's answer means.
func reason(err error) error {
	for code, meaning := range map[error]string{
		unix.EPERM:        "this process may load no modules: it needs CAP_SYS_MODULE (docker run --cap-add=SYS_MODULE), and a kernel that is not locked down",
		unix.ENOSYS:       "this kernel loads no modules, or the container's seccomp filter lets none be loaded",
		unix.ENOEXEC:      "it is not for this kernel: dmesg says why",
		unix.EBUSY:        "another module has its place: dmesg says which",
		unix.ENOKEY:       "this kernel takes only modules that are signed by a key it knows",
		unix.EKEYREJECTED: "this kernel takes only modules that are signed by a key it knows, and this one's signature is another's",
		unix.EBADMSG:      "its signature is broken",
		unix.ENOENT:       "it needs symbols that this kernel does not have: dmesg says which",
		unix.ENOMEM:       "there is no memory for it",
	} {
		if errors.Is(err, code) {
			return fmt.Errorf("%w: %s", err, meaning)
		}
	}
	return err
}

// Unload unloads the module called name, which may be gone already, or going. ErrInUse says
// that somebody uses it.
func Unload(name string) error {
	err := unix.DeleteModule(name, unix.O_NONBLOCK)
	switch {
	// EBUSY: another is unloading it, or has done so and loads it again.
	case err == nil, errors.Is(err, unix.ENOENT), errors.Is(err, unix.EBUSY):
		return nil
	case errors.Is(err, unix.EWOULDBLOCK):
		return ErrInUse
	}
	return fmt.Errorf("unload module %q: %w", name, err)
}
