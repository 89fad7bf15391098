package strip

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// mainlineScript returns the perl program by which the kernel's own
// gen_kheaders.sh takes comments away.
func mainlineScript(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(runfile.Path(t, "GEN_KHEADERS"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`perl -pi -e '([^']*)'`).FindSubmatch(b)
	if m == nil {
		t.Fatal("gen_kheaders.sh does not call perl as it did")
	}
	return string(m[1])
}

// mainline runs the program over texts as gen_kheaders.sh does, but many at
// once.
func mainline(dir, program string, texts [][]byte) ([][]byte, error) {
	args := []string{"-pi", "-e", program}
	for i, text := range texts {
		name := filepath.Join(dir, fmt.Sprintf("%d.h", i))
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return nil, err
		}
		args = append(args, name)
	}
	if msg, err := exec.Command("perl", args...).CombinedOutput(); err != nil || len(msg) > 0 {
		return nil, fmt.Errorf("perl: %v: %s", err, msg)
	}
	out := make([][]byte, len(texts))
	for i := range texts {
		var err error
		if out[i], err = os.ReadFile(args[3+i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
