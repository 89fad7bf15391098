package pkgfile

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// tarOf makes a tar of headers; a regular file's content is its Linkname, and
// so is a link's target.
func tarOf(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		content := ""
		if h.Typeflag == tar.TypeReg {
			content, h.Linkname = h.Linkname, ""
			h.Size = int64(len(content))
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func reg(name, content string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Linkname: content}
}

func symlink(name, target string) tar.Header {
	return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target}
}

// deb makes a Debian package around a data.tar.
func deb(dataName string, data []byte) []byte {
	var b bytes.Buffer
	b.WriteString(arMagic)
	member := func(name string, content []byte) {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 0, 0, 0, 0o100644, len(content))
		b.Write(content)
		if len(content)%2 == 1 {
			b.WriteByte('\n')
		}
	}
	member("debian-binary", []byte("2.0\n"))
	member("control.tar", []byte("odd"))
	member(dataName, data)
	return b.Bytes()
}

func pack(t *testing.T, name string, data []byte) Package {
	t.Helper()
	p := filepath.Join(t.TempDir(), "pkg")
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return Package{Path: p, Label: name}
}

type filter func(path string) bool

func (filter) Excludes(string) bool     { return false }
func (f filter) MayContain(string) bool { return true }
func (f filter) MayMatch(p string) bool { return f(p) }
func everything(string) bool            { return true }
func nothing(string) bool               { return false }
func headersOnly(p string) bool         { return strings.HasSuffix(p, ".h") }

// walk returns the files below dir, and an error for the first problem.
func walk(f *FS, dir string, want filter) ([]File, error) {
	files, problems, err := f.Walk(dir, want)
	for _, p := range problems {
		if err == nil && p.Matters(want) {
			err = p.Err
		}
	}
	if err == nil {
		err = f.Keep(files)
	}
	return files, err
}

// contents walks dir and returns "path=content" of each file, with * for an
// executable.
func contents(t *testing.T, f *FS, dir string, want filter) ([]string, error) {
	t.Helper()
	files, err := walk(f, dir, want)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range files {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || int64(len(b)) != e.Size {
			t.Fatalf("%s: %d bytes of %d, %v", e.Path, len(b), e.Size, err)
		}
		out = append(out, e.Path+"="+string(b))
	}
	return out, nil
}

