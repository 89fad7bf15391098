package tree

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

type all struct{}

func (all) Excludes(string) bool   { return false }
func (all) MayContain(string) bool { return true }
func (all) MayMatch(string) bool   { return true }

// write makes files below a new directory: "name" or "name=content", with "*"
// before "=" for an executable, and "name->target" for a symlink.
func write(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		if name, target, ok := strings.Cut(f, "->"); ok {
			mkdirFor(t, filepath.Join(dir, name))
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		name, content, _ := strings.Cut(f, "=")
		mode := os.FileMode(0o600)
		if n, ok := strings.CutSuffix(name, "*"); ok {
			name, mode = n, 0o700
		}
		mkdirFor(t, filepath.Join(dir, name))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func mkdirFor(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, tr *Tree) string {
	t.Helper()
	var out []string
	for _, e := range tr.Entries {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		r.Close()
		mark := ""
		if e.Generated {
			mark = "+"
		}
		out = append(out, fmt.Sprintf("%s%s=%s", e.Path, mark, b))
	}
	return strings.Join(out, " ")
}

func load(t *testing.T, inputs ...Input) (*Tree, error) {
	t.Helper()
	tr, err := Load(Options{Name: "//k:tree", Inputs: inputs}, all{})
	if err != nil {
		return nil, err
	}
	t.Cleanup(tr.Close)
	v, err := tr.View(0)
	sameOfIndex(t, inputs, v, err)
	return v, err
}

func TestOverlay(t *testing.T) {
	src := write(t, "Makefile=VERSION = 6\nPATCHLEVEL = 1\n", "include/a.h=src", "include/only.h=s", "scripts/x.sh*=sh")
	obj := write(t, "Makefile=include /src/Makefile", "include/a.h=gen", "include/config/kernel.release=6.1.7-test\n")
	extra := write(t, "f=one")
	tr, err := load(t,
		Input{Src, "//k:src", "", src}, Input{Gen, "//k:obj", "", obj},
		Input{Src, "//k:f", "include/f.h", filepath.Join(extra, "f")})
	if err != nil {
		t.Fatal(err)
	}
	want := "Makefile=VERSION = 6\nPATCHLEVEL = 1\n include/a.h+=gen include/config/kernel.release+=6.1.7-test\n include/f.h=one include/only.h=s scripts/x.sh=sh"
	if got := list(t, tr); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if tr.Facts != (Facts{"6.1.7-test", kernel.Version{Major: 6, Minor: 1}}) {
		t.Errorf("facts %+v", tr.Facts)
	}
	if o := tr.Get("include/a.h").Origin(); o != "//k:obj!include/a.h" {
		t.Errorf("origin %q", o)
	}
	if o := tr.Get("include/f.h").Origin(); o != "//k:f" {
		t.Errorf("origin of a file %q", o)
	}
}

// TestReleaseIsUnames lays out Debian's 6.1, whose two files differ.
func TestReleaseIsUnames(t *testing.T) {
	tr, err := load(t, Input{Src, "//k:src", "", write(t,
		"include/config/kernel.release=6.1.176\n", "include/generated/utsrelease.h=#define UTS_RELEASE \"6.1.0-50-amd64\"\n")})
	if err != nil || tr.Facts.Release != "6.1.0-50-amd64" {
		t.Errorf("%+v %v", tr.Facts, err)
	}
}

func TestFacts(t *testing.T) {
	for want, file := range map[Facts]string{
		{"7.2.0-rc1+", kernel.Version{Major: 7, Minor: 2}}: "include/generated/utsrelease.h=#define UTS_RELEASE \"7.2.0-rc1+\"\n",
		{"", kernel.Version{Major: 6, Minor: 12}}:          "Makefile=# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n",
		{"", kernel.Version{}}:                             "include/a.h",
	} {
		tr, err := load(t, Input{Src, "//k:src", "", write(t, file)})
		if err != nil || tr.Facts != want {
			t.Errorf("%s: %+v %v, want %+v", file, tr.Facts, err, want)
		}
	}
}

// TestFactsCannotBeRead has a file that tells of the tree and cannot be read,
// by anyone.
func TestFactsCannotBeRead(t *testing.T) {
	for _, path := range []string{"Makefile", "include/config/kernel.release"} {
		_, err := load(t, Input{Src, "//k:src", path, "/proc/self/mem"})
		if err == nil || !strings.Contains(err.Error(), "read \""+path+"\" from //k:src: input/output error") {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

// TestInputOrder shows that the order of the inputs does not matter.
func TestInputOrder(t *testing.T) {
	var inputs []Input
	d := write(t, "0=0", "1=1", "2=2", "3=3", "4=4", "5=5", "6=6")
	for i := range 7 {
		inputs = append(inputs, Input{[]Role{Src, Gen}[i%2], fmt.Sprint("//k:", i), fmt.Sprintf("include/%d.h", i/2), filepath.Join(d, fmt.Sprint(i))})
	}
	inputs = append(inputs, inputs[0], inputs[3]) // named twice
	first := ""
	for seed := range int64(10) {
		rand.New(rand.NewSource(seed)).Shuffle(len(inputs), func(i, j int) { inputs[i], inputs[j] = inputs[j], inputs[i] })
		tr, err := load(t, inputs...)
		if err != nil {
			t.Fatal(err)
		}
		if got := list(t, tr); first == "" {
			first = got
		} else if got != first {
			t.Fatalf("got %s, another order gave %s", got, first)
		}
	}
}

func TestAwkwardNames(t *testing.T) {
	long := strings.Repeat("d/", 140) + strings.Repeat("n", 120) + ".h"
	names := []string{"a b.h", "quote\"'.h", "new\nline.h", "\xff\xfe.h", "ünï.h", "back\\slash.h", "-dash.h", long}
	var files []string
	for _, n := range names {
		files = append(files, n+"=x")
	}
	tr, err := load(t, Input{Src, "//k:src", "", write(t, files...)})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if tr.Get(n) == nil {
			t.Errorf("no entry %q", n)
		}
	}
}

func TestErrors(t *testing.T) {
	tarFile := func(names ...string) string {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, n := range names {
			w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: n, Mode: 0o644})
		}
		w.Close()
		return write(t, "x.tar="+b.String()) + "/x.tar"
	}
	fifo := write(t, "include/a.h")
	if err := syscall.Mkfifo(filepath.Join(fifo, "include/p.h"), 0o600); err != nil {
		t.Fatal(err)
	}
	sock := write(t, "include/a.h")
	l, err := net.Listen("unix", filepath.Join(sock, "s.h"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	one, two := write(t, "a.h=1")+"/a.h", write(t, "a.h=2")+"/a.h"
	for name, c := range map[string]struct {
		inputs []Input
		want   string
	}{
		"no input":        {nil, "tree //k:tree has no input"},
		"gone":            {[]Input{{Src, "//k:a", "", "/nonexistent/dir"}}, "//k:a: no such file"},
		"empty":           {[]Input{{Src, "//k:a", "", t.TempDir()}}, "tree //k:tree is empty"},
		"no dest":         {[]Input{{Src, "//k:a", "", one}}, "//k:a: a file needs its path"},
		"absolute":        {[]Input{{Src, "//k:a", "/etc/a.h", one}}, `path "/etc/a.h" in the tree is absolute`},
		"dotdot":          {[]Input{{Src, "//k:a", "../a.h", one}}, "not below the tree's root, from where it is \"../a.h\": set strip_prefix"},
		"dotdot objtree":  {[]Input{{Gen, "//k:a", "../a.h", one}}, "set generated_strip_prefix"},
		"inner dotdot":    {[]Input{{Src, "//k:a", "a/../../a.h", one}}, "not clean"},
		"two sources":     {[]Input{{Src, "//k:a", "a.h", one}, {Src, "//k:b", "a.h", two}}, `two sources for "a.h" in the srctree: //k:a and //k:b`},
		"two directories": {[]Input{{Gen, "//k:a", "", filepath.Dir(one)}, {Gen, "//k:b", "a.h", one}}, `in the objtree: //k:a!a.h and //k:b`},
		"dangling":        {[]Input{{Src, "//k:a", "", write(t, "include/a.h->gone")}}, `"include/a.h" from //k:a: a dangling symlink to "gone"`},
		"dangling file":   {[]Input{{Src, "//k:a", "a.h", write(t, "a->gone") + "/a"}}, "a dangling symlink"},
		"looping":         {[]Input{{Src, "//k:a", "", write(t, "a.h->a.h")}}, `"a.h" from //k:a: a symlink that loops`},
		"looping dir":     {[]Input{{Src, "//k:a", "", write(t, "d/a.h", "d/up->..")}}, `"d/up" from //k:a is a symlink that loops`},
		"pipe":            {[]Input{{Src, "//k:a", "", fifo}}, `"include/p.h" from //k:a is a named pipe`},
		"socket":          {[]Input{{Src, "//k:a", "", sock}}, `"s.h" from //k:a is a socket`},
		"device":          {[]Input{{Src, "//k:a", "a.h", "/dev/null"}}, `is a device`},
		"no tree inside":  {[]Input{{Archive, "//k:a.tar", "", tarFile("etc/motd")}}, "no kernel tree in the archives"},
		"archive clash": {[]Input{{Archive, "//k:a.tar", "", tarFile("include/linux/kconfig.h", "arch/x86/a.h")}, {Src, "//k:k.h", "include/linux/kconfig.h", one}},
			`//k:k.h and //k:a.tar!include/linux/kconfig.h`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.inputs...)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), os.TempDir()) {
				t.Errorf("error %v names a path, not a label", err)
			}
		})
	}
}

