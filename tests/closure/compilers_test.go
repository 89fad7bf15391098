package closure

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// kernel is an unpacked archive.
type kernel struct {
	dir  string
	arch string
}

func unpack(t *testing.T, env string) *kernel {
	t.Helper()
	k := &kernel{t.TempDir(), os.Getenv("ARCH")}
	if out, err := exec.Command("tar", "-xf", runfile.Path(t, env), "-C", k.dir).CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v\n%s", env, err, out)
	}
	return k
}

// files lists what the archive holds.
func (k *kernel) files(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir(k.dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(k.dir, p)
			all[rel] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// flags are those that Kbuild (LINUXINCLUDE) and bcc (its kbuild_helper) have
// in common.
func (k *kernel) flags(builtin string) []string {
	a := "arch/" + k.arch + "/include"
	flags := []string{"-nostdinc", "-isystem", builtin, "-D__KERNEL__", `-DKBUILD_MODNAME="test"`, "-std=gnu11", "-fms-extensions", "-w", "-O2", "-fshort-wchar", "-fno-pie"}
	for _, d := range []string{a, a + "/generated", "include", a + "/uapi", a + "/generated/uapi", "include/uapi", "include/generated/uapi"} {
		flags = append(flags, "-I"+d)
	}
	for _, h := range []string{"linux/compiler-version.h", "linux/kconfig.h", "linux/compiler_types.h"} {
		if _, err := os.Stat(filepath.Join(k.dir, "include", h)); err == nil {
			flags = append(flags, "-include", "include/"+h)
		}
	}
	return flags
}

// gcc returns the arguments of the C compiler that builds kernels of the
// architecture.
func (k *kernel) gcc(t *testing.T) []string {
	t.Helper()
	cc := "gcc"
	var more []string
	switch k.arch {
	case "x86":
		more = []string{"-m64", "-mno-sse", "-mno-mmx", "-mno-sse2", "-mno-80387", "-mno-red-zone", "-mcmodel=kernel", "-DCC_USING_FENTRY"}
	case "arm64":
		cc = "aarch64-linux-gnu-gcc"
		more = []string{"-mgeneral-regs-only", "-mabi=lp64", `-DARM64_ASM_ARCH="armv8.5-a"`, "-DKASAN_SHADOW_SCALE_SHIFT="}
	}
	return append(append([]string{cc}, more...), k.flags(output(t, cc, "-print-file-name=include"))...)
}

// clang returns the arguments with which bcc compiles, for the machine that the
// kernel is for.
func (k *kernel) clang(t *testing.T) []string {
	t.Helper()
	target := map[string]string{"x86": "x86_64-unknown-linux-gnu", "arm64": "aarch64-unknown-linux-gnu"}[k.arch]
	builtin := filepath.Join(output(t, "clang", "-print-resource-dir"), "include")
	more := []string{"clang", "-target", target, "-D__BPF_TRACING__", "-D__TARGET_ARCH_" + k.arch, "-D__HAVE_BUILTIN_BSWAP16__", "-D__HAVE_BUILTIN_BSWAP32__", "-D__HAVE_BUILTIN_BSWAP64__", "-fno-builtin"}
	if k.arch == "x86" {
		more = append(more, "-mno-sse", "-mcmodel=kernel", "-DCC_USING_FENTRY")
	}
	return append(more, k.flags(builtin)...)
}

// compile runs a compiler in the tree on a source that includes headers.
func (k *kernel) compile(cc []string, headers []string, flags ...string) (string, error) {
	var src strings.Builder
	for _, h := range headers {
		fmt.Fprintf(&src, "#include <%s>\n", h)
	}
	args := append(append(append([]string{}, cc[1:]...), flags...), "-x", "c", "-")
	cmd := exec.Command(cc[0], args...)
	cmd.Dir, cmd.Env, cmd.Stdin = k.dir, []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}, strings.NewReader(src.String())
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	return string(out), err
}

// reached returns what a compiler opens of the tree, by its own word.
func (k *kernel) reached(cc []string, headers []string) ([]string, error) {
	out, err := k.compile(cc, headers, "-M")
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	var files []string
	for _, f := range strings.Fields(strings.ReplaceAll(out, "\\\n", " ")) {
		if f = filepath.Clean(f); !filepath.IsAbs(f) && strings.Contains(f, "/") {
			files = append(files, f)
		}
	}
	return files, nil
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out))
}

// size is an archive's size in bytes.
func size(t *testing.T, env string) int64 {
	t.Helper()
	st, err := os.Stat(runfile.Path(t, env))
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}
