package sbom

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spdx/tools-golang/spdx/v2/v2_3"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/licence"
)

// Hit is a file that cannot be had without a licence that is banned.
type Hit struct {
	Path, Expression string
	Licences         []string
}

// Check reads a document that WriteJSON wrote, and returns what a ban hits and
// how many files there are.
func Check(r io.Reader, ban licence.Ban) (hits []Hit, files int, err error) {
	var d v2_3.Document
	if err := json.NewDecoder(r).Decode(&d); err != nil {
		return nil, 0, fmt.Errorf("read SPDX document: %w", err)
	}
	if d.SPDXVersion != v2_3.Version || len(d.Files) == 0 {
		return nil, 0, fmt.Errorf("read SPDX document: it is of version %q and has %d files: give one that the sbom subcommand wrote", d.SPDXVersion, len(d.Files))
	}
	for _, f := range d.Files {
		licences, err := ban.Hit(f.LicenseConcluded)
		if err != nil {
			return nil, 0, fmt.Errorf("%q: %w", f.FileName, err)
		}
		if licences != nil {
			hits = append(hits, Hit{strings.TrimPrefix(f.FileName, here), f.LicenseConcluded, licences})
		}
	}
	return hits, len(d.Files), nil
}