// TestTwice gives files twice: the same bytes are one file, as what a rule made
// in two configurations.
func TestTwice(t *testing.T) {
	long := strings.Repeat("long", 20_000)
	d := write(t, "a="+long+"1", "b="+long+"1", "c="+long+"2", "d="+long, "e=", "f=")
	file := func(label, name string) Input { return Input{Src, label, "x.h", filepath.Join(d, name)} }
	for _, c := range []struct {
		a, b string
		same bool
	}{{"a", "b", true}, {"a", "c", false}, {"a", "d", false}, {"d", "a", false}, {"e", "f", true}, {"e", "a", false}} {
		tr, err := load(t, file("//k:2", c.b), file("//k:1", c.a))
		if !c.same {
			if err == nil || !strings.Contains(err.Error(), `two sources for "x.h" in the srctree: //k:1 and //k:2`) {
				t.Errorf("%s and %s: %v", c.a, c.b, err)
			}
			continue
		}
		if err != nil || len(tr.Entries) != 1 || tr.Entries[0].Label != "//k:1" {
			t.Errorf("%s and %s: %v", c.a, c.b, err)
		}
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads every file")
	}
	d := write(t, "a.h=x")
	os.Chmod(filepath.Join(d, "a.h"), 0)
	tr, err := Load(Options{Name: "//k:tree", Inputs: []Input{{Src, "//k:a", "", d}}}, all{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	v, err := tr.View(0)
	if err == nil {
		_, err = v.Entries[0].Open()
	}
	for what, err := range map[string]error{"the file": err, "an index": tr.WriteIndex(io.Discard, nil)} {
		if err == nil || !strings.Contains(err.Error(), `read "a.h" from //k:a: permission denied`) {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

func TestParseInput(t *testing.T) {
	if in, err := ParseInput("gen\t//a:b\tinclude/x y.h\tout/x y.h"); err != nil || in != (Input{Gen, "//a:b", "include/x y.h", "out/x y.h"}) {
		t.Errorf("%+v %v", in, err)
	}
	for _, bad := range []string{"", "src", "gen\ta\tb", "what\ta\tb\tc"} {
		if _, err := ParseInput(bad); err == nil {
			t.Errorf("ParseInput(%q) is no error", bad)
		}
	}
}

// TestDirLimits has a directory with links that double what is below at each
// level, and paths that links make too deep.
func TestDirLimits(t *testing.T) {
	files := []string{"30/x.h"}
	for i := range 30 {
		files = append(files, fmt.Sprintf("%d/a->../%d", i, i+1), fmt.Sprintf("%d/b->../%d", i, i+1))
	}
	for _, c := range []struct {
		files []string
		max   int64
		want  string
	}{
		{files, 1000, `from //k:src: more than 1000 files, directories and links: if the tree is to be trusted, raise max_tree_files (--max-tree-files)`},
		{[]string{"d/1", "d/2"}, 3, ""},
		{[]string{"d/1", "d/2"}, 2, "raise max_tree_files"},
		{[]string{strings.Repeat("d/", 255) + "f"}, 0, ""},
		{[]string{strings.Repeat("d/", 256) + "f"}, 0, "the limit for a path is 256 levels"},
		{[]string{"a/" + strings.Repeat("d/", 150) + "f", "b/" + strings.Repeat("e/", 150) + "l->" + strings.Repeat("../", 151) + "a"}, 0, "the limit for a path is 256 levels"},
	} {
		o := Options{Name: "//k:tree", Inputs: []Input{{Src, "//k:src", "", write(t, c.files...)}}}
		o.Limits.MaxFiles = c.max
		tr, err := Load(o, all{})
		if err == nil {
			tr.Close()
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q, limit %d: error %v, want %q", c.files, c.max, err, c.want)
		}
	}
}

// TestHalves has a srctree and an objtree that do not belong together, and some
// that only look so.
func TestHalves(t *testing.T) {
	const conf, source = "include/generated/autoconf.h=#define CONFIG_X86 1\n", "include/linux/kconfig.h=#include <generated/autoconf.h>\n"
	for name, c := range map[string]struct {
		src, obj []string
		want     string // "" where they may belong together
	}{
		"swapped": {[]string{conf, "Makefile=include /src/Makefile\n"}, []string{source, "Makefile=VERSION = 6\nPATCHLEVEL = 1\n"},
			`srctree and objtree are swapped, for the srctree has "include/generated/autoconf.h" of //k:src and the objtree "include/linux/kconfig.h" of //k:obj: give each in the place of the other, or say by allow_mismatch`},
		"swapped, make's configuration alone": {[]string{"include/config/auto.conf=CONFIG_X86=y\n"}, []string{source}, `the srctree has "include/config/auto.conf" of`},
		"in place, and a header laid over it": {[]string{conf, source}, []string{source}, ""},
		"built twice":                         {[]string{conf}, []string{conf, source}, ""},
		"old symbols":                         {[]string{source, "Module.symvers=old"}, []string{conf}, `"Module.symvers" of //k:src is of a build in the srctree, and "include/generated/autoconf.h" of //k:obj is another's: run ` + "`make mrproper` there"},
		"old linker script":                   {[]string{source, "scripts/module.lds=old"}, []string{conf}, `"scripts/module.lds" of //k:src is of a build`},
		"old host tool":                       {[]string{source, "scripts/mod/modpost*=old"}, []string{conf, "scripts/basic/fixdep*=new"}, `"scripts/mod/modpost" of //k:src is of a build`},
		"replaced":                            {[]string{source, "Module.symvers=old", "scripts/mod/modpost*=old"}, []string{conf, "Module.symvers=new", "scripts/mod/modpost*=new"}, ""},
		"host tools of the srctree alone":     {[]string{source, "scripts/mod/modpost*=old"}, []string{conf}, ""},
		"in place":                            {[]string{source, conf, "Module.symvers=x", "scripts/mod/modpost*=x"}, nil, ""},
		"in place, given twice":               {[]string{source, conf, "Module.symvers=x"}, []string{source, conf, "Module.symvers=x"}, ""},
		"of another candidate": {[]string{source, "Makefile=VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\nEXTRAVERSION = -rc3\n"}, []string{conf, "include/config/kernel.release=6.1.0-rc5-mini\n"},
			`"Makefile" of //k:src is of kernel 6.1.0-rc3, "include/config/kernel.release" of //k:obj of "6.1.0-rc5-mini": give both`},
		"of another sublevel":               {[]string{source, "Makefile=VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 170\n"}, []string{conf, "include/config/kernel.release=6.1.176\n"}, `is of kernel 6.1.170, `},
		"of a sublevel that a header knows": {[]string{source, "Makefile=VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 170\n"}, []string{conf, "include/config/kernel.release=6.1.176\n", "include/generated/uapi/linux/version.h=#define LINUX_VERSION_CODE 393642\n"}, ""},
		"of the same options": {[]string{source, conf, "include/generated/utsrelease.h=#define UTS_RELEASE \"6.1.0-old\"\n", "include/generated/old.h="}, []string{conf, "include/generated/utsrelease.h=#define UTS_RELEASE \"6.1.0-new\"\n"},
			`"include/generated/utsrelease.h" of //k:src is of a build in the srctree, and "include/generated/utsrelease.h" of //k:obj is another's: run `},
		"one build, in two": {[]string{source, conf, "Module.symvers=x"}, []string{conf}, ""},
		"no build":          {[]string{"include/linux/a.h="}, []string{source}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := []Input{{Src, "//k:src", "", write(t, c.src...)}, {Gen, "//k:obj", "", write(t, c.obj...)}}
			hostTool := func(path string) bool { return path == "scripts/mod/modpost" || path == "scripts/basic/fixdep" }
			v, err := Load(Options{Name: "//k:tree", Inputs: inputs, HostTool: hostTool}, all{})
			if err == nil {
				v.Close()
			}
			switch {
			case c.want == "" && err != nil:
				t.Errorf("error %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("error %v, want one line with %q", err, c.want)
			}
			if v, err := Load(Options{Name: "//k:tree", Inputs: inputs, HostTool: hostTool, AllowMismatch: true}, all{}); err != nil {
				t.Errorf("allowed: error %v", err)
			} else {
				v.Close()
			}
		})
	}
}
