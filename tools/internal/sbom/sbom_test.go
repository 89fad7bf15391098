package sbom

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/licence"
)

func contents() *Contents {
	file := func(path, pkg string, texts Texts, tags ...string) File {
		return File{Path: path, Expression: licence.Of(tags), Texts: texts, Package: pkg, SHA1: strings.Repeat("a", 40), SHA256: strings.Repeat("b", 64)}
	}
	const deb = "@linux//:linux-headers-6.1_6.1.7-1_all.deb"
	return &Contents{
		Name: "//:k.archive", Release: "6.1.7", SHA256: strings.Repeat("c", 64), Time: time.Unix(86400, 0).UTC(),
		Files: []File{
			file("a.h", deb, Kept, "GPL-2.0 OR MIT"),
			file("b.h", deb, Stripped, "MIT"),
			file("c.h", "//objtree", NoTexts),
			file("d.h", "//objtree", Stripped, "GPL, of some kind"),
			file("e.h", "//objtree", Kept, "GPL-2.0 WITH Linux-syscall-note", "GPL-3.0-only"),
			file("f.h", "//objtree", Stripped),
		},
	}
}

// TestWriteJSON has what SPDX 2.3 makes mandatory, and every name that is used.
func TestWriteJSON(t *testing.T) {
	var b, again bytes.Buffer
	for _, to := range []*bytes.Buffer{&b, &again} {
		if err := contents().WriteJSON(to); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the second document is another one")
	}
	// The library reads what it has written, and finds whatever is named.
	read, err := spdxjson.Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := spdxlib.ValidateDocument(read); err != nil {
		t.Error(err)
	}
	var d struct {
		SPDXVersion, DataLicense, SPDXID, Name, DocumentNamespace string
		CreationInfo                                              struct {
			Created, LicenseListVersion string
			Creators                    []string
		}
		Packages []struct {
			SPDXID, Name, VersionInfo, DownloadLocation string
			FilesAnalyzed                               *bool
			LicenseInfoFromFiles                        []string
			PackageVerificationCode                     *struct{ PackageVerificationCodeValue string }
		}
		Files []struct {
			SPDXID, FileName, LicenseConcluded, CopyrightText string
			LicenseInfoInFiles                                []string
			Checksums                                         []struct{ Algorithm, ChecksumValue string }
		}
		HasExtractedLicensingInfos []struct{ LicenseID, ExtractedText string }
		Relationships              []struct{ SPDXElementID, RelatedSPDXElement, RelationshipType string }
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.SPDXVersion != "SPDX-2.3" || d.DataLicense != "CC0-1.0" || d.SPDXID != "SPDXRef-DOCUMENT" || d.Name != "//:k.archive" ||
		d.DocumentNamespace != "https://spdx.org/spdxdocs/kheaders-"+strings.Repeat("c", 64) || d.CreationInfo.Created != "1970-01-02T00:00:00Z" || len(d.CreationInfo.Creators) != 1 {
		t.Errorf("the head is %+v", d)
	}
	if !regexp.MustCompile(`^[0-9]+\.[0-9]+$`).MatchString(d.CreationInfo.LicenseListVersion) {
		t.Errorf("the list of licences is %q", d.CreationInfo.LicenseListVersion)
	}
	ids := map[string]bool{d.SPDXID: true}
	for _, p := range d.Packages {
		ids[p.SPDXID] = true
		if p.Name == "" || p.DownloadLocation == "" || p.FilesAnalyzed == nil || *p.FilesAnalyzed != (p.PackageVerificationCode != nil) {
			t.Errorf("package %+v", p)
		}
	}
	if len(d.Packages) != 3 || d.Packages[2].Name != "linux-headers-6.1" || d.Packages[2].VersionInfo != "6.1.7-1" || d.Packages[1].Name != "//objtree" {
		t.Errorf("the packages are %+v", d.Packages)
	}
	refs := map[string]bool{}
	for _, l := range d.HasExtractedLicensingInfos {
		refs[l.LicenseID] = true
		if l.ExtractedText != "GPL, of some kind" {
			t.Errorf("%s is %q", l.LicenseID, l.ExtractedText)
		}
	}
	for _, f := range d.Files {
		ids[f.SPDXID] = true
		if len(f.Checksums) != 2 || f.Checksums[0].Algorithm != "SHA1" || f.Checksums[0].ChecksumValue == "" || f.CopyrightText == "" || !strings.HasPrefix(f.FileName, "./") {
			t.Errorf("file %+v", f)
		}
		if strings.HasPrefix(f.LicenseConcluded, "LicenseRef-") && !refs[f.LicenseConcluded] {
			t.Errorf("%s: nothing tells what %s is", f.FileName, f.LicenseConcluded)
		}
	}
	if len(d.Files) != 6 {
		t.Fatalf("the files are %+v", d.Files)
	}
	for i, want := range map[int]struct{ concluded, inFile string }{
		0: {"GPL-2.0 OR MIT", "GPL-2.0 MIT"},
		2: {licence.NoAssertion, "NONE"},
		4: {"(GPL-2.0 WITH Linux-syscall-note) AND (GPL-3.0-only)", "GPL-2.0 GPL-3.0-only"},
		// It has words about a licence.
		5: {licence.NoAssertion, licence.NoAssertion},
	} {
		if f := d.Files[i]; f.LicenseConcluded != want.concluded || strings.Join(f.LicenseInfoInFiles, " ") != want.inFile {
			t.Errorf("%+v, want %+v", f, want)
		}
	}
	if got := d.Packages[0].LicenseInfoFromFiles; len(got) != 4 || got[0] != "GPL-2.0" || got[1] != "GPL-3.0-only" || !refs[got[2]] || got[3] != "MIT" {
		t.Errorf("in the archive: %q", got)
	}
	kinds := map[string]int{}
	for _, r := range d.Relationships {
		kinds[r.RelationshipType]++
		if !ids[r.SPDXElementID] || !ids[r.RelatedSPDXElement] {
			t.Errorf("relationship of what is not there: %+v", r)
		}
	}
	if kinds["DESCRIBES"] != 1 || kinds["CONTAINS"] != 6 || kinds["GENERATED_FROM"] != 6 {
		t.Errorf("relationships: %v", kinds)
	}
}

func TestWriteText(t *testing.T) {
	var b bytes.Buffer
	if err := contents().WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"//:k.archive: kernel 6.1.7, 6 files, SHA-256 cccc",
		"       1  GPL-2.0 OR MIT\n", "       2  none\n",
		"       2  kept\n", "       3  stripped\n", "       4  //objtree\n",
		": GPL, of some kind\n", "\n  c.h: none\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %q in\n%s", want, &b)
		}
	}
}

