package bazelfile

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/bazelbuild/buildtools/build"
)

func local(repo string) *Module {
	return &Module{Version: "1.2", Kernel: Kernel{
		Repo:     repo,
		Tag:      "local_kernel",
		Attrs:    map[string]string{"arch": "x86", "srctree": "/src"},
		Defaults: map[string]string{"objtree": ""},
	}}
}

func debian(repo string) *Module {
	return &Module{Version: "1.2", Kernel: Kernel{
		Repo:     repo,
		Tag:      "debian_kernel",
		Attrs:    map[string]string{"suite": "bookworm"},
		Defaults: map[string]string{"arch": "amd64", "package": ""},
	}}
}

const (
	dep = "bazel_dep(name = \"rules_kheaders\", version = \"1.2\")\n"
	ext = "kheaders = use_extension(\"@rules_kheaders//:extensions.bzl\", \"kheaders\")\n"
	tag = "kheaders.local_kernel(\n    name = \"linux\",\n    arch = \"x86\",\n    srctree = \"/src\",\n)\n"
	use = "use_repo(kheaders, \"linux\")\n"
)

// crlf is a text as editors elsewhere write it.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestEditModule(t *testing.T) {
	withPath := local("linux")
	withPath.Path = "/rules"
	anew := local("mine")
	anew.Kernel.Anew = true
	includes := local("linux")
	includes.Include = func(path string) ([]byte, error) {
		content, ok := map[string]string{
			"deps.MODULE.bazel":   "include(\"//sub:a.MODULE.bazel\")\ninclude(\"//:deps.MODULE.bazel\")\n",
			"sub/a.MODULE.bazel":  "bazel_dep(name = \"rules_kheaders\", version = \"3\", repo_name = \"rk\")\n",
			"other.MODULE.bazel":  "bazel_dep(name = \"other\", version = \"3\")\n",
			"broken.MODULE.bazel": "(",
		}[path]
		if !ok {
			return nil, fmt.Errorf("no %s", path)
		}
		return []byte(content), nil
	}
	multiple := "multiple_version_override(module_name = \"rules_kheaders\", versions = [\"1.2\", \"2\"])\n"
	override := "local_path_override(\n    module_name = \"rules_kheaders\",\n    path = \"/rules\",\n)\n"
	for _, c := range []struct {
		name, in, want string
		m              *Module
		added          Added
	}{
		{name: "no file", in: "", want: dep + "\n" + ext + tag + use},
		{name: "path", m: withPath, in: "", want: dep + override + "\n" + ext + tag + use},
		{name: "a checkout, but an override already", m: withPath, in: dep + multiple, want: dep + multiple + "\n" + ext + tag + use},
		{name: "module", in: "module(name = \"a\")\n", want: "module(name = \"a\")\n\n" + dep + "\n" + ext + tag + use},
		{name: "no line break at the end", in: "module(name = \"a\")", want: "module(name = \"a\")\n\n" + dep + "\n" + ext + tag + use},
		{
			name: "between dependencies and the rest",
			in:   "# Licence.\n\n\"\"\"Doc.\"\"\"\n\nbazel_dep(name = \"b\", version = \"1\")  # b\n# below b\nfoo(  )\n",
			want: "# Licence.\n\n\"\"\"Doc.\"\"\"\n\nbazel_dep(name = \"b\", version = \"1\")  # b\n" + dep + "# below b\nfoo(  )\n\n" + ext + tag + use,
		},
		{
			name: "a licence, no module",
			in:   "# Licence.\n\n# About foo.\nfoo()\n",
			want: "# Licence.\n\n" + dep + "\n# About foo.\nfoo()\n\n" + ext + tag + use,
		},
		{name: "a licence alone", in: "# Licence.\n", want: "# Licence.\n\n" + dep + "\n" + ext + tag + use},
		{
			name:  "the dependency by another name and version, the extension too",
			in:    "bazel_dep(name = \"rules_kheaders\", version = \"0.9\", repo_name = \"rk\")\nk = use_extension('@rk//:extensions.bzl', 'kheaders')\n",
			want:  "bazel_dep(name = \"rules_kheaders\", version = \"0.9\", repo_name = \"rk\")\nk = use_extension('@rk//:extensions.bzl', 'kheaders')\n" + strings.ReplaceAll(tag+use, "kheaders", "k"),
			added: Added{Rules: "@rk"},
		},
		{
			name: "the name kheaders is taken",
			in:   dep + "kheaders = 1\n",
			want: dep + "kheaders = 1\n\n" + strings.Replace(ext, "kheaders", "kheaders_extension", 1) + strings.ReplaceAll(tag+use, "kheaders", "kheaders_extension"),
		},
		{
			name: "another kernel, and comments everywhere",
			in:   dep + ext + "# one\nkheaders.debian_kernel(name=\"debian\", suite=\"x\") # two\n\n# three\nuse_repo(\n    # four\n    kheaders, # five\n    \"zebra\", # six\n    # seven\n) # eight\n# nine\n",
			want: dep + ext + "# one\nkheaders.debian_kernel(name=\"debian\", suite=\"x\") # two\n" + tag + "\n# three\nuse_repo(\n    # four\n    kheaders,  # five\n    \"linux\",\n    \"zebra\",  # six\n    # seven\n)  # eight\n# nine\n",
		},
		{
			name:  "the kernel by another name",
			in:    dep + ext + strings.Replace(tag, "linux", "own", 1) + "use_repo(kheaders, mine = \"own\")\n",
			want:  dep + ext + strings.Replace(tag, "linux", "own", 1) + "use_repo(kheaders, mine = \"own\")\n",
			added: Added{Repo: "mine"},
		},
		{
			name:  "the kernel by another name, and asked for by a new one",
			m:     anew,
			in:    dep + ext + tag + use,
			want:  dep + ext + tag + strings.Replace(tag, "linux", "mine", 1) + "use_repo(kheaders, \"linux\", \"mine\")\n",
			added: Added{Repo: "mine"},
		},
		{
			name: "another kernel of this machine",
			in:   dep + ext + "kheaders.local_kernel(name = \"other\", arch = \"x86\", srctree = \"/other\")\nuse_repo(kheaders, \"other\")\n",
			want: dep + ext + "kheaders.local_kernel(name = \"other\", arch = \"x86\", srctree = \"/other\")\n" + tag + "use_repo(kheaders, \"linux\", \"other\")\n",
		},
		{
			name: "the same source tree, built elsewhere",
			in:   dep + ext + "kheaders.local_kernel(name = \"other\", arch = \"x86\", objtree = \"/out\", srctree = \"/src\")\n" + "use_repo(kheaders, \"other\")\n",
			want: dep + ext + "kheaders.local_kernel(name = \"other\", arch = \"x86\", objtree = \"/out\", srctree = \"/src\")\n" + tag + "use_repo(kheaders, \"linux\", \"other\")\n",
		},
		{name: "a use_repo of nothing", in: dep + "use_repo()\n", want: dep + "use_repo()\n\n" + ext + tag + use},
		{
			name: "a use_repo of nothing, and of what no name stands for, before the right one",
			in:   dep + ext + tag + "use_repo()\nuse_repo(get(), \"a\")\n" + use,
			want: dep + ext + tag + "use_repo()\nuse_repo(get(), \"a\")\n" + use,
		},
		{
			name:  "the kernel by another name, not yet used",
			in:    dep + ext + strings.Replace(tag, "linux", "own", 1),
			want:  dep + ext + strings.Replace(tag+use, "linux", "own", 2),
			added: Added{Repo: "own"},
		},
		{name: "the kernel not yet used", in: dep + ext + tag, want: dep + ext + tag + use},
		{
			name: "defaults written out",
			m:    debian("linux"),
			in:   dep + ext + "kheaders.debian_kernel(name = \"linux\", arch = \"amd64\", image = True, suite = \"bookworm\")\n" + use,
			want: dep + ext + "kheaders.debian_kernel(name = \"linux\", arch = \"amd64\", image = True, suite = \"bookworm\")\n" + use,
		},
		{
			name:  "the rules themselves",
			in:    "module(name = \"rules_kheaders\")\n",
			want:  "module(name = \"rules_kheaders\")\n\n" + strings.Replace(ext, "@rules_kheaders", "", 1) + tag + use,
			added: Added{Rules: "none"},
		},
		{
			name:  "the dependency in an included file",
			m:     includes,
			in:    "include(\"//:gone.MODULE.bazel\")\ninclude(\"//:deps.MODULE.bazel\")\n",
			want:  "include(\"//:gone.MODULE.bazel\")\ninclude(\"//:deps.MODULE.bazel\")\n\n" + strings.Replace(ext, "@rules_kheaders", "@rk", 1) + tag + use,
			added: Added{Rules: "@rk"},
		},
		{
			name: "no dependency in the included files",
			m:    includes,
			in:   "include(\"//:broken.MODULE.bazel\")\ninclude(\"//:other.MODULE.bazel\")\n",
			want: dep + "\ninclude(\"//:broken.MODULE.bazel\")\ninclude(\"//:other.MODULE.bazel\")\n\n" + ext + tag + use,
		},
		{
			name: "not an isolated extension",
			in:   dep + "own = use_extension(\"@rules_kheaders//:extensions.bzl\", \"kheaders\", isolate = True)\n",
			want: dep + "own = use_extension(\"@rules_kheaders//:extensions.bzl\", \"kheaders\", isolate = True)\n\n" + ext + tag + use,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := c.m
			if m == nil {
				m = local("linux")
			}
			want := Added{Rules: "@rules_kheaders", Repo: "linux"}
			if c.added.Repo != "" {
				want.Repo = c.added.Repo
			}
			if c.added.Rules != "" {
				want.Rules = strings.TrimPrefix(c.added.Rules, "none")
			}
			got, added, err := EditModule("MODULE.bazel", []byte(c.in), m)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			if *added != want {
				t.Errorf("got %+v, want %+v", *added, want)
			}
			again, _, err := EditModule("MODULE.bazel", got, m)
			if err != nil || string(again) != string(got) {
				t.Errorf("a second time: %v\n%s", err, again)
			}
			if !strings.Contains(c.in, "\n") {
				return // no line says how lines end
			}
			got, _, err = EditModule("MODULE.bazel", []byte(crlf(c.in)), m)
			if err != nil || string(got) != crlf(c.want) {
				t.Errorf("with CRLF: %v\n%q", err, got)
			}
		})
	}
}

