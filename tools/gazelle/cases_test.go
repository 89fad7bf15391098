package gazelle_test

import (
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/gazelletest"
)

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	gazelletest.Run(t, files, true, gazelletest.InProcess(gazelle.NewLanguage))
}
