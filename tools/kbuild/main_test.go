package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildtree"
)

// fakeMake stands for make: it writes down how it was called.
const fakeMake = `#!/bin/sh
{ env; printf '%s\n' "$@"; cat tree/Makefile src/Kbuild; } > src/kheaders.ko
`

func setUp(t *testing.T, script string) (dir string, args []string) {
	t.Helper()
	dir = t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	f, err := os.Create(filepath.Join(dir, "tree.tar"))
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(f)
	text := "# the tree's Makefile\n"
	w.WriteHeader(&tar.Header{Name: "./Makefile", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))})
	w.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cc, err := filepath.Rel(cwd, write("gcc", "#!/bin/sh\n", 0o700))
	if err != nil {
		t.Fatal(err)
	}
	return dir, []string{
		"--tree=" + f.Name(),
		"--source=" + write("Kbuild", "# the source's Kbuild\n", 0o600),
		"--output=" + filepath.Join(dir, "kheaders.ko"),
		"--arch=x86",
		"--make=" + write("make", script, 0o700),
		"--cc=" + cc,
		"--ld=ld",
		"--make-arg=V=1",
		"--make-arg=KCFLAGS=-O1",
	}
}

func TestRun(t *testing.T) {
	t.Setenv("LD_PRELOAD_NOT", "must not be seen")
	dir, args := setUp(t, fakeMake)
	if err := run(context.Background(), args); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "kheaders.ko"))
	if err != nil {
		t.Fatal(err)
	}
	got := string(b)
	if !regexp.MustCompile(`(?m)^KCFLAGS=-g0 -ffile-prefix-map=/.*/= -O1$`).MatchString(got) {
		t.Errorf("make was called with other compiler flags:\n%s", got)
	}
	for _, want := range []string{
		"LC_ALL=C\n", "KBUILD_BUILD_TIMESTAMP=1970-01-01\n", "ARCH=x86\n", "KAFLAGS=-g0 -ffile-prefix-map=/",
		"CC=" + dir + "/gcc\n", "LD=ld\n", "modules\nV=1\n", "# the tree's Makefile\n", "# the source's Kbuild\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("make was called without %q:\n%s", want, got)
		}
	}
	for _, never := range []string{"LD_PRELOAD_NOT", "AR="} {
		if strings.Contains(got, never) {
			t.Errorf("make was called with %q:\n%s", never, got)
		}
	}
	onlyInputsAnd(t, dir, "kheaders.ko")
}

// A user's compiler flags must not take those away that keep paths out.
func TestAddMakeArgs(t *testing.T) {
	given := []string{"-C", "tree", "KCFLAGS=-g0 -fmap", "KAFLAGS=-g0", "modules"}
	for _, c := range []struct {
		more []string
		want string
	}{
		{nil, "-C|tree|KCFLAGS=-g0 -fmap|KAFLAGS=-g0|modules"},
		{[]string{"V=1", "-k"}, "-C|tree|KCFLAGS=-g0 -fmap|KAFLAGS=-g0|modules|V=1|-k"},
		{[]string{"KCFLAGS=-O1"}, "-C|tree|KCFLAGS=-g0 -fmap -O1|KAFLAGS=-g0|modules"},
		{[]string{"KCFLAGS=-O1", "KCFLAGS=-DX='a=b'"}, "-C|tree|KCFLAGS=-g0 -fmap -O1 -DX='a=b'|KAFLAGS=-g0|modules"},
		{[]string{"KCFLAGS+=-O1", "KAFLAGS := -DY"}, "-C|tree|KCFLAGS=-g0 -fmap -O1|KAFLAGS=-g0  -DY|modules"},
		{[]string{"KCFLAGS_MODULE=-O1"}, "-C|tree|KCFLAGS=-g0 -fmap|KAFLAGS=-g0|modules|KCFLAGS_MODULE=-O1"},
	} {
		if got := strings.Join(addMakeArgs(slices.Clone(given), c.more), "|"); got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.more, got, c.want)
		}
	}
}

// A tool that is not there is named, unless the user has given another one.
func TestMissingTool(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	args = append(args, "--objdump="+filepath.Join(dir, "llvm-objdump"))
	err := run(context.Background(), args)
	if err == nil {
		t.Fatal("a module was built without OBJDUMP")
	}
	for _, want := range []string{"no program for make's OBJDUMP", filepath.Join(dir, "llvm-objdump"), "--make-arg=OBJDUMP="} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	onlyInputsAnd(t, dir)
	if err := run(context.Background(), append(args, "--make-arg=OBJDUMP=other")); err != nil {
		t.Errorf("with an OBJDUMP of the user's: %v", err)
	}
}

