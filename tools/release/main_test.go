package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/release/gomods"
)

const goModText = "module example.com/main\n\ngo 1.26.0\n\ntoolchain %s\n\nrequire example.com/a v1.0.0\n"

// write writes a file into a directory of its own and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// arguments describe a release whose one program is this test.
func arguments(t *testing.T) map[string]string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	source := `{"integrity": "", "strip_prefix": "%[1]s-{VERSION}", "url": "https://example.com/{TAG}/%[1]s-{VERSION}.tar.gz"}`
	metadata := write(t, `{"homepage": "https://example.com", "maintainers": [], "repository": ["github:o/r"], "versions": [], "yanked_versions": {}}`)
	mit := write(t, mitText)
	return map[string]string{
		"--version":            "1.0",
		"--rules=MODULE.bazel": write(t, "rules"), "--tools=MODULE.bazel": write(t, "tools"),
		"--bcr=metadata.template.json": metadata, "--bcr=rules/metadata.template.json": metadata,
		"--bcr=source.template.json":       write(t, fmt.Sprintf(source, "rules_kheaders_tools")),
		"--bcr=rules/source.template.json": write(t, fmt.Sprintf(source, "rules_kheaders")),
		"--bcr=presubmit.yml":              write(t, "of tools"), "--bcr=rules/presubmit.yml": write(t, "of rules"),
		"--program=linux/x": program, "--package=linux/x": "example.com/a/p",
		"--licence=std/LICENSE": mit, "--licence=example.com/a/LICENSE": mit,
		"--licence=example.com/a/q/LICENSE": mit, "--licence=example.com/ab/LICENSE": mit,
		"--license": mit,
		"--go-mod":  write(t, fmt.Sprintf(goModText, runtime.Version())),
		"--go-sum":  write(t, "example.com/a v1.0.0 h1:a=\n"), "--changelog": write(t, "## 1.0 (2026-11-26)\n\nnew\n"),
	}
}

// with runs the command, all words in a parameter file, and returns the files
// that it writes.
func with(t *testing.T, args map[string]string) (map[string]string, error) {
	t.Helper()
	out := t.TempDir()
	words := []string{"--out=" + out}
	for name, value := range args {
		words = append(words, name+"="+value)
	}
	if err := run([]string{"@" + write(t, strings.Join(words, "\n")+"\n")}); err != nil {
		return nil, err
	}
	got := map[string]string{}
	for _, pattern := range []string{"*", "*/*/*", "*/*/*/*"} {
		found, err := filepath.Glob(filepath.Join(out, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			if data, err := os.ReadFile(file); err == nil {
				got[file[len(out)+1:]] = string(data)
			}
		}
	}
	return got, nil
}

func TestRun(t *testing.T) {
	args := arguments(t)
	got, err := with(t, args)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"INTEGRITY", "SHA256SUMS",
		"modules/rules_kheaders/1.0/MODULE.bazel", "modules/rules_kheaders/1.0/presubmit.yml",
		"modules/rules_kheaders/1.0/source.json", "modules/rules_kheaders/metadata.json",
		"modules/rules_kheaders_tools/1.0/MODULE.bazel", "modules/rules_kheaders_tools/1.0/presubmit.yml",
		"modules/rules_kheaders_tools/1.0/source.json", "modules/rules_kheaders_tools/metadata.json",
		"release_notes.md", "rules_kheaders-1.0.spdx.json", "rules_kheaders-1.0.tar.gz", "rules_kheaders_tools-1.0.tar.gz",
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("files %q\nwant %q", names, want)
	}
	for name, text := range map[string]string{
		"modules/rules_kheaders/1.0/presubmit.yml":      "of rules",
		"modules/rules_kheaders_tools/1.0/MODULE.bazel": "tools",
		"release_notes.md":                              "new\n",
		"rules_kheaders-1.0.spdx.json":                  `"licenseDeclared": "MIT"`,
		"SHA256SUMS":                                    "  rules_kheaders_tools-1.0.tar.gz\n",
	} {
		if !strings.Contains(got[name], text) {
			t.Errorf("%s has no %q: %s", name, text, got[name])
		}
	}
	_, sri, _ := strings.Cut(got["INTEGRITY"], "spdx.json\n")
	sri, _, _ = strings.Cut(sri, " ")
	if !strings.Contains(got["modules/rules_kheaders/1.0/source.json"], `"integrity": "`+sri+`"`) {
		t.Errorf("integrity is not %s: %s", sri, got["modules/rules_kheaders/1.0/source.json"])
	}
	again, err := with(t, args)
	if err != nil {
		t.Fatal(err)
	}
	for name := range got {
		if got[name] != again[name] {
			t.Errorf("%s has other bytes when written again", name)
		}
	}
}

func TestRunErrors(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"--version", "2.0", "changelog has no section of 2.0"},
		{"--go-mod", write(t, fmt.Sprintf(goModText, "go1.21.0")), "program linux/x is built by " + runtime.Version() + " and go.mod's toolchain is go1.21.0"},
		{"--package=linux/x", "example.com/b", `package "example.com/b" is linked and of no module in go.mod`},
		{"--program=linux/x", write(t, "#!"), "read program linux/x"},
		{"--program=linux/y", arguments(t)["--program=linux/x"], "program linux/y: nothing is known of its packages"},
		{"--licence=std/LICENSE", write(t, "words"), "module std " + runtime.Version() + ": no licence text that is known"},
		{"--rules=MODULE.bazel", filepath.Join(t.TempDir(), "none"), "module rules_kheaders: read"},
		{"--rules", "a=", "want PATH=FILE"},
		{"--package", "a", "want NAME=VALUE"},
	} {
		args := arguments(t)
		args[c.name] = c.value
		if _, err := with(t, args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%s: %v, want %q", c.name, c.value, err, c.want)
		}
	}
	if err := run([]string{"--version=1"}); err == nil || !strings.Contains(err.Error(), "want --version, --out") {
		t.Errorf("without --out: %v", err)
	}
}

func TestLicenceTexts(t *testing.T) {
	mit := write(t, mitText)
	in := &input{licences: files{
		"example.com/a/LICENSE": mit, "example.com/a/PATENTS": write(t, "https://www.apache.org/licenses/LICENSE-2.0\n"), "example.com/a/q/LICENSE.txt": mit, "example.com/a/other/LICENSE": mit, "example.com/ab/LICENSE": mit,
	}}
	licences, texts, err := in.licenceTexts([]gomods.Module{{Path: "example.com/a", Version: "v1.0.0", Packages: []string{"example.com/a/q/r"}}})
	want := []string{"example.com/a@v1.0.0/LICENSE", "example.com/a@v1.0.0/PATENTS", "example.com/a@v1.0.0/q/LICENSE.txt"}
	if err != nil || !slices.Equal(slices.Sorted(maps.Keys(texts)), want) || licences["example.com/a"] != "MIT" {
		t.Errorf("%q, %q, %v; want %q", licences, slices.Sorted(maps.Keys(texts)), err, want)
	}
}

const mitText = `MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`
