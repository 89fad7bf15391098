package modsign

import (
	"archive/tar"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildtree"
)

// treeOf is a build tree with a file.
func treeOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "./", Typeflag: tar.TypeDir})
	w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(text))})
	w.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestConfiguredHash(t *testing.T) {
	var missing bytes.Buffer
	if err := buildtree.WriteMissing(&missing, errors.New("no Module.symvers")); err != nil {
		t.Fatal(err)
	}
	good := treeOf(t, "./include/config/auto.conf", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG_HASH=\"sha512\"\n")
	for name, c := range map[string]struct {
		tree       []byte
		hash, want string
	}{
		"configured":   {good, "sha512", ""},
		"no signature": {treeOf(t, "./include/config/auto.conf", "CONFIG_MODULES=y\n"), "", "has no CONFIG_MODULE_SIG_HASH"},
		"elsewhere":    {treeOf(t, "./a/include/config/auto.conf", "CONFIG_MODULE_SIG_HASH=\"sha512\"\n"), "", "there is no include/config/auto.conf"},
		"no tree":      {missing.Bytes(), "", "no module is built from the tree: no Module.symvers"},
		"cut":          {good[:700], "", "unexpected EOF"},
	} {
		got, err := ConfiguredHash(bytes.NewReader(c.tree))
		if got != c.hash || c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %q, %v; want %q, %q", name, got, err, c.hash, c.want)
		}
	}
}
