package sbom

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/release/gomods"
)

func release() *Release {
	a := gomods.Module{Path: "example.com/a", Version: "v1.0.0", Sum: "h1:a", Packages: []string{"example.com/a/p"}}
	b := gomods.Module{Path: "example.com/b_b", Version: "v2.0.0", Sum: "h1:b", Packages: []string{"example.com/b_b"}}
	return &Release{
		Name: "m", Version: "1.0", Homepage: "https://example.com", Go: "go1.26.8",
		Date:     time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC),
		Licences: map[string]string{"std": "BSD-3-Clause", "example.com/a": "MIT", "example.com/b_b": "MIT AND Apache-2.0"},
		Programs: []Program{{"x/one", "aa", []gomods.Module{a, b}}, {"x/two", "bb", []gomods.Module{b}}, {"x/three", "cc", nil}},
	}
}

func TestWrite(t *testing.T) {
	data, err := Write(release())
	if err != nil {
		t.Fatal(err)
	}
	var doc document
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if doc.CreationInfo.Created != "2026-11-26T00:00:00Z" || doc.SPDXVersion != "SPDX-2.3" || !strings.HasPrefix(doc.DocumentNamespace, "https://example.com/spdx/m-1.0-") {
		t.Errorf("%+v", doc)
	}
	var got []string
	for _, p := range doc.Packages {
		got = append(got, p.ID+" "+p.VersionInfo+" "+p.LicenseDeclared+" "+p.Comment)
	}
	want := []string{
		"SPDXRef-std 1.26.8 BSD-3-Clause Go's standard library and runtime",
		"SPDXRef-x-one 1.0 Apache-2.0 linked from other modules: example.com/a/p example.com/b_b",
		"SPDXRef-example.com-a v1.0.0 MIT go.sum: h1:a",
		"SPDXRef-example.com-b-b v2.0.0 MIT AND Apache-2.0 go.sum: h1:b",
		"SPDXRef-x-two 1.0 Apache-2.0 linked from other modules: example.com/b_b",
		"SPDXRef-x-three 1.0 Apache-2.0 no package of another module is linked",
	}
	if !slices.Equal(got, want) {
		t.Errorf("packages %q\nwant %q", got, want)
	}
	got = nil
	for _, r := range doc.Relationships {
		got = append(got, r.Element+" "+r.Type+" "+r.Related)
	}
	want = []string{
		"SPDXRef-DOCUMENT DESCRIBES SPDXRef-x-one",
		"SPDXRef-x-one STATIC_LINK SPDXRef-std",
		"SPDXRef-x-one STATIC_LINK SPDXRef-example.com-a",
		"SPDXRef-x-one STATIC_LINK SPDXRef-example.com-b-b",
		"SPDXRef-DOCUMENT DESCRIBES SPDXRef-x-two",
		"SPDXRef-x-two STATIC_LINK SPDXRef-std",
		"SPDXRef-x-two STATIC_LINK SPDXRef-example.com-b-b",
		"SPDXRef-DOCUMENT DESCRIBES SPDXRef-x-three",
		"SPDXRef-x-three STATIC_LINK SPDXRef-std",
	}
	if !slices.Equal(got, want) {
		t.Errorf("relationships %q\nwant %q", got, want)
	}
}

func TestWriteErrors(t *testing.T) {
	r := release()
	delete(r.Licences, "example.com/b_b")
	if _, err := Write(r); err == nil || !strings.Contains(err.Error(), "no licence is known of example.com/b_b") {
		t.Errorf("without a licence: %v", err)
	}
	r = release()
	r.Programs[1].Name = "x_one"
	if _, err := Write(r); err == nil || !strings.Contains(err.Error(), "two packages have the identifier SPDXRef-x-one") {
		t.Errorf("two of one identifier: %v", err)
	}
}