// Warnings are errors only where that was asked for.
func TestWerror(t *testing.T) {
	for _, werror := range []bool{false, true} {
		dir, args := setUp(t, fakeMake)
		if werror {
			args = append(args, "--werror")
		}
		if err := run(context.Background(), args); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "kheaders.ko"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{" -Werror", "\nW=1\n"} {
			if strings.Contains(string(b), s) != werror {
				t.Errorf("werror %v, but the arguments of make are:\n%s", werror, b)
			}
		}
	}
}

// onlyInputsAnd fails when a work directory or an output was left behind.
func onlyInputsAnd(t *testing.T, dir string, outputs ...string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	expected := " Kbuild gcc make tree.tar " + strings.Join(outputs, " ") + " "
	for _, f := range found {
		if !strings.Contains(expected, " "+f.Name()+" ") {
			t.Errorf("left behind: %s", f.Name())
		}
	}
}

func TestRunFails(t *testing.T) {
	t.Run("make fails", func(t *testing.T) {
		dir, args := setUp(t, "#!/bin/sh\necho \"$PWD/src/kheaders.c: no good\"; exit 2\n")
		err := run(context.Background(), args)
		if err == nil {
			t.Fatal("no error")
		}
		first, rest, _ := strings.Cut(err.Error(), "\n")
		if !strings.Contains(first, "build kheaders.ko for x86") || !strings.Contains(first, "exit status 2") || rest != "src/kheaders.c: no good\n" {
			t.Errorf("error is %q", err)
		}
		onlyInputsAnd(t, dir)
	})
	t.Run("no module", func(t *testing.T) {
		dir, args := setUp(t, "#!/bin/sh\n")
		if err := run(context.Background(), args); err == nil || !strings.Contains(err.Error(), "there is no kheaders.ko") {
			t.Errorf("error is %v", err)
		}
		onlyInputsAnd(t, dir)
	})
	t.Run("stopped", func(t *testing.T) {
		dir, args := setUp(t, "#!/bin/sh\nsleep 60\n")
		ctx, stop := context.WithCancel(context.Background())
		stop()
		if err := run(ctx, args); err == nil || !strings.Contains(err.Error(), "stopped") {
			t.Errorf("error is %v", err)
		}
		onlyInputsAnd(t, dir)
	})
	t.Run("no build tree", func(t *testing.T) {
		dir, args := setUp(t, fakeMake)
		var b bytes.Buffer
		if err := buildtree.WriteMissing(&b, errors.New("tree //k:tree: Module.symvers is missing")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "tree.tar"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := run(context.Background(), args); err == nil || err.Error() != "no module can be built from the tree: tree //k:tree: Module.symvers is missing" {
			t.Errorf("error is %v", err)
		}
		onlyInputsAnd(t, dir)
	})
	for flag, want := range map[string]string{
		"--tree=": "give --tree", "--arch=": "give --arch", "--output=": "give --output",
		"--tree=/nonexistent.tar": "read build tree", "--make=/nonexistent/make": "no GNU make " + onMachine, "--source=/nonexistent": "copy source",
	} {
		t.Run(flag, func(t *testing.T) {
			dir, args := setUp(t, fakeMake)
			if err := run(context.Background(), append(args, flag)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want one with %q", err, want)
			}
			onlyInputsAnd(t, dir)
		})
	}
}

// TestStrip has make's STRIP take debug information out, where it is asked for.
func TestStrip(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	ko := filepath.Join(dir, "kheaders.ko")
	strip := filepath.Join(dir, "mystrip")
	if err := os.WriteFile(strip, []byte("#!/bin/sh\necho \"stripped by $1\" >\"$2\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	args = append(args, "--strip="+strip)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "M="},
		{[]string{"--strip-debug"}, "stripped by --strip-debug"},
		{[]string{"--strip-debug", "--make-arg=STRIP=/bin/true"}, "M="},
	} {
		if err := run(context.Background(), append(args[:len(args):len(args)], c.args...)); err != nil {
			t.Fatalf("%q: %v", c.args, err)
		}
		if b, err := os.ReadFile(ko); err != nil || !bytes.Contains(b, []byte(c.want)) {
			t.Errorf("%q: %q, %v; want %q", c.args, b, err, c.want)
		}
		os.Remove(ko)
	}
	for arg, want := range map[string]string{
		"--make-arg=STRIP=/bin/false":    `strip kheaders.ko: "/bin/false": exit status 1`,
		"--make-arg=STRIP=no-such-strip": `strip kheaders.ko: no program "no-such-strip" in /usr/sbin:`,
	} {
		err := run(context.Background(), append(args[:len(args):len(args)], "--strip-debug", arg))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", arg, err, want)
		}
		if _, err := os.Stat(ko); err == nil {
			t.Errorf("%s: there is a module", arg)
		}
	}
}