// TestCheck reads the document again, and finds what a list hits.
func TestCheck(t *testing.T) {
	var b bytes.Buffer
	if err := contents().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ban  []string
		want string
	}{
		{[]string{"ISC"}, ""},
		{[]string{"MIT"}, "b.h"},
		{[]string{"MIT", "GPL-2.0-only"}, "a.h b.h e.h"},
		{[]string{"GPL-3.0-only"}, "e.h"},
		{[]string{licence.NoAssertion}, "c.h f.h"},
	} {
		ban, err := licence.NewBan(c.ban)
		if err != nil {
			t.Fatal(err)
		}
		hits, n, err := Check(bytes.NewReader(b.Bytes()), ban)
		var paths []string
		for _, h := range hits {
			paths = append(paths, h.Path)
		}
		if got := strings.Join(paths, " "); err != nil || n != 6 || got != c.want {
			t.Errorf("%q: %q of %d, %v; want %q", c.ban, got, n, err, c.want)
		}
	}
	for _, bad := range []string{"", "{}", `{"spdxVersion": "SPDX-2.2"}`} {
		if _, _, err := Check(strings.NewReader(bad), licence.Ban{}); err == nil {
			t.Errorf("%q is a document", bad)
		}
	}
}

// TestForeignBytes has bytes that are no UTF-8, and what a terminal obeys, wherever
// a document and a summary have text from outside: both are text all the same, with
// nothing lost.
func TestForeignBytes(t *testing.T) {
	const deb = "@linux//:a\xff_1\xfe%3a2_all.deb"
	tags := func(header string) licence.Expression { return licence.Of(licence.Tags([]byte(header))) }
	for _, c := range []struct {
		name   string
		change func(*Contents)
		wants  []string // in the document
		text   string   // in the summary
	}{
		{
			"SPDX line", func(c *Contents) { c.Files[0].Expression = tags("/* SPDX-License-Identifier: GPL-2.0 \xa9 J\xf6rg */") },
			[]string{`"LicenseRef-GPL-2.0-J-rg-`, `"extractedText": "\"GPL-2.0 \\xa9 J\\xf6rg\""`, `"name": "\"GPL-2.0 \\xa9 J\\xf6rg\""`}, `"GPL-2.0 \xa9 J\xf6rg"`,
		},
		{
			"SPDX line with an escape sequence", func(c *Contents) { c.Files[0].Expression = tags("// SPDX-License-Identifier: MIT\x1b[31m\n") },
			[]string{`"extractedText": "\"MIT\\x1b[31m\""`}, `"MIT\x1b[31m"`,
		},
		{
			"SPDX line in letters of its own", func(c *Contents) { c.Files[0].Expression = tags("// SPDX-License-Identifier: Lizenz für alle\n") },
			[]string{`"extractedText": "Lizenz für alle"`}, ": Lizenz für alle\n",
		},
		{
			"expression behind bytes", func(c *Contents) { c.Files[0].Expression = tags("/* \xff\xfe SPDX-License-Identifier: MIT */ \xff") },
			[]string{`"licenseConcluded": "MIT"`}, "2  MIT\n",
		},
		{
			"path", func(c *Contents) { c.Files[2].Path, c.Files[5].Path = "in\xff.h", "in\xfe.h" },
			[]string{`"fileName": "./\"in\\xff.h\""`, `"fileName": "./\"in\\xfe.h\""`}, `  "in\xff.h": none`,
		},
		{"path with a quote", func(c *Contents) { c.Files[2].Path = `in"\.h` }, []string{`"fileName": "./\"in\\\"\\\\.h\""`}, `  "in\"\\.h": none`},
		{
			"package", func(c *Contents) { c.Files[0].Package = deb },
			[]string{`"name": "\"a\\xff\""`, `"versionInfo": "\"1\\xfe:2\""`, `"packageFileName": "\"a\\xff_1\\xfe%3a2_all.deb\""`, `"sourceInfo": "\"@linux//:a\\xff_1\\xfe%3a2_all.deb\""`},
			`@linux//:a\xff_1\xfe%3a2_all.deb`,
		},
		{"directory", func(c *Contents) { c.Files[0].Package = "//k\xe9" }, []string{`"name": "\"//k\\xe9\""`}, `//k\xe9`},
		{"archive", func(c *Contents) { c.Name = "k\xff.tgz" }, []string{`"name": "\"k\\xff.tgz\""`}, `k\xff.tgz: kernel`},
		{"release", func(c *Contents) { c.Release = "6.1\xff" }, []string{`"versionInfo": "\"6.1\\xff\""`}, `kernel 6.1\xff,`},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := contents()
			c.change(of)
			var b, text bytes.Buffer
			if err := of.WriteJSON(&b); err != nil {
				t.Fatal(err)
			}
			if err := of.WriteText(&text); err != nil {
				t.Fatal(err)
			}
			for name, written := range map[string]string{"document": b.String(), "summary": text.String()} {
				if !utf8.ValidString(written) || strings.ContainsAny(written, "\ufffd\x1b") || strings.Contains(written, `\ufffd`) {
					t.Errorf("the %s is not text, or has lost some:\n%s", name, written)
				}
			}
			for _, want := range c.wants {
				if !strings.Contains(b.String(), want) {
					t.Errorf("there is no %s in\n%s", want, &b)
				}
			}
			if !strings.Contains(text.String(), c.text) {
				t.Errorf("there is no %s in\n%s", c.text, &text)
			}
			read, err := spdxjson.Read(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if err := spdxlib.ValidateDocument(read); err != nil {
				t.Error(err)
			}
		})
	}
}
