package bazelfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bazelbuild/buildtools/build"
)

// TestTakenRepo has all ways in which a MODULE.bazel, or a file that it
// includes, takes the name of a repository.
func TestTakenRepo(t *testing.T) {
	for _, c := range []struct{ name, in, at string }{
		{"use_repo_rule", "http_archive = use_repo_rule(\"//:a.bzl\", \"http_archive\")\nhttp_archive(name = \"linux\")\n", "MODULE.bazel:2"},
		{"use_repo_rule, called at once", "use_repo_rule(\"//:a.bzl\", \"http_archive\")(name = \"linux\")\n", "MODULE.bazel:1"},
		{"in a comprehension", "r = use_repo_rule(\"//:a.bzl\", \"r\")\n[r(name = n) for n in [\"a\", \"linux\"]]\n", "MODULE.bazel:2"},
		{"a name that is put together", "r = use_repo_rule(\"//:a.bzl\", \"r\")\n[r(name = \"li%s\" % n, path = n) for n in [\"a\", \"nux\"]]\n", "MODULE.bazel:2"},
		{"of a variable", "NAME = \"linux\"\nr = use_repo_rule(\"//:a.bzl\", \"r\")\nr(name = NAME)\n", "MODULE.bazel:3"},
		{"bazel_dep of another name", "bazel_dep(name = \"a\", version = \"1\", repo_name = \"linux\")\n", "MODULE.bazel:1"},
		{"in an included file", "include(\"//:more.MODULE.bazel\")\n", "more.MODULE.bazel:1"},
		{"in one that this includes", "include(\"//:again.MODULE.bazel\")\n", "more.MODULE.bazel:1"},
		{"use_repo with **", "a = use_extension(\"//:a.bzl\", \"a\")\nuse_repo(a, **{\"linux\": \"x\"})\n", "MODULE.bazel:2"},
		{"use_repo by another name", "a = use_extension(\"//:a.bzl\", \"a\")\nuse_repo(a, linux = \"x\")\n", "MODULE.bazel:2"},
		{"use_repo with *", "A = [\"linux\"]\na = use_extension(\"//:a.bzl\", \"a\")\nuse_repo(a, *A)\n", "MODULE.bazel:3"},
		{"use_repo in a comprehension", "a = use_extension(\"//:a.bzl\", \"a\")\n[use_repo(a, n) for n in (\"linux\",)]\n", "MODULE.bazel:2"},
		{"a tag in an included file", dep + "include(\"//:tag.MODULE.bazel\")\n", "tag.MODULE.bazel:2"},
		{"a tag in a comprehension", dep + ext + "[kheaders.local_kernel(name = n, srctree = \"/\" + n) for n in [\"linux\"]]\n", "MODULE.bazel:3"},
		{"none", "bazel_dep(name = \"linux\", version = \"1\", repo_name = None)\nuse_repo(x, y = \"linux\")\nlocal_path_override(module_name = \"linux\", path = \"linux\")\n", ""},
		{"another with the same end", "r = use_repo_rule(\"//:a.bzl\", \"r\")\n[r(name = n + \"_linux\") for n in [\"a\"]]\nr(name = UNKNOWN)\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := local("linux")
			m.Include = func(path string) ([]byte, error) {
				return []byte(map[string]string{
					"more.MODULE.bazel":  "bazel_dep(name = \"linux\", version = \"1\")\n",
					"again.MODULE.bazel": "include(\"//:more.MODULE.bazel\")\n",
					"tag.MODULE.bazel":   ext + "kheaders.debian_kernel(name = \"linux\", suite = \"x\")\n",
				}[path]), nil
			}
			_, _, err := EditModule("MODULE.bazel", []byte(c.in), m)
			want := c.at + `: the name "linux" is taken by another repository: choose one by --repo`
			if c.at == "" && err != nil || c.at != "" && (err == nil || err.Error() != want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
	for _, repo := range []string{"rules_kheaders", "bazel_tools", "kheaders_lock"} {
		if _, _, err := EditModule("MODULE.bazel", nil, local(repo)); err == nil || !strings.Contains(err.Error(), "is taken by another repository") {
			t.Errorf("%s: got %v", repo, err)
		}
	}
	in := "r = use_repo_rule(\"//:a.bzl\", \"r\")\nr(name = \"rules_kheaders\")\n"
	want := `MODULE.bazel:2: the name "rules_kheaders" is taken by another repository: add bazel_dep(name = "rules_kheaders", version = "1.2", repo_name = …) with a name of your own, and run this again`
	if _, _, err := EditModule("MODULE.bazel", []byte(in), local("linux")); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestKernelIsThere has the very kernel in places where no new one may come.
func TestKernelIsThere(t *testing.T) {
	files := map[string]string{"all.MODULE.bazel": dep + ext + tag + use, "tag.MODULE.bazel": dep + ext + tag}
	for _, c := range []struct{ name, in, want, repo string }{
		{"in an included file", "include(\"//:all.MODULE.bazel\")\n", "include(\"//:all.MODULE.bazel\")\n", "linux"},
		{"in an included file, not visible", "include(\"//:tag.MODULE.bazel\")\n", "include(\"//:tag.MODULE.bazel\")\n\n" + ext + use, "linux"},
		{"by another name, with **", dep + ext + tag + "use_repo(kheaders, **{\"linux.k\": \"linux\"})\n", dep + ext + tag + "use_repo(kheaders, **{\"linux.k\": \"linux\"})\n", "linux.k"},
	} {
		m := local("linux")
		m.Include = func(path string) ([]byte, error) { return []byte(files[path]), nil }
		got, added, err := EditModule("MODULE.bazel", []byte(c.in), m)
		if err != nil || string(got) != c.want || added.Repo != c.repo {
			t.Errorf("%s: got %v, %+v\n%s", c.name, err, added, got)
		}
	}
}

// TestTakenTarget has all ways in which a BUILD file takes the name of a target.
func TestTakenTarget(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a comprehension", "[filegroup(name = n) for n in [\"a\", \"k\"]]\n", `BUILD.bazel:1: the name "k" is taken by another target, a filegroup`},
		{"a part, in a comprehension", "[cc_library(name = \"k.\" + n) for n in [\"set\"]]\n", `BUILD.bazel:1: the name "k.set", of which kheaders(name = "k") makes a target, is taken by a cc_library`},
		{"two loops and a format", "X = {\"k\": 1}\n[filegroup(name = \"{}.{}\".format(a, b)) for a in X for b in [\"x\", \"module\"] if b]\n", `BUILD.bazel:2: the name "k.module"`},
		{"a list of targets", "[filegroup(name = \"a\"), filegroup(name = \"k\")]\n", `BUILD.bazel:1: the name "k" is taken by another target, a filegroup`},
		{"parts of it not known", "[filegroup(name = x + \".explain\") for x in UNKNOWN]\n", `BUILD.bazel:1: the name "k.explain"`},
		{"the macro in a comprehension", load + "[kheaders(name = n) for n in [\"k\"]]\n", `BUILD.bazel:2: the name "k" is taken by another target, a kheaders`},
		{"**", "filegroup(**{\"name\": \"k\"})\n", `BUILD.bazel:1: the name "k"`},
		{"** of something else", "filegroup(**{\"testonly\": \"k\"})\n", ""},
		{"a macro's first argument", "load(\"//:a.bzl\", \"a\")\na(\"k\")\n", `BUILD.bazel:2: the name "k" is taken by another target, a a`},
		{"a file that a rule makes", "genrule(name = \"g\", outs = [\"k\"])\n", `BUILD.bazel:1: the name "k" is taken by another target, a genrule`},
		{"a file", "exports_files([\"k\"])\n", `BUILD.bazel:1: the name "k" is taken by another target, a exports_files`},
		{"a variable", "NAME = \"k\"\nalias(name = NAME)\n", `BUILD.bazel:2: the name "k"`},
		{"the macro's name, with others", "kheaders, b = 1, 2\n", "BUILD.bazel:1: the name kheaders stands for something else"},
		{"a rule in a struct", "s = struct(lib = rule(implementation = f))\ns.lib(name = \"k.set\")\n", `BUILD.bazel:2: the name "k.set", of which kheaders(name = "k") makes a target, is taken by a s.lib: `},
		{"a struct in a struct", "s = struct(a = struct(lib = rule(implementation = f)))\ns.a.lib(name = \"k\")\n", `BUILD.bazel:2: the name "k" is taken by another target, a s.a.lib: `},
		{"of a loop's variable", "[r.make(name = \"k\") for r in [m]]\n", `BUILD.bazel:1: the name "k" is taken by another target, a r.make: `},
		{"of a dict's entry", "RULES[\"a\"].make(name = \"k\")\n", `BUILD.bazel:1: the name "k" is taken by another target, a RULES[…].make: `},
		{"an entry", "RULES[\"a\"](name = \"k\")\n", `BUILD.bazel:1: the name "k" is taken by another target, a RULES[…]: `},
		{"called as a list's method", "oci.index(name = \"k\")\n", `BUILD.bazel:1: the name "k" is taken by another target, a oci.index: `},
		{"called as a dict's method", "x.update(name = \"k\")\n", `BUILD.bazel:1: the name "k" is taken by another target, a x.update: `},
		{"with ** in a struct", "s.lib(**{\"name\": \"k\"})\n", `BUILD.bazel:1: the name "k"`},
		{"a file of a rule in a struct", "s.gen(name = \"g\", outs = [\"k\"])\n", `BUILD.bazel:1: the name "k"`},
		{"values", "x = {}\nx.update(name = \"k\")\n\"{name}\".format(name = \"k\")\nT.format(name = \"k\")\ny = dict(x)\ny.update(name = \"k\")\nz = dict(name = \"k\")\n{}.update(name = \"k\")\nu.append(\"k\")\n[\"k\"].index(\"k\")\n", ""},
		{"another", "[filegroup(name = n) for n in UNKNOWN]\nprint(\"k\")\npackage(default_visibility = [\"k\"])\nfilegroup(name = \"kk\", srcs = [\"k\"])\n[filegroup(name = \"x\" + n) for n in UNKNOWN]\n", ""},
	} {
		_, err := EditBuild("BUILD.bazel", []byte(c.in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, wanted())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	in := load + "[kheaders(name = n) for n in [\"a\"]]\n"
	w := wanted()
	w.Name = "a.set"
	if _, err := EditBuild("BUILD.bazel", []byte(in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, w); err == nil || !strings.Contains(err.Error(), `a target which kheaders(name = "a") makes`) {
		t.Errorf("a.set: %v", err)
	}
}

func TestEval(t *testing.T) {
	for in, want := range map[string]string{
		`"a" + "b"`:                                       "ab",
		`"%s-%d%%" % ("a", 1)`:                            "a-1%",
		`"{}{b}{0}".format("a", b = "c")`:                 "aca",
		`[x + y for x in ["a", "b"] for y in "?"]`:        "a? b?",
		`[str(i) for i in range(2)]`:                      "0 1",
		`[str(i) for i in range(1, 3)]`:                   "1 2",
		`"ab".removesuffix("b") + "ab".removeprefix("a")`: "ab",
		`{"a": 1, "b": 2}.items()`:                        "a ? b ?",
		`[k for k, v in {"a": 1}.items()]`:                "a",
		`["a", "b"][1]`:                                   "b",
		`{"x": "y"}["x"]`:                                 "y",
		`"a" if U else "b"`:                               "a b",
		`[n.upper().replace("A", "c") for n in ["a"]]`:    "c",
		`", ".join(["a", "b"])`:                           "a, b",
		`U + "_" + "b"`:                                   "?_b",
		`dict(a = 1).keys() + list({"b": 1})`:             "a b",
		`["%s%s" % (i, n) for i, n in enumerate(["a"])]`:  "0a",
		`"a,b".split(",")`:                                "a b",
		`f(1)`:                                            "?",
	} {
		in = strings.ReplaceAll(in, `in "?"`, `in U`)
		f, err := build.ParseBuild("BUILD", []byte("x = "+in+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		v := definedIn(f, vars{})
		got := strings.ReplaceAll(strings.Join(texts(v["x"]), " "), anything, "?")
		if got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// TestLoaded has names and functions of .bzl files.
func TestLoaded(t *testing.T) {
	files := map[string]string{
		"p/a.bzl": "load(\"//q:b.bzl\", \"N\")\nNAMES = [\"x\"] + N\n\ndef one(name, suffix = \".set\"):\n    native.filegroup(name = name + suffix)\n\n" +
			"def all(names = NAMES):\n    out = []\n    for n in names:\n        if n:\n            native.genrule(name = n)\n        out.append(\"k\")\n\ndef again():\n    again()\n    again()\n    print(\"k\")\n",
		"p/s.bzl": "load(\":a.bzl\", \"one\")\ndef _two(n):\n    native.genrule(n + \".set\")\n\ndef _none():\n    native.glob([\"k\"])\n    native.existing_rule(\"k\")\n    native.package_relative_label(\"k\")\n\n" +
			"s = struct(one = one, two = _two, none = _none, name = \"k\")\n",
		"p/m.bzl": "def make(r):\n    r.make(name = \"k\")\n\ndef each(rs):\n    for r in rs:\n        r.make(name = \"k.set\")\n\n" +
			"def values(name, **kwargs):\n    kwargs.update(name = \"k\")\n    \"{name}\".format(name = \"k\")\n    native.filegroup(name = name)\n\n" +
			"def other(name, **kwargs):\n    native.filegroup(**kwargs)\n\ns = struct(lib = rule(implementation = make))\n",
		"q/b.bzl": "N = [\"k\"]\nload(\"//p:a.bzl\", \"NAMES\")\n",
	}
	for in, want := range map[string]string{
		"load(\":a.bzl\", \"NAMES\")\n[filegroup(name = n) for n in NAMES]\n": `p/BUILD:2: the name "k" is taken by another target, a filegroup`,
		"load(\"//p:a.bzl\", f = \"all\")\n\nf()\n":                           `p/BUILD:3: the name "k" is taken by another target, a genrule`,
		"load(\":a.bzl\", \"one\")\none(name = \"k\")\n":                      `p/BUILD:2: the name "k" is taken by another target, a one`,
		"load(\"@//p:a.bzl\", \"one\")\none(\"k.\", \"set\")\n":               `p/BUILD:2: the name "k.set", of which kheaders(name = "k") makes a target, is taken by a filegroup`,
		"load(\":a.bzl\", \"again\", \"all\")\nagain()\nall([\"y\"])\n":       "",
		"load(\":gone.bzl\", \"g\")\ng()\n":                                   "",
		"load(\":m.bzl\", \"make\")\nmake(m)\n":                               `p/BUILD:2: the name "k" is taken by another target, a r.make`,
		"load(\":m.bzl\", \"each\")\neach([m])\n":                             `p/BUILD:2: the name "k.set", of which kheaders(name = "k") makes a target, is taken by a r.make`,
		"load(\":m.bzl\", \"s\")\ns.lib(name = \"k\")\n":                      `p/BUILD:2: the name "k" is taken by another target, a s.lib`,
		"load(\":m.bzl\", \"values\")\nvalues(name = \"v\", a = 1)\n":         "",
		"load(\":m.bzl\", \"other\")\nother(name = \"v\", a = \"k\")\n":       "",
	} {
		w := wanted()
		w.Read = func(path string) ([]byte, error) {
			if text, ok := files[path]; ok {
				return []byte(text), nil
			}
			return nil, fmt.Errorf("no %s", path)
		}
		_, err := EditBuild("p/BUILD", []byte(in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, w)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: got %v, want %s", in, err, want)
		}
	}
}

// TestUnseen has functions that nobody can see without Bazel: what might make
// the target's names is told of, and what cannot is not.
func TestUnseen(t *testing.T) {
	const load = "load(\"@other//:x.bzl\", \"m\")\n"
	for in, want := range map[string]string{
		load + "m()\n":                                    "p/BUILD:2: m of @other//:x.bzl may",
		load + "m(name = \"kk\")\n":                       "",
		load + "m(\"other\")\n":                           "",
		load + "filegroup(name = \"o\")\n":                "",
		load + "[m(n = x) for x in [1]]\n":                "p/BUILD:2: m of @other//:x.bzl may",
		load + "filegroup(name = \"o\", srcs = m())\n":    "",
		load + "m.f()\n":                                  "p/BUILD:2: m.f of @other//:x.bzl may",
		load + "m.a.f()\n":                                "p/BUILD:2: m.a.f of @other//:x.bzl may",
		load + "m.f(name = \"kk\")\n":                     "",
		load + "m.f(\"other\")\n":                         "",
		load + "s = struct(f = m)\ns.f()\n":               "p/BUILD:3: s.f of @other//:x.bzl may",
		load + "s = struct(a = struct(f = m))\ns.a.f()\n": "p/BUILD:3: s.a.f of @other//:x.bzl may",
		load + "s = struct(f = 1)\ns.f()\ns.g()\n":        "",
		load + "x = m.get(\"a\")\n[1] + m.values()\n":     "",
		"load(\"@bazel_skylib//lib:paths.bzl\", \"paths\")\nX = paths.join(\"a\")\n": "",
		"load(\"@rules_kheaders//:x.bzl\", \"y\")\ny.f()\n":                          "",
		"load(\"//p:own.bzl\", \"structs\")\nstructs.own()\n":                        "p/BUILD:2: deep of @other//:y.bzl may",
		"load(\"//p:own.bzl\", \"structs\")\nstructs.fine()\n":                       "",
		"load(\"//p:own.bzl\", \"structs\")\nstructs.z.f()\n":                        "p/BUILD:2: structs.z.f of @other//:y.bzl may",
		load + "F = m\n":                                          "",
		load + "F = m\nF()\n":                                     "p/BUILD:3: F of @other//:x.bzl may",
		load + "F = m.f\nF()\n":                                   "p/BUILD:3: F of @other//:x.bzl may",
		load + "F = m.get\nF()\n":                                 "",
		"load(\":gone.bzl\", g = \"h\")\ng()\n":                   "p/BUILD:2: g of :gone.bzl may",
		"load(\"//p:own.bzl\", \"own\")\n\nown()\n":               "p/BUILD:3: deep of @other//:y.bzl may",
		"load(\"//p:own.bzl\", \"fine\")\n\nfine()\n":             "",
		"load(\"@rules_kheaders//:defs.bzl\", \"kernel_tree\")\n": "",
		"load(\"@rules_kheaders//:x.bzl\", \"y\")\ny()\n":         "",
	} {
		w := wanted()
		w.Read = func(path string) ([]byte, error) {
			if path != "p/own.bzl" {
				return nil, fmt.Errorf("no %s", path)
			}
			return []byte("load(\"@other//:y.bzl\", \"deep\", \"z\")\ndef own():\n    deep(z)\n\ndef fine():\n    native.filegroup(name = \"f\")\n\nstructs = struct(own = own, fine = fine, z = z)\n"), nil
		}
		if _, err := EditBuild("p/BUILD", []byte(in), &Added{Rules: "@rules_kheaders", Repo: "linux"}, w); err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		if got := strings.Join(w.Unseen, "\n"); want == "" && got != "" || !strings.HasPrefix(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
	w := wanted()
	w.Name = "kernel_headers"
	w.Read = func(path string) ([]byte, error) { return nil, fmt.Errorf("no %s", path) }
	if _, err := EditBuild("BUILD", []byte(load+"m(name = \"kernel\")\n"), &Added{Rules: "@rules_kheaders", Repo: "linux"}, w); err != nil || len(w.Unseen) != 1 {
		t.Errorf("a name that begins with another: %q, %v", w.Unseen, err)
	}
}

// TestEvalIsBounded has loops that would run for ages.
func TestEvalIsBounded(t *testing.T) {
	loops := strings.Repeat(" for x in range(100000)", 5)
	f, err := build.ParseBuild("BUILD", []byte("[f(name = str(x))"+loops+"]\n"+"x = [1"+loops+"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if calls := calledIn(f, nil); len(calls) > maxSteps {
		t.Errorf("%d calls", len(calls))
	}
}

func TestMayBe(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"?", "a", false}, {"a?", "ab", true}, {"?b", "ab", true}, {"a?c", "ac", true}, {"a?c", "abd", false},
		{"a?b?c", "axbyc", true}, {"a?b?c", "axyc", false}, {"?.?", "k.set", true},
	} {
		if got := mayBe(strings.ReplaceAll(c.text, "?", anything), c.name); got != c.want {
			t.Errorf("%q may be %q: %v", c.text, c.name, got)
		}
	}
}
