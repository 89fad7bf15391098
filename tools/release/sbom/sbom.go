// Package sbom writes what a release's programs are made of, as SPDX 2.3 in
// JSON: the Go modules that are really linked into each, and Go itself.
package sbom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/release/gomods"
)

// Program is one program of a release.
type Program struct {
	// Name is its path in the archive, such as "prebuilt/linux_x86_64/kheaders".
	Name string
	// SHA256 is in hexadecimal digits.
	SHA256  string
	Modules []gomods.Module
}

// Release is what the document is about.
type Release struct {
	Name, Version string
	// Homepage is the address of the repository.
	Homepage string
	// Go is the version of Go that built the programs, such as "go1.26.8".
	Go   string
	Date time.Time
	// Licences has the SPDX expression for each module's path, and for "std".
	Licences map[string]string
	Programs []Program
}

type document struct {
	SPDXVersion       string         `json:"spdxVersion"`
	DataLicense       string         `json:"dataLicense"`
	ID                string         `json:"SPDXID"`
	Name              string         `json:"name"`
	DocumentNamespace string         `json:"documentNamespace"`
	CreationInfo      creationInfo   `json:"creationInfo"`
	Packages          []pkg          `json:"packages"`
	Relationships     []relationship `json:"relationships"`
}

type creationInfo struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type pkg struct {
	ID               string        `json:"SPDXID"`
	Name             string        `json:"name"`
	VersionInfo      string        `json:"versionInfo"`
	DownloadLocation string        `json:"downloadLocation"`
	FilesAnalyzed    bool          `json:"filesAnalyzed"`
	LicenseConcluded string        `json:"licenseConcluded"`
	LicenseDeclared  string        `json:"licenseDeclared"`
	CopyrightText    string        `json:"copyrightText"`
	Comment          string        `json:"comment,omitempty"`
	Checksums        []checksum    `json:"checksums,omitempty"`
	ExternalRefs     []externalRef `json:"externalRefs,omitempty"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type externalRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relationship struct {
	Element string `json:"spdxElementId"`
	Type    string `json:"relationshipType"`
	Related string `json:"relatedSpdxElement"`
}

const noAssertion = "NOASSERTION"

// Write returns the document. It depends on the release alone: its time is the
// release's date.
func Write(r *Release) ([]byte, error) {
	all := sha256.New()
	for _, p := range r.Programs {
		fmt.Fprintf(all, "%s  %s\n", p.SHA256, p.Name)
	}
	doc := &document{
		SPDXVersion:       "SPDX-2.3",
		DataLicense:       "CC0-1.0",
		ID:                "SPDXRef-DOCUMENT",
		Name:              r.Name + "-" + r.Version,
		DocumentNamespace: fmt.Sprintf("%s/spdx/%s-%s-%s", r.Homepage, r.Name, r.Version, hex.EncodeToString(all.Sum(nil))[:16]),
		CreationInfo:      creationInfo{Created: r.Date.UTC().Format(time.RFC3339), Creators: []string{"Tool: " + r.Name + "_tools-" + r.Version}},
	}
	std := doc.add(pkg{
		Name: "std", VersionInfo: strings.TrimPrefix(r.Go, "go"), LicenseDeclared: r.Licences["std"],
		ExternalRefs: purl("pkg:golang/std@" + strings.TrimPrefix(r.Go, "go")), Comment: "Go's standard library and runtime",
	})
	seen := map[string]string{}
	for _, p := range r.Programs {
		var packages []string
		for _, m := range p.Modules {
			packages = append(packages, m.Packages...)
		}
		linked := "no package of another module is linked"
		if len(packages) > 0 {
			linked = "linked from other modules: " + strings.Join(packages, " ")
		}
		id := doc.add(pkg{
			Name: p.Name, VersionInfo: r.Version, LicenseDeclared: "Apache-2.0",
			Checksums: []checksum{{"SHA256", p.SHA256}}, Comment: linked,
		})
		doc.relate(doc.ID, "DESCRIBES", id)
		doc.relate(id, "STATIC_LINK", std)
		for _, m := range p.Modules {
			if seen[m.Path] == "" {
				seen[m.Path] = doc.add(pkg{
					Name: m.Path, VersionInfo: m.Version, LicenseDeclared: r.Licences[m.Path],
					ExternalRefs: purl("pkg:golang/" + m.Path + "@" + m.Version), Comment: "go.sum: " + m.Sum,
				})
			}
			doc.relate(id, "STATIC_LINK", seen[m.Path])
		}
	}
	ids := map[string]bool{}
	for _, p := range doc.Packages {
		if p.LicenseDeclared == "" {
			return nil, fmt.Errorf("write SBOM: no licence is known of %s", p.Name)
		}
		if ids[p.ID] {
			return nil, fmt.Errorf("write SBOM: two packages have the identifier %s", p.ID)
		}
		ids[p.ID] = true
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write SBOM: %w", err)
	}
	return append(data, '\n'), nil
}

// notID is what an SPDX identifier cannot have.
var notID = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// add adds a package and returns its identifier.
func (d *document) add(p pkg) string {
	p.ID = "SPDXRef-" + notID.ReplaceAllString(p.Name, "-")
	p.DownloadLocation, p.LicenseConcluded, p.CopyrightText = noAssertion, noAssertion, noAssertion
	d.Packages = append(d.Packages, p)
	return p.ID
}

func (d *document) relate(from, kind, to string) {
	d.Relationships = append(d.Relationships, relationship{from, kind, to})
}

func purl(locator string) []externalRef {
	return []externalRef{{"PACKAGE-MANAGER", "purl", locator}}
}
