package measure

import (
	"os"
	"os/exec"
	"path/filepath"
)

// Mainline runs the kernel's own kernel/gen_kheaders.sh as kernel/Makefile does
// for an x86 build with O=. There compressor is xz; any command without arguments
// will do.
func Mainline(name, script, srctree, objtree, compressor string) Command {
	const out = "kernel/kheaders_data.tar.xz"
	path := filepath.Join(objtree, out)
	return Command{
		Name: name,
		Prepare: func() error {
			if err := os.RemoveAll(filepath.Dir(path)); err != nil {
				return err
			}
			return os.Mkdir(filepath.Dir(path), 0o755)
		},
		Make: func() *exec.Cmd {
			cmd := exec.Command("sh", script, out)
			cmd.Dir = objtree
			cmd.Env = append(os.Environ(), "SRCARCH=x86", "srctree="+srctree, "building_out_of_srctree=1", "XZ="+compressor, "KBUILD_BUILD_TIMESTAMP=1970-01-01", "LC_ALL=C")
			return cmd
		},
		Size: func() (int64, error) { return Size(path) },
	}
}
