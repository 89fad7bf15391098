// Package sbom tests what is told of the licences of a real kernel's headers.
package sbom

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdxlib"
	"github.com/spdx/tools-golang/utils"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

func read(t *testing.T) *spdx.Document {
	t.Helper()
	d, err := json.Read(bytes.NewReader(runfile.Read(t, "SPDX")))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestValid has SPDX's library judge the document.
func TestValid(t *testing.T) {
	d := read(t)
	if err := spdxlib.ValidateDocument(d); err != nil {
		t.Error(err)
	}
	if d.SPDXVersion != "SPDX-2.3" || d.DataLicense != "CC0-1.0" {
		t.Errorf("it is %s, under %s", d.SPDXVersion, d.DataLicense)
	}
	code, err := utils.GetVerificationCode(d.Files, "")
	if err != nil || d.Packages[0].PackageVerificationCode == nil || d.Packages[0].PackageVerificationCode.Value != code.Value {
		t.Errorf("the archive has verification code %v, its files %v, %v", d.Packages[0].PackageVerificationCode, code, err)
	}
	refs := map[string]bool{}
	for _, l := range d.OtherLicenses {
		refs[l.LicenseIdentifier] = true
	}
	for _, f := range d.Files {
		for _, name := range f.LicenseInfoInFiles {
			if strings.HasPrefix(name, "LicenseRef-") && !refs[name] {
				t.Errorf("%s: nothing tells what %s is", f.FileName, name)
			}
		}
	}
}

// TestFiles compares names and checksums with the archive, read by others.
func TestFiles(t *testing.T) {
	d := read(t)
	archive := runfile.Read(t, "ARCHIVE")
	sum := sha256.Sum256(archive)
	if !strings.HasSuffix(d.DocumentNamespace, "-"+hex.EncodeToString(sum[:])) || d.CreationInfo.Created != "1970-01-01T00:00:00Z" {
		t.Errorf("the namespace is %s, of %s", d.DocumentNamespace, d.CreationInfo.Created)
	}
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		one, sum := sha1.Sum(b), sha256.Sum256(b)
		if n >= len(d.Files) || d.Files[n].FileName != h.Name || checksum(d.Files[n], common.SHA256) != hex.EncodeToString(sum[:]) || checksum(d.Files[n], common.SHA1) != hex.EncodeToString(one[:]) {
			t.Fatalf("file %d is %s in the archive, and not so in the document", n, h.Name)
		}
		n++
	}
	if n != len(d.Files) || n < 5000 {
		t.Errorf("%d files are in the document, %d in the archive", len(d.Files), n)
	}
}

func checksum(f *spdx.File, by common.ChecksumAlgorithm) string {
	for _, c := range f.Checksums {
		if c.Algorithm == by {
			return c.Value
		}
	}
	return ""
}

// TestLicences knows some headers, and that nearly all state what they are.
func TestLicences(t *testing.T) {
	d := read(t)
	want := map[string]string{
		"./include/linux/sched.h":                  "GPL-2.0",
		"./include/linux/list.h":                   "GPL-2.0",
		"./include/uapi/linux/bpf.h":               "GPL-2.0 WITH Linux-syscall-note",
		"./include/uapi/rdma/ib_user_verbs.h":      "GPL-2.0 WITH Linux-syscall-note OR Linux-OpenIB",
		"./include/generated/autoconf.h":           "NOASSERTION",
		"./include/generated/uapi/linux/version.h": "NOASSERTION",
	}
	none, stripped := 0, 0
	for _, f := range d.Files {
		if f.LicenseConcluded == "NOASSERTION" {
			none++
		}
		if strings.HasSuffix(f.LicenseComments, "stripped.") {
			stripped++
		}
		w, ok := want[f.FileName]
		delete(want, f.FileName)
		if ok && strings.NewReplacer("(", "", ")", "").Replace(f.LicenseConcluded) != w {
			t.Errorf("%s is %q, want %q", f.FileName, f.LicenseConcluded, w)
		}
	}
	if len(want) > 0 {
		t.Errorf("not in the document: %v", want)
	}
	// The archive is stripped of comments.
	if none > len(d.Files)/5 || stripped < len(d.Files)*8/10 {
		t.Errorf("of %d files %d state no licence, and %d had words about one stripped", len(d.Files), none, stripped)
	}
	t.Logf("%s", runfile.Read(t, "SUMMARY"))
}

// TestPackages has each file from one of Debian's packages.
func TestPackages(t *testing.T) {
	d := read(t)
	packages := map[common.ElementID]string{}
	for _, p := range d.Packages[1:] {
		if !strings.HasPrefix(p.PackageName, "linux-") || !strings.HasPrefix(p.PackageVersion, "6.1.") || !strings.HasSuffix(p.PackageFileName, ".deb") {
			t.Errorf("package %+v", p)
		}
		packages[p.PackageSPDXIdentifier] = p.PackageName
	}
	from := map[string]int{}
	for _, r := range d.Relationships {
		if r.Relationship == common.TypeRelationshipGeneratedFrom {
			from[packages[r.RefB.ElementRefID]]++
		}
	}
	n := 0
	for name, count := range from {
		if name == "" {
			t.Errorf("%d files are from no package", count)
		}
		n += count
	}
	if n != len(d.Files) || len(from) < 2 {
		t.Errorf("%d files are from %v", n, from)
	}
}
