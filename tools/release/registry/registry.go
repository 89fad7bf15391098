// Package registry writes a module's entry for a registry of Bazel modules from
// the templates in .bcr, as the app "Publish to BCR" does.
package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// Templates are the files of a module's directory in .bcr.
type Templates struct {
	Metadata, Source, Presubmit []byte
}

// Module is the release of a module.
type Module struct {
	Name, Version string
	// ModuleFile is its MODULE.bazel.
	ModuleFile []byte
	// Archive is the name of its archive, Integrity the SRI checksum.
	Archive, Integrity string
}

// SRI returns the checksum of data in the form of subresource integrity.
func SRI(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Entry returns the files of a registry for a release, by their paths in it,
// and the homepage that the metadata name.
func Entry(t Templates, m Module) (files map[string][]byte, homepage string, err error) {
	meta, err := readMetadata(t.Metadata)
	if err != nil {
		return nil, "", err
	}
	source, err := source(t.Source, m, strings.TrimPrefix(meta.Repository[0], github))
	if err != nil {
		return nil, "", err
	}
	meta.Versions = []string{m.Version}
	metadata, err := format(meta)
	if err != nil {
		return nil, "", err
	}
	dir := path.Join("modules", m.Name)
	return map[string][]byte{
		path.Join(dir, "metadata.json"):            metadata,
		path.Join(dir, m.Version, "MODULE.bazel"):  m.ModuleFile,
		path.Join(dir, m.Version, "presubmit.yml"): t.Presubmit,
		path.Join(dir, m.Version, "source.json"):   source,
	}, meta.Homepage, nil
}

type metadata struct {
	Homepage       string            `json:"homepage"`
	Maintainers    []json.RawMessage `json:"maintainers"`
	Repository     []string          `json:"repository"`
	Versions       []string          `json:"versions"`
	YankedVersions map[string]string `json:"yanked_versions"`
}

const github = "github:"

func readMetadata(template []byte) (*metadata, error) {
	m := &metadata{}
	if err := strict(template, m); err != nil {
		return nil, fmt.Errorf("read metadata.template.json: %w", err)
	}
	if len(m.Repository) != 1 || !strings.HasPrefix(m.Repository[0], github) || len(m.Versions) != 0 {
		return nil, fmt.Errorf("metadata.template.json: want one repository \"github:OWNER/NAME\" and no versions")
	}
	return m, nil
}

// source fills in the archive's checksum and address.
func source(template []byte, m Module, repository string) ([]byte, error) {
	var doc struct {
		Integrity   string `json:"integrity"`
		StripPrefix string `json:"strip_prefix"`
		URL         string `json:"url"`
	}
	if err := strict(template, &doc); err != nil {
		return nil, fmt.Errorf("read source.template.json: %w", err)
	}
	owner, name, _ := strings.Cut(repository, "/")
	fill := strings.NewReplacer("{OWNER}", owner, "{REPO}", name, "{TAG}", "v"+m.Version, "{VERSION}", m.Version).Replace
	doc.Integrity, doc.StripPrefix, doc.URL = m.Integrity, fill(doc.StripPrefix), fill(doc.URL)
	if path.Base(doc.URL) != m.Archive || doc.StripPrefix+".tar.gz" != m.Archive {
		return nil, fmt.Errorf("source.template.json: url %q and strip_prefix %q are not those of %s", doc.URL, doc.StripPrefix, m.Archive)
	}
	return format(doc)
}

func strict(data []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

func format(doc any) ([]byte, error) {
	data, err := json.MarshalIndent(doc, "", "    ")
	if err != nil {
		return nil, fmt.Errorf("write entry: %w", err)
	}
	return append(data, '\n'), nil
}