func TestEditModuleErrors(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"syntax", "module(\n    name = \"a\"\n    version = 1)\n", "MODULE.bazel:3:12: syntax error near version: correct it first"},
		{"a byte order mark", "\ufeffmodule(name = \"a\")\n", "MODULE.bazel:1:1: begins with a byte order mark, which Bazel takes for a mistake: remove it by `sed -i "},
		{"ends of both kinds", "module(name = \"a\")\r\n\n", "MODULE.bazel: some lines end in CRLF and some in LF: give all the same, LF by `sed -i 's/\\r$//' MODULE.bazel`"},
		{"another kernel", dep + ext + "kheaders.debian_kernel(name = \"linux\", suite = \"x\")\n", `MODULE.bazel:3: the name "linux" is taken by another repository: choose one by --repo`},
		{"another source tree", dep + ext + "kheaders.local_kernel(name = \"linux\", arch = \"x86\", srctree = \"/other\")\n", `MODULE.bazel:3: the name "linux" is taken by another repository: choose one by --repo`},
		{"another extension", "a = use_extension(\"//:a.bzl\", \"a\")\n\nuse_repo(a, \"linux\")\n", `MODULE.bazel:3: the name "linux" is taken`},
		{"a dependency", "bazel_dep(name = \"linux\", version = \"1\")\n", `MODULE.bazel:1: the name "linux" is taken`},
		{"itself", "module(name = \"x\", repo_name = \"linux\")\n", `MODULE.bazel:1: the name "linux" is taken`},
		{"no name", "bazel_dep(name = \"rules_kheaders\", repo_name = None)\n", "MODULE.bazel:1: rules_kheaders has no name"},
		{"a semicolon alone", dep + ext + "use_repo(kheaders, \"a\");\n", "MODULE.bazel:3: another statement follows on the same line"},
		{"ends of both kinds, and one addition", crlf(dep) + ext + tag, "MODULE.bazel: some lines end in CRLF and some in LF"},
		{"no name, behind another", "bazel_dep(name = \"b\", version = \"1\")\nbazel_dep(name = \"rules_kheaders\", repo_name = None)\n", "MODULE.bazel:2: rules_kheaders has no name"},
		{"two statements on a line", dep + ext + "use_repo(kheaders, \"a\"); foo()\n", "MODULE.bazel:3: another statement follows on the same line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := EditModule("MODULE.bazel", []byte(c.in), local("linux"))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

const (
	load   = "load(\"@rules_kheaders//:defs.bzl\", \"kheaders\")\n"
	target = "kheaders(\n    name = \"k\",\n    profile = \"rfc\",\n    tree = \"@linux//:tree\",\n)\n"
)

func wanted() *Target {
	return &Target{Name: "k", Tree: "@linux//:tree", Attrs: map[string]build.Expr{"profile": String("rfc")}, Asked: map[string]bool{"profile": true}}
}

func TestEditBuild(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"no file", "", load + "\n" + target},
		{"one byte", "x", load + "\nx\n\n" + target},
		{"a comment", "# Mine.\n", "# Mine.\n\n" + load + "\n" + target},
		{"a target", "# Mine.\nfoo( name='x' ) # x", load + "\n# Mine.\nfoo( name='x' ) # x\n\n" + target},
		{"loads", "# Mine.\nload(\"//:a.bzl\", \"a\")\n\na()\n", "# Mine.\nload(\"//:a.bzl\", \"a\")\n" + load + "\na()\n\n" + target},
		{
			"more of the same module",
			"load(\n    \"@rules_kheaders//:defs.bzl\",\n    # why\n    \"kernel_tree\", # here\n) # there\n\na()\n\n\n",
			"load(\n    \"@rules_kheaders//:defs.bzl\",\n    # why\n    \"kernel_tree\",  # here\n    \"kheaders\",\n)  # there\n\na()\n\n\n" + target,
		},
		{
			"the macro by another name",
			"load(\"@rules_kheaders//:defs.bzl\", all = \"kheaders\")\n",
			"load(\"@rules_kheaders//:defs.bzl\", all = \"kheaders\")\n\n" + strings.Replace(target, "kheaders(", "all(", 1),
		},
		{"there, and the user's own", load + "kheaders(name = \"k\", level = 3, profile = \"rfc\", tree = \"@linux\") # mine\n", load + "kheaders(name = \"k\", level = 3, profile = \"rfc\", tree = \"@linux\") # mine\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			added := &Added{Rules: "@rules_kheaders", Repo: "linux"}
			got, err := EditBuild("BUILD.bazel", []byte(c.in), added, wanted())
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			again, err := EditBuild("BUILD.bazel", got, added, wanted())
			if err != nil || string(again) != string(got) {
				t.Errorf("a second time: %v\n%s", err, again)
			}
			if !strings.Contains(c.in, "\n") {
				return
			}
			got, err = EditBuild("BUILD.bazel", []byte(crlf(c.in)), added, wanted())
			if err != nil || string(got) != crlf(c.want) {
				t.Errorf("with CRLF: %v\n%q", err, got)
			}
		})
	}
}