// TestDebianShape lays packages out as Debian's kernel headers are: an objtree
// whose scripts are in a third package, reached by a relative link.
func TestDebianShape(t *testing.T) {
	var xz, gz, zst bytes.Buffer
	xz.Write(tarOf(t,
		reg("./usr/src/common/include/linux/kconfig.h", "K"),
		reg("./usr/src/common/arch/x86/include/asm/a.h", "A"),
		reg("./usr/src/common/include/linux/hard.h", "H"),
		tar.Header{Typeflag: tar.TypeLink, Name: "./usr/src/common/include/linux/hard2.h", Linkname: "./usr/src/common/include/linux/hard.h"},
		symlink("./usr/src/common/include/linux/soft.h", "../../arch/x86/include/asm/a.h"),
	))
	g := gzip.NewWriter(&gz)
	g.Write(tarOf(t,
		reg("usr/src/amd64/include/generated/autoconf.h", "C"),
		symlink("usr/src/amd64/scripts", "../../lib/kbuild/scripts"),
		symlink("usr/src/amd64/abs.h", "/usr/lib/kbuild/x.h"),
	))
	g.Close()
	z, _ := zstd.NewWriter(&zst)
	z.Write(tarOf(t,
		tar.Header{Typeflag: tar.TypeReg, Name: "usr/lib/kbuild/scripts/mod/modpost", Linkname: "M", Mode: 0o755},
		reg("usr/lib/kbuild/x.h", "X"),
	))
	z.Close()
	for _, keep := range []func(string) bool{everything, nothing, headersOnly} {
		f, err := Open([]Package{
			pack(t, "common.deb", deb("data.tar", xz.Bytes())),
			pack(t, "amd64.deb", deb("data.tar.gz", gz.Bytes())),
			pack(t, "kbuild.tar.zst", zst.Bytes()),
		}, keep, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		src, obj, srcOK, objOK, err := f.Roots("", "")
		if err != nil || src != "usr/src/common" || obj != "usr/src/amd64" || !srcOK || !objOK {
			t.Fatalf("roots %q %v, %q %v, %v", src, srcOK, obj, objOK, err)
		}
		got, err := contents(t, f, src, everything)
		if err != nil {
			t.Fatal(err)
		}
		want := "[arch/x86/include/asm/a.h=A include/linux/hard.h=H include/linux/hard2.h=H include/linux/kconfig.h=K include/linux/soft.h=A]"
		if fmt.Sprint(got) != want {
			t.Errorf("srctree %v\nwant %v", got, want)
		}
		got, err = contents(t, f, obj, everything)
		if err != nil {
			t.Fatal(err)
		}
		if want := "[abs.h=X include/generated/autoconf.h=C scripts/mod/modpost=M]"; fmt.Sprint(got) != want {
			t.Errorf("objtree %v\nwant %v", got, want)
		}
	}
}

func TestBadPackages(t *testing.T) {
	good := tarOf(t, reg("include/a.h", strings.Repeat("x", 5000)))
	var gz bytes.Buffer
	g := gzip.NewWriter(&gz)
	g.Write(good)
	g.Close()
	flip := bytes.Clone(gz.Bytes())
	flip[len(flip)-6] ^= 1
	badHeader := deb("data.tar", good)
	copy(badHeader[8+48:], "12x       ")
	badMagic := func(at int) []byte {
		b := deb("data.tar", good)
		b[len(arMagic)+at] = 'x'
		return b
	}
	badSize := deb("data.tar", good)
	copy(badSize[8+48:], "-1        ")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":                      {nil, "truncated"},
		"text":                       {[]byte(strings.Repeat("hello world\n", 100)), "not a .deb, nor a tar archive (compression: none)"},
		"gzip of text":               {gzipped("hello"), "truncated"},
		"tar cut in a file":          {good[:2000], "truncated"},
		"tar without its end":        {good[:len(good)-1024], "truncated"},
		"gzip cut":                   {gz.Bytes()[:gz.Len()/2], "truncated"},
		"gzip with a bad sum":        {flip, "checksum"},
		"deb cut":                    {deb("data.tar.gz", gz.Bytes())[:200], "truncated"},
		"deb cut in a header":        {deb("data.tar.gz", gz.Bytes())[:100], "truncated"},
		"deb without data":           {deb("nothing", good), "no member data.tar"},
		"deb with a bad size":        {badHeader, `corrupt ar header: size "12x`},
		"deb with half a magic":      {badMagic(58), "corrupt ar header"},
		"deb with the other":         {badMagic(59), "corrupt ar header"},
		"deb with a size below zero": {badSize, `corrupt ar header: size "-1        "`},
		"deb with a bad magic":       {append([]byte(arMagic), bytes.Repeat([]byte("x"), 100)...), "corrupt ar header"},
		"absolute":                   {tarOf(t, reg("/include/a.h", "")), "absolute path"},
		"dotdot":                     {tarOf(t, reg("include/../../a.h", "")), `leads out of the archive`},
		"dotdot after a dot":         {tarOf(t, reg("./../x", "")), `member "./../x" leads out of the archive`},
		"dotdot in between":          {tarOf(t, reg("a//../x", "")), `leads out of the archive`},
		"dotdot hard link":           {tarOf(t, reg("x", ""), tar.Header{Typeflag: tar.TypeLink, Name: "a", Linkname: "./../x"}), `leads out of the archive`},
		"hard link to nothing":       {tarOf(t, tar.Header{Typeflag: tar.TypeLink, Name: "a", Linkname: "b"}), "hard link"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open([]Package{pack(t, "//k:bad.deb", c.data)}, everything, Limits{})
			if err == nil {
				f.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "//k:bad.deb") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one line with %q and the label", err, c.want)
			}
		})
	}
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	io.WriteString(g, s)
	g.Close()
	return b.Bytes()
}

