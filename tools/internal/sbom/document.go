package sbom

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/github/go-spdx/v2/spdxexp/spdxlicenses"
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"
	"github.com/spdx/tools-golang/utils"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/licence"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
)

// namespace begins that of a document, which ends with the archive's SHA-256.
const namespace = "https://spdx.org/spdxdocs/kheaders-"

// elements of a document.
const (
	documentID common.ElementID = "DOCUMENT"
	archiveID  common.ElementID = "Archive"
)

// WriteJSON writes an SPDX 2.3 document. It depends on the contents alone. Names
// and texts that are no UTF-8, or cannot be printed, are written as Go quotes them.
func (c *Contents) WriteJSON(w io.Writer) error {
	d := &v2_3.Document{
		SPDXVersion:       v2_3.Version,
		DataLicense:       v2_3.DataLicense,
		SPDXIdentifier:    documentID,
		DocumentName:      quote.Name(c.Name),
		DocumentNamespace: namespace + c.SHA256,
		CreationInfo: &v2_3.CreationInfo{
			LicenseListVersion: listVersion(spdxlicenses.LicenseListVersion()),
			Creators:           []common.Creator{{CreatorType: "Tool", Creator: "kheaders-" + ruleset.Version}},
			Created:            c.Time.Format(time.RFC3339),
		},
	}
	for i, f := range c.Files {
		d.Files = append(d.Files, fileOf(&f, i+1))
	}
	archive, err := c.archive(d.Files)
	if err != nil {
		return err
	}
	d.Packages = []*v2_3.Package{archive}
	relate := func(from, to common.ElementID, how string) {
		d.Relationships = append(d.Relationships, &v2_3.Relationship{
			RefA: common.DocElementID{ElementRefID: from}, RefB: common.DocElementID{ElementRefID: to}, Relationship: how,
		})
	}
	relate(documentID, archiveID, common.TypeRelationshipDescribe)
	packages := map[string]common.ElementID{}
	for _, name := range c.packages() {
		p := origin(name, len(packages)+1)
		packages[name] = p.PackageSPDXIdentifier
		d.Packages = append(d.Packages, p)
	}
	for i, file := range d.Files {
		relate(archiveID, file.FileSPDXIdentifier, common.TypeRelationshipContains)
		relate(file.FileSPDXIdentifier, packages[c.Files[i].Package], common.TypeRelationshipGeneratedFrom)
	}
	invalid := c.invalid()
	for _, ref := range slices.Sorted(maps.Keys(invalid)) {
		text := quote.Text(invalid[ref])
		d.OtherLicenses = append(d.OtherLicenses, &v2_3.OtherLicense{
			LicenseIdentifier: ref, ExtractedText: text, LicenseName: text,
			LicenseComment: "What a file states as its SPDX expression, and is none.",
		})
	}
	b, err := quote.Encode(d, " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// listVersion is a version of SPDX's list of licences as documents have it: of
// 3.29.0 two numbers.
func listVersion(v string) string {
	parts := strings.Split(strings.TrimPrefix(v, "v"), ".")
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

// archive is the package that the document is about.
func (c *Contents) archive(files []*v2_3.File) (*v2_3.Package, error) {
	var stated []string
	for _, f := range files {
		for _, name := range f.LicenseInfoInFiles {
			if name != none && name != licence.NoAssertion && !slices.Contains(stated, name) {
				stated = append(stated, name)
			}
		}
	}
	slices.Sort(stated)
	if stated == nil {
		stated = []string{licence.NoAssertion}
	}
	code, err := utils.GetVerificationCode(files, "")
	if err != nil {
		return nil, fmt.Errorf("make SPDX document: %w", err)
	}
	return &v2_3.Package{
		PackageName:                 quote.Name(c.Name),
		PackageSPDXIdentifier:       archiveID,
		PackageVersion:              quote.Name(c.Release),
		PackageDownloadLocation:     licence.NoAssertion,
		FilesAnalyzed:               true,
		IsFilesAnalyzedTagPresent:   true,
		PackageVerificationCode:     &code,
		PackageChecksums:            []common.Checksum{{Algorithm: common.SHA256, Value: c.SHA256}},
		PackageLicenseConcluded:     licence.NoAssertion,
		PackageLicenseInfoFromFiles: stated,
		PackageLicenseDeclared:      licence.NoAssertion,
		PackageCopyrightText:        licence.NoAssertion,
		PrimaryPackagePurpose:       "ARCHIVE",
	}, nil
}

// origin is a package that files are from. A .deb is called after what is in it,
// and has its version in its name.
func origin(name string, n int) *v2_3.Package {
	p := &v2_3.Package{
		PackageName:               quote.Name(name),
		PackageSPDXIdentifier:     common.ElementID(fmt.Sprintf("Package-%d", n)),
		PackageDownloadLocation:   licence.NoAssertion,
		IsFilesAnalyzedTagPresent: true,
		PackageLicenseConcluded:   licence.NoAssertion,
		PackageLicenseDeclared:    licence.NoAssertion,
		PackageCopyrightText:      licence.NoAssertion,
		PrimaryPackagePurpose:     "SOURCE",
	}
	file := path.Base(name[strings.LastIndexByte(name, ':')+1:])
	if base, ok := strings.CutSuffix(file, ".deb"); ok {
		p.PackageFileName = quote.Name(file)
		if parts := strings.Split(base, "_"); len(parts) == 3 {
			p.PackageName, p.PackageVersion = quote.Name(parts[0]), quote.Name(strings.ReplaceAll(parts[1], "%3a", ":"))
			p.PackageSourceInfo = quote.Name(name)
		}
	}
	return p
}

// here begins the name of each file.
const here = "./"

func fileOf(f *File, n int) *v2_3.File {
	file := &v2_3.File{
		FileName:           here + quote.Field(f.Path),
		FileSPDXIdentifier: common.ElementID(fmt.Sprintf("File-%d", n)),
		Checksums:          []common.Checksum{{Algorithm: common.SHA1, Value: f.SHA1}, {Algorithm: common.SHA256, Value: f.SHA256}},
		LicenseConcluded:   f.Expression.SPDX,
		LicenseInfoInFiles: inFile(f),
		FileCopyrightText:  licence.NoAssertion,
	}
	if f.Texts != NoTexts {
		file.LicenseComments = "Words about licence or copyright in the file's source: " + string(f.Texts) + "."
	}
	return file
}

// none is what SPDX says where a file has nothing about licences in it.
const none = "NONE"

// inFile are the licences that a file speaks of, without exceptions, as SPDX wants
// it there. Words that are no expression may say anything.
func inFile(f *File) []string {
	if f.Expression.SPDX == licence.NoAssertion && f.Texts == NoTexts {
		return []string{none}
	}
	return licence.Names(f.Expression.SPDX)
}

// packages are those that files are from, sorted.
func (c *Contents) packages() []string {
	var names []string
	for _, f := range c.Files {
		names = append(names, f.Package)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// invalid are the texts that are no expressions, by what stands for them.
func (c *Contents) invalid() map[string]string {
	all := map[string]string{}
	for _, f := range c.Files {
		maps.Copy(all, f.Expression.Invalid)
	}
	return all
}
