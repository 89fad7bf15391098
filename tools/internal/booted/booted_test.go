package booted

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cavaliergopher/cpio"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

// qemu is a program that keeps the kernel and the initramfs that it is given,
// and says what a guest does.
const qemu = `#!/bin/sh
while [ $# -gt 1 ]; do
  case $1 in
    -kernel) cat "$2" >"$0.kernel" ;;
    -initrd) cat "$2" >"$0.initrd" ;;
  esac
  shift
done
token=$(sed -n 's/^token=//p' "$0.initrd")
echo "# a shell in this machine"
printf '\036%s3\n' "$token"
echo ok insmod
echo 1..1
`

// image begins as a kernel does, and ends with text.
func image(text string) []byte {
	return []byte(strings.Repeat("\x00", 0x202) + "HdrS" + text)
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return z.Bytes()
}

// packageOf makes a package with files, each of which is an image with its name.
func packageOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(image(name)))}); err != nil {
			t.Fatal(err)
		}
		w.Write(image(name))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func options(t *testing.T) Options {
	t.Helper()
	return Options{
		Machine: machine.Machine{
			Arch: "x86",
			QEMU: write(t, "qemu", []byte(qemu)),
			// Nobody runs it, but it needs no libraries.
			Busybox: write(t, "busybox", kmodtest.Module("busybox", "", "")),
		},
		Kernel:  write(t, "vmlinuz", image("")),
		Module:  write(t, "kheaders.ko", kmodtest.Module("kheaders", "6.1", "x")),
		Archive: write(t, "kheaders.tgz", gzipped(t, []byte("x"))),
	}
}

// given returns what QEMU was given: the kernel, and the files of the initramfs.
func given(t *testing.T, o Options) (kernel string, files map[string]string) {
	t.Helper()
	b, err := os.ReadFile(o.Machine.QEMU + ".kernel")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(o.Machine.QEMU + ".initrd")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	files = map[string]string{}
	for r := cpio.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			return string(b), files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files["/"+h.Name] = string(text)
	}
}

func TestTest(t *testing.T) {
	o := options(t)
	module, driver := kmodtest.Module("kheaders", "6.1", "y"), kmodtest.Module("virtio", "6.1", "")
	o.Module = write(t, "kheaders.ko.gz", gzipped(t, module))
	o.Drivers = []string{write(t, "b.ko", driver), write(t, "a.ko.gz", gzipped(t, driver))}
	o.Kernel = write(t, "linux-image.deb", packageOf(t, "./boot/config-6.1", "./boot/vmlinuz-6.1", "./lib/modules/6.1/vmlinuz-6.1"))
	o.Shown = []string{"/proc/kheaders.tgz", "/sys/kernel/it's"}
	o.Rounds = 7
	o.Checks = []string{write(t, "one.sh", []byte("check one sleep 1")), write(t, "two.sh", []byte("check two true\n"))}
	o.Files = map[string]string{"/extra/file": write(t, "file", []byte("extra"))}
	var log strings.Builder
	var checks []machine.Result
	if err := o.Test(&log, func(r machine.Result) { checks = append(checks, r) }); err != nil {
		t.Fatal(err)
	}
	if want := []machine.Result{{Name: "insmod", OK: true}}; fmt.Sprint(checks) != fmt.Sprint(want) || !strings.Contains(log.String(), "ok insmod\n") {
		t.Errorf("checks %v, log %q", checks, log.String())
	}
	kernel, files := given(t, o)
	if kernel != string(image("./boot/vmlinuz-6.1")) {
		t.Errorf("the kernel is %q", kernel)
	}
	for name, want := range map[string]string{
		"/kheaders.ko":   string(module),
		"/drivers/00.ko": string(driver),
		"/drivers/01.ko": string(driver),
		"/archive":       string(gzipped(t, []byte("x"))),
		"/extra/file":    "extra",
	} {
		if files[name] != want {
			t.Errorf("%s is %q, want %q", name, files[name], want)
		}
	}
	at := -1
	for _, want := range []string{`files='/proc/kheaders.tgz /sys/kernel/it'\''s'` + "\n", "\nrounds=7\n", "\ncheck \"insmod\"", "\ncheck one sleep 1\ncheck two true\n", "\necho \"1..$checks\""} {
		i := strings.Index(files["/init"], want)
		if i <= at {
			t.Errorf("the guest's script has %q at %d, after %d", want, i, at)
		}
		at = i
	}
}

func TestShell(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w.Close()
	for head, want := range map[string]string{"\x1f\x8b\x08\x00": "z", "\xfd7zXZ\x00": "J", "BZh9\x31\x41\x59\x26\x53\x59": "j", "./": ""} {
		o := options(t)
		o.Archive = write(t, "kheaders", []byte(head+strings.Repeat("\x00", 600)))
		if status, err := o.Shell(r, io.Discard); err != nil || status != 3 {
			t.Fatalf("status %d, error %v; want 3", status, err)
		}
		_, files := given(t, o)
		if line := "\ndecompress=" + want + "\n"; !strings.Contains(files["/init"], line) {
			t.Errorf("%q: the guest's script has no %q", head, line)
		}
		if strings.Contains(files["/init"], "1..$checks") || !strings.Contains(files["/init"], "\nmkdir /headers\n") {
			t.Errorf("the guest's script is not that of a shell: %s", files["/init"])
		}
	}
}

func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"no module": {func(o *Options) { o.Module = o.Kernel }, "it is no kernel module"},
		"no driver": {func(o *Options) { o.Drivers = []string{o.Kernel} }, "it is no kernel module"},
		"no kernel": {func(o *Options) { o.Kernel = "/nowhere" }, "read kernel: open /nowhere"},
		"no image":  {func(o *Options) { o.Kernel = o.Archive }, `kheaders.tgz": it is no image of a kernel for x86: name a vmlinuz, which the kernel's build calls bzImage`},
		"package of no image": {func(o *Options) {
			o.Machine.Arch, o.Kernel = "arm64", write(t, "a.deb", packageOf(t, "boot/vmlinuz-1"))
		}, `a.deb": it is no image of a kernel for arm64: name a vmlinuz, which the kernel's build calls Image`},
		"package of none":     {func(o *Options) { o.Kernel = write(t, "a.deb", packageOf(t, "./boot/config-6.1")) }, "it has 0 files vmlinuz-* or vmlinux-* in /boot, not one"},
		"package of two":      {func(o *Options) { o.Kernel = write(t, "a.deb", packageOf(t, "boot/vmlinuz-1", "boot/vmlinuz-2")) }, "it has 2 files"},
		"package without any": {func(o *Options) { o.Kernel = write(t, "a.deb", packageOf(t, "usr/bin/x")) }, `no directory "boot"`},
		"no package":          {func(o *Options) { o.Kernel = write(t, "a.deb", []byte("no package")) }, "a.deb"},
		"no script":           {func(o *Options) { o.Checks = []string{"/nowhere.sh"} }, "read script of checks: open /nowhere.sh"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			c.change(&o)
			err := o.Test(io.Discard, func(machine.Result) { t.Error("it was booted") })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