// TestNames has names as tar programs write them: they all mean the same paths.
func TestNames(t *testing.T) {
	f, err := Open([]Package{pack(t, "//k:one", tarOf(t,
		tar.Header{Typeflag: tar.TypeDir, Name: "./"},
		tar.Header{Typeflag: tar.TypeDir, Name: ".//a//"},
		reg("./a//b.h", "B"), reg("a/./c.h", "C"),
		tar.Header{Typeflag: tar.TypeLink, Name: "a//hard.h", Linkname: ".//a/b.h"},
		symlink("a/soft.h", ".././/a//c.h"), symlink("..h", "a/b.h"),
	))}, nothing, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for dir, want := range map[string]string{
		"":     "[..h=B a/b.h=B a/c.h=C a/hard.h=B a/soft.h=C]",
		"./a/": "[b.h=B c.h=C hard.h=B soft.h=C]",
		"//a":  "[b.h=B c.h=C hard.h=B soft.h=C]",
	} {
		if got, err := contents(t, f, dir, everything); err != nil || fmt.Sprint(got) != want {
			t.Errorf("below %q: %v, %v, want %s", dir, got, err, want)
		}
	}
}

// TestEmptyArchive has a tar of nothing but its end, and a package around it.
func TestEmptyArchive(t *testing.T) {
	for name, data := range map[string][]byte{"tar": tarOf(t), "deb": deb("data.tar", tarOf(t)), "tgz": gzipped(string(tarOf(t)))} {
		f, err := Open([]Package{pack(t, "//k:one", data)}, everything, Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		defer f.Close()
		if got, err := contents(t, f, "", everything); err != nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if _, _, src, obj, err := f.Roots("", ""); src || obj || err != nil {
			t.Errorf("%s: roots %v, %v, %v", name, src, obj, err)
		}
		if _, err := walk(f, "linux", everything); err == nil || err.Error() != `no directory "linux" in the archives: they are empty` {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTops has the message name up to five of what is at the top.
func TestTops(t *testing.T) {
	var files []tar.Header
	for _, want := range []string{`["a"]`, `["a" "b"]`, `["a" "b" "c"]`, `["a" "b" "c" "d"]`, `["a" "b" "c" "d" "e"]`, `["a" "b" "c" "d" "e" "…"]`} {
		files = append(files, reg(string(rune('a'+len(files))), ""))
		f, err := Open([]Package{pack(t, "//k:one", tarOf(t, files...))}, everything, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := walk(f, "linux", everything); err == nil || !strings.HasSuffix(err.Error(), "at the top they hold "+want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestChangedPackage has a package that is another one when it is read for the
// second time.
func TestChangedPackage(t *testing.T) {
	p := pack(t, "//k:one", tarOf(t, reg("include/a.h", "one"), reg("b", "two")))
	f, err := Open([]Package{p}, nothing, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.WriteFile(p.Path, tarOf(t, reg("include/a.h", "one"))[:700], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := walk(f, "", everything); err == nil || !strings.Contains(err.Error(), "read //k:one: ") || !strings.Contains(err.Error(), "truncated") {
		t.Errorf("cut short: %v", err)
	}
	if err := os.Remove(p.Path); err != nil {
		t.Fatal(err)
	}
	if _, err := walk(f, "", everything); err == nil || !strings.Contains(err.Error(), "read //k:one: no such file or directory: give a .deb or a tar archive") {
		t.Errorf("gone: %v", err)
	}
}

// TestFullTemporary has a file system that takes no more: by a limit of the
// process, which main has turned into an error as well.
func TestFullTemporary(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	// What is small is written at the end, what is large before.
	for size, want := range map[int]string{
		200 << 10: "read //k:one: write its files to a temporary one: file too large: make room, or set TMPDIR to a directory with some",
		3 << 20:   `read //k:one: member "include/a.h": write it to a temporary file: file too large: make room, or set TMPDIR to a directory with some`,
	} {
		p := pack(t, "//k:one", tarOf(t, reg("include/a.h", strings.Repeat("x", size))))
		for _, keep := range []func(string) bool{everything, nothing} {
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100 << 10, Max: old.Max}); err != nil {
				t.Fatal(err)
			}
			f, err := Open([]Package{p}, keep, Limits{})
			if err == nil {
				_, err = walk(f, "", everything)
				f.Close()
			}
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
				t.Fatal(err)
			}
			if err == nil || err.Error() != want {
				t.Errorf("%d bytes: %v, want %s", size, err, want)
			}
		}
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "gone"))
	if _, err := Open([]Package{pack(t, "//k:one", tarOf(t))}, everything, Limits{}); err == nil || !strings.Contains(err.Error(), "make a temporary file (TMPDIR says where): ") {
		t.Errorf("TMPDIR that is not there: %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct {
		headers []tar.Header
		want    string
	}{
		"dangling": {[]tar.Header{symlink("include/a.h", "gone.h")}, `"include/a.h" in //k:one is a dangling symlink to "gone.h"`},
		"out":      {[]tar.Header{symlink("include/a.h", "../../etc/passwd")}, "dangling"},
		"loop":     {[]tar.Header{symlink("a.h", "b.h"), symlink("b.h", "a.h")}, "a symlink that loops"},
		"dir loop": {[]tar.Header{reg("include/a.h", ""), symlink("include/up", "..")}, "a symlink that loops"},
		"pipe":     {[]tar.Header{{Typeflag: tar.TypeFifo, Name: "a.h"}}, `"a.h" in //k:one is a named pipe, not a regular file`},
		"device":   {[]tar.Header{{Typeflag: tar.TypeChar, Name: "a.h"}}, "a device"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open([]Package{pack(t, "//k:one", tarOf(t, c.headers...))}, everything, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			_, err = walk(f, "", everything)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// without is a filter that wants all but a link.
type without string

func (without) MayContain(string) bool   { return true }
func (w without) MayMatch(p string) bool { return p != string(w) }
func (w without) Excludes(p string) bool { return p == string(w) }

// TestExcludedLinks has links that lead nowhere or round, which are nothing to who
// excludes them, and one that is a lock, which no one takes for a directory.
func TestExcludedLinks(t *testing.T) {
	for name, link := range map[string]tar.Header{
		"dangling": symlink("include/x", "gone"), "loop": symlink("include/x", "x"), "dir loop": symlink("include/x", ".."),
	} {
		f, err := Open([]Package{pack(t, "//k:one", tarOf(t, reg("include/a.h", ""), link))}, everything, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, c := range []struct {
			want Filter
			ok   bool
		}{{without("include/x"), true}, {without("include/a.h"), false}} {
			_, problems, err := f.Walk("", c.want)
			if err != nil || len(problems) != 1 || problems[0].Matters(c.want) == c.ok {
				t.Errorf("%s, all but %s: %v, %v", name, c.want, problems, err)
			}
			if !strings.HasSuffix(problems[0].Err.Error(), ": correct the packages, or exclude the link") {
				t.Errorf("%s: %v", name, problems[0].Err)
			}
		}
	}
	f, err := Open([]Package{pack(t, "//k:one", tarOf(t, reg("include/a.h", ""), symlink("include/lock", "192.168.1.5:+4711")))}, everything, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if files, err := walk(f, "", headersOnly); err != nil || len(files) != 1 {
		t.Errorf("with a lock: %v, %v", files, err)
	}
	if _, err := walk(f, "", everything); err == nil {
		t.Error("a lock is taken for a file")
	}
}

func TestLock(t *testing.T) {
	for target, want := range map[string]bool{
		"192.168.1.5:+4711": true, "me@host.4711:1690000000": true, "gone": false, "../gone": false, "a/b:1": false, ":1": false, "a:": false, "a:b": false,
	} {
		if got := Lock(target); got != want {
			t.Errorf("%q: %v, want %v", target, got, want)
		}
	}
}

func TestTwoPackagesOneFile(t *testing.T) {
	one, two := pack(t, "//k:one", tarOf(t, reg("a.h", "1"))), pack(t, "//k:two", tarOf(t, reg("a.h", "2"), reg("b", "")))
	f, err := Open([]Package{one, two}, everything, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = walk(f, "", everything)
	if err == nil || !strings.Contains(err.Error(), `two sources for "a.h": //k:one and //k:two`) {
		t.Errorf("error %v", err)
	}
	if got, err := contents(t, f, "", func(p string) bool { return p == "b" }); err != nil || len(got) != 1 {
		t.Errorf("a clash of files that are not wanted is an error: %v %v", got, err)
	}
}

// TestClashesOfKinds lays a file, or a link that leads nowhere, over a directory of
// another package and the other way round, in both orders: nothing may get lost
// in silence.
func TestClashesOfKinds(t *testing.T) {
	dirs := func() Package { return pack(t, "//k:one", tarOf(t, reg("foo/a.h", "A"), reg("linux/b.h", "B"))) }
	for name, other := range map[string]tar.Header{
		"link":        symlink("foo", "gone"),
		"looped link": symlink("foo", "foo"),
		"file link":   symlink("foo", "linux/b.h"),
		"file":        reg("foo", "F"),
		"other link":  symlink("l.h", "linux/b.h"),
		"same member": reg("linux/b.h", "other"),
	} {
		for _, swap := range []bool{false, true} {
			pkgs := []Package{dirs(), pack(t, "//k:two", tarOf(t, other))}
			if name == "other link" {
				pkgs[0] = pack(t, "//k:one", tarOf(t, symlink("l.h", "gone.h")))
			}
			if swap {
				pkgs[0], pkgs[1] = pkgs[1], pkgs[0]
			}
			f, err := Open(pkgs, everything, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = walk(f, "", everything)
			f.Close()
			if err == nil || !strings.Contains(err.Error(), "two sources for ") || !strings.Contains(err.Error(), "//k:one") || !strings.Contains(err.Error(), "//k:two") {
				t.Errorf("%s, swapped %v: error %v", name, swap, err)
			}
		}
	}
	// Both packages say the same, or one reaches its directory by a link.
	f, err := Open([]Package{
		pack(t, "//k:one", tarOf(t, symlink("l", "d"), reg("d/a.h", "A"))),
		pack(t, "//k:two", tarOf(t, symlink("l", "d"), reg("l/b.h", "B"))),
	}, everything, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for dir, want := range map[string]string{"d": "[a.h=A b.h=B]", "": "[d/a.h=A d/b.h=B l/a.h=A l/b.h=B]"} {
		if got, err := contents(t, f, dir, everything); err != nil || fmt.Sprint(got) != want {
			t.Errorf("below %q: %v %v, want %s", dir, got, err, want)
		}
	}
}

// TestLinksBetweenPackages has packages whose names lead through links of others,
// in all orders: each time the same tree.
func TestLinksBetweenPackages(t *testing.T) {
	all := []Package{
		pack(t, "//k:links", tarOf(t, symlink("lib", "usr/lib"), symlink("usr/src/obj/scripts", "../../../lib/kbuild/scripts"), symlink("lib/modules/r/build", "../../../src/obj"))),
		pack(t, "//k:kbuild", tarOf(t, tar.Header{Typeflag: tar.TypeDir, Name: "lib/"}, reg("lib/kbuild/scripts/fixdep", "F"))),
		pack(t, "//k:obj", tarOf(t, reg("usr/src/obj/include/a.h", "A"), reg("usr/src/obj/scripts/module.lds", "L"), symlink("usr/lib/kbuild/tools", "../../lib/tools-1"))),
		pack(t, "//k:tools", tarOf(t, reg("lib/kbuild/tools/objtool", "O"), reg("usr/lib/tools-1/x", "X"))),
	}
	want := "[include/a.h=A scripts/fixdep=F scripts/module.lds=L]"
	for seed := range int64(24) {
		rand.New(rand.NewSource(seed)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		f, err := Open(all, everything, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for dir, want := range map[string]string{
			"usr/src/obj": want, "lib/modules/r/build": want, "usr/lib/modules/r/build": want,
			"lib/kbuild/tools": "[objtool=O x=X]", "usr/lib/tools-1": "[objtool=O x=X]",
		} {
			if got, err := contents(t, f, dir, everything); err != nil || fmt.Sprint(got) != want {
				t.Errorf("order %v, below %q: %v %v, want %s", all, dir, got, err, want)
			}
		}
		f.Close()
	}
}

// TestTwiceInOne has a path twice in one package: the later wins, as when tar
// unpacks.
func TestTwiceInOne(t *testing.T) {
	f, err := Open([]Package{pack(t, "//k:one", tarOf(t, reg("a.h", "first"), symlink("b.h", "gone"), reg("c.h", "C"), reg("a.h", "second"), reg("b.h", "B"), symlink("c.h", "a.h")))}, everything, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := contents(t, f, "", everything); err != nil || fmt.Sprint(got) != "[a.h=second b.h=B c.h=second]" {
		t.Errorf("%v %v", got, err)
	}
}

// TestLargeDeb has a package that is read in many pieces, each compression of
// its data, and members of odd and of no bytes before it.
func TestLargeDeb(t *testing.T) {
	noise := make([]byte, 1_000_001)
	rand.New(rand.NewSource(1)).Read(noise)
	data := tarOf(t, reg("include/a.h", string(noise)), reg("include/b.h", "B"))
	for name, d := range map[string][]byte{"data.tar": data, "data.tar.gz": gzipped(string(data))} {
		whole := deb(name, d)
		empty := fmt.Sprintf("%-16s%-12d%-6d%-6d%-8o%-10d`\n", "empty", 0, 0, 0, 0o100644, 0)
		whole = append([]byte(arMagic+empty), whole[len(arMagic):]...)
		for _, keep := range []func(string) bool{everything, nothing} {
			f, err := Open([]Package{pack(t, name, whole)}, keep, Limits{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			got, err := contents(t, f, "include", everything)
			f.Close()
			if err != nil || len(got) != 2 || got[0] != "a.h="+string(noise) || got[1] != "b.h=B" {
				t.Errorf("%s: %d files, %v", name, len(got), err)
			}
		}
	}
	// One that is cut in the zeros behind the tar's end.
	padded := deb("data.tar", append(data, make([]byte, 10240)...))
	for _, cut := range []int{1, 100} {
		if _, err := Open([]Package{pack(t, "//k:cut.deb", padded[:len(padded)-cut])}, everything, Limits{}); err == nil || err.Error() != "read //k:cut.deb: after the last member: truncated: the file ends too early" {
			t.Errorf("%d bytes of its padding cut: %v", cut, err)
		}
	}
}

func TestNotAFile(t *testing.T) {
	for path, want := range map[string]string{"/dev/zero": "a device", os.TempDir(): "a directory", "/nonexistent": "no such file"} {
		_, err := Open([]Package{{Path: path, Label: "//k:x"}}, everything, Limits{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "read //k:x: ") {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

func TestSeveralRoots(t *testing.T) {
	f, err := Open([]Package{pack(t, "//k:one", tarOf(t,
		reg("a/include/generated/autoconf.h", ""), reg("b/include/generated/autoconf.h", "")))}, everything, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, _, _, _, err = f.Roots("", "")
	if err == nil || !strings.Contains(err.Error(), `2 directories that can be the objtree, ["a" "b"]: name one by the attribute objtree (--archive-objtree)`) {
		t.Errorf("error %v", err)
	}
	if _, obj, _, ok, err := f.Roots("", "b"); err != nil || !ok || obj != "b" {
		t.Errorf("a root that is named: %q %v %v", obj, ok, err)
	}
	if _, err := walk(f, "gone", everything); err == nil || !strings.Contains(err.Error(), `no directory "gone" in the archives`) {
		t.Errorf("a root that is not there: %v", err)
	}
}
