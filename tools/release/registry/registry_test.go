package registry

import (
	"strings"
	"testing"
)

const (
	metadataTemplate = `{"homepage": "https://example.com", "maintainers": [{"name": "N"}], "repository": ["github:own/repo"], "versions": [], "yanked_versions": {}}`
	sourceTemplate   = `{"integrity": "", "strip_prefix": "m-{VERSION}", "url": "https://example.com/{OWNER}/{REPO}/{TAG}/m-{VERSION}.tar.gz"}`
)

var module = Module{Name: "m", Version: "1.2", ModuleFile: []byte("module()"), Archive: "m-1.2.tar.gz", Integrity: SRI([]byte("x"))}

func TestEntry(t *testing.T) {
	got, homepage, err := Entry(Templates{[]byte(metadataTemplate), []byte(sourceTemplate), []byte("tasks:")}, module)
	if err != nil {
		t.Fatal(err)
	}
	if homepage != "https://example.com" {
		t.Errorf("homepage %q", homepage)
	}
	want := map[string]string{
		"modules/m/1.2/MODULE.bazel":  "module()",
		"modules/m/1.2/presubmit.yml": "tasks:",
		"modules/m/1.2/source.json": `{
    "integrity": "sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=",
    "strip_prefix": "m-1.2",
    "url": "https://example.com/own/repo/v1.2/m-1.2.tar.gz"
}
`,
		"modules/m/metadata.json": `{
    "homepage": "https://example.com",
    "maintainers": [
        {
            "name": "N"
        }
    ],
    "repository": [
        "github:own/repo"
    ],
    "versions": [
        "1.2"
    ],
    "yanked_versions": {}
}
`,
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for name, text := range want {
		if string(got[name]) != text {
			t.Errorf("%s: got %s\nwant %s", name, got[name], text)
		}
	}
}

func TestEntryErrors(t *testing.T) {
	for _, c := range []struct{ metadata, source, want string }{
		{"{", sourceTemplate, "read metadata.template.json"},
		{strings.Replace(metadataTemplate, "github:", "", 1), sourceTemplate, "want one repository"},
		{strings.Replace(metadataTemplate, `"versions": []`, `"versions": ["1.0"]`, 1), sourceTemplate, "no versions"},
		{metadataTemplate, `{"urls": []}`, "read source.template.json"},
		{metadataTemplate, strings.Replace(sourceTemplate, "m-{VERSION}.tar.gz", "n.tar.gz", 1), "not those of m-1.2.tar.gz"},
		{metadataTemplate, strings.Replace(sourceTemplate, `"m-{VERSION}"`, `"m"`, 1), "not those of m-1.2.tar.gz"},
	} {
		if _, _, err := Entry(Templates{[]byte(c.metadata), []byte(c.source), nil}, module); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %s: %v, want %q", c.metadata, c.source, err, c.want)
		}
	}
}