func TestEditBuildErrors(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"syntax", "foo(\n", "BUILD.bazel:3:1: syntax error: correct it first"},
		{"a byte order mark", "\ufeffa()\n", "BUILD.bazel:1:1: begins with a byte order mark"},
		{"ends of both kinds", "a()\n\r\n", "BUILD.bazel: some lines end in CRLF and some in LF"},
		{"another rule", "\nfilegroup(name = \"k\")\n", `BUILD.bazel:2: the name "k" is taken by another target, a filegroup: choose one by --name`},
		{"a part of it", "cc_library(name = \"k.module\")\n", `BUILD.bazel:1: the name "k.module", of which kheaders(name = "k") makes a target, is taken by a cc_library`},
		{"a part of it, behind it", load + "kheaders(name = \"k\", profile = \"rfc\", tree = \"@linux//:tree\")\ncc_library(name = \"k.module\")\n", `BUILD.bazel:3: the name "k.module", of which kheaders(name = "k") makes a target, is taken by a cc_library`},
		{"its explain", "cc_library(name = \"k.explain\")\n", `BUILD.bazel:1: the name "k.explain", of which kheaders(name = "k") makes a target, is taken by a cc_library`},
		{"its verify_test", "cc_library(name = \"k.verify_test\")\n", `BUILD.bazel:1: the name "k.verify_test", of which kheaders(name = "k") makes a target, is taken by a cc_library`},
		{"another kernel", load + "kheaders(name = \"k\", tree = \":mine\")\n", `BUILD.bazel:2: the target "k" is there, and its tree is ":mine", not "@linux//:tree"`},
		{"another profile", load + "kheaders(name = \"k\", tree = \"@linux//:tree\")\n", `BUILD.bazel:2: the target "k" is there, and its profile is "headers", not "rfc": edit it`},
		{"another kernel, a label of its own", load + "kheaders(name = \"k\", profile = \"rfc\", tree = \"@linux//:other\")\n", `BUILD.bazel:2: the target "k" is there, and its tree is "@linux//:other", not "@linux//:tree"`},
		{"no kernel", load + "kheaders(name = \"k\", profile = \"rfc\")\n", `BUILD.bazel:2: the target "k" is there, and its tree is its default, not "@linux//:tree"`},
		{"an assignment", "kheaders = 1\n", "BUILD.bazel:1: the name kheaders stands for something else"},
		{"another kheaders", "load(\"//:x.bzl\", \"kheaders\")\n", "BUILD.bazel:1: the name kheaders stands for something else"},
		{"a kheaders of one's own", "def kheaders():\n    pass\n", "BUILD.bazel:1: the name kheaders stands for something else"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := EditBuild("BUILD.bazel", []byte(c.in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, wanted())
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	in := load + "kheaders(name = \"k\", tree = \"@linux//:tree\")\n"
	w := wanted()
	w.Name = "k.set"
	if _, err := EditBuild("BUILD.bazel", []byte(in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, w); err == nil || !strings.Contains(err.Error(), `a target which kheaders(name = "k") makes`) {
		t.Errorf("k.set: %v", err)
	}
	// Of another rule of that name no part is made.
	in = load + "kheaders(name = \"other\", tree = \"@linux//:tree\")\ncc_library(name = \"k\")\n"
	if got, err := EditBuild("BUILD.bazel", []byte(in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, w); err != nil || !strings.Contains(string(got), `name = "k.set"`) {
		t.Errorf("k.set beside a library k: %v", err)
	}
}

// TestMixedStays shows that lines of both kinds are no error where there is
// nothing to add.
func TestMixedStays(t *testing.T) {
	in := crlf(dep) + ext + tag + crlf(use)
	got, _, err := EditModule("MODULE.bazel", []byte(in), local("linux"))
	if err != nil || string(got) != in {
		t.Errorf("got %v\n%q", err, got)
	}
}

// TestNothingLost shows that a comment or a string that goes missing is
// noticed, by taking one away behind the editor's back.
func TestNothingLost(t *testing.T) {
	const in = "# one\nfoo(\"two\", '''th'ree''')  # four \"five\"\n"
	all := written([]byte(in))
	for _, w := range []string{"# one", "two", "th'ree", `# four "five"`} {
		if all[w] != 1 {
			t.Errorf("%q is there %d times: %v", w, all[w], all)
		}
	}
	for in, want := range map[string]map[string]int{
		`f("a\"b", 'c\\', "d")`:                {`a\"b`: 1, `c\\`: 1, "d": 1},
		`f("""a"b""", "", '#', "")`:            {`a"b`: 1, "": 2, "#": 1},
		"f(\x27\x27\x27a\n#b\x27\x27\x27) # c": {"a\n#b": 1, "# c": 1},
		"#":                                    {"#": 1},
		"x # a\n\n#a\n# a":                     {"# a": 2, "#a": 1},
		`"a`:                                   {"a": 1},
		`"a\`:                                  {`a\`: 1},
		`'a' "a" 'a"' f(1, x = "b")`:           {"a": 2, `a"`: 1, "b": 1},
	} {
		if got := written([]byte(in)); !maps.Equal(got, want) {
			t.Errorf("%q has %v, want %v", in, got, want)
		}
	}
	for _, lost := range []string{"# one", "two", "# four \"five\""} {
		f, err := parse("BUILD.bazel", []byte(in), build.ParseBuild)
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Index(in, lost)
		f.edits = append(f.edits, edit{at, at + len(lost), ""})
		if _, err := f.result(build.ParseBuild); err == nil || !strings.Contains(err.Error(), "without losing") {
			t.Errorf("without %q: %v", lost, err)
		}
	}
}
