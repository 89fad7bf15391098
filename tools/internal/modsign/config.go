package modsign

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildtree"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// autoConf is where a tree has its configuration.
const autoConf = "include/config/auto.conf"

// ConfiguredHash returns the hash that a kernel is configured to sign its
// modules with. in is the tar of its build tree.
func ConfiguredHash(in io.Reader) (string, error) {
	r, err := buildtree.Open(in)
	if err != nil {
		return "", fmt.Errorf("no module is built from the tree: %w", err)
	}
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		switch {
		case err == io.EOF:
			return "", errors.New("there is no " + autoConf + " in it: say which hash is to be signed with")
		case err != nil:
			return "", err
		case path.Clean(h.Name) != autoConf:
			continue
		}
		config, err := kernel.ReadConfig(t)
		if err != nil {
			return "", fmt.Errorf("%s of the tree: %w", autoConf, err)
		}
		if name := strings.Trim(config["CONFIG_MODULE_SIG_HASH"], `"`); name != "" {
			return name, nil
		}
		return "", errors.New("its kernel has no CONFIG_MODULE_SIG_HASH, as it looks at no signature: do not sign, or say which hash is to be signed with")
	}
}
