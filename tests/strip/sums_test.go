package strip

import (
	"crypto/sha1"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// sumHolds says whether a file's last line is the SHA-1 sum of those above, as
// Kbuild compares them; has is false if that line is none.
func sumHolds(b []byte) (holds, has bool) {
	text := strings.TrimSuffix(string(b), "\n")
	above, last := text[:strings.LastIndexByte(text, '\n')+1], text[strings.LastIndexByte(text, '\n')+1:]
	sum, ok := strings.CutPrefix(last, "// ")
	if want, err := hex.DecodeString(sum); !ok || err != nil || len(want) != sha1.Size {
		return false, false
	}
	got := sha1.Sum([]byte(above))
	return sum == hex.EncodeToString(got[:]), true
}

// checkSums lets Kbuild's own rule check the files that end in their sum, such
// as include/linux/atomic/*.h, as each mode leaves them; and as mainline's
// script does, which the rule must notice.
func checkSums(t *testing.T, files []*file) {
	kbuild, err := os.ReadFile(runfile.Path(t, "KBUILD"))
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`(?m)^ *cmd_check_sha1 *=(?:.*\\\n)*.*\n`).Find(kbuild)
	if rule == nil {
		t.Fatal("the kernel's Kbuild has no cmd_check_sha1")
	}
	dir := t.TempDir()
	makefile := filepath.Join(dir, "Makefile")
	if err := os.WriteFile(makefile, append(rule, "%.checked: %\n\t@$(cmd_check_sha1)\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	check := func(name string, text []byte) error {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("make", "-C", dir, "-f", makefile, name+".checked").CombinedOutput()
		if err != nil && !strings.Contains(string(out), "has been modified") {
			t.Fatalf("make: %v\n%s", err, out)
		}
		os.Remove(filepath.Join(dir, name+".checked"))
		return err
	}
	program := mainlineScript(t)
	for _, f := range files {
		for m, mode := range modes {
			if check(filepath.Base(f.path), f.stripped[m]) != nil {
				t.Errorf("strip %s: Kbuild says that %s has been modified", mode, f.path)
			}
		}
		theirs, err := mainline(t.TempDir(), program, [][]byte{f.was})
		if err != nil {
			t.Fatal(err)
		}
		if check(filepath.Base(f.path), theirs[0]) == nil {
			t.Errorf("mainline's script: Kbuild takes %s as it is: the check does not notice what changes", f.path)
		}
	}
}
