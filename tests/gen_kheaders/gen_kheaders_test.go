// Package genkheaders builds the archive of a kernel by its own makefile, with its
// own script and with kheaders gen-kheaders in its place.
package genkheaders

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{CPU: 30 * time.Minute})
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// files lists the files of an archive, without what no archive of ours has.
func files(t *testing.T, archive string) []string {
	var out []string
	for _, name := range strings.Fields(run(t, "tar", "-tf", archive)) {
		if !strings.HasSuffix(name, "/") && name != "./include/generated/compile.h" && name != "./include/generated/utsversion.h" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMake(t *testing.T) {
	dir := t.TempDir()
	kheaders := runfile.Path(t, "KHEADERS")
	run(t, "bash", runfile.Path(t, "BUILD"), kheaders, runfile.Path(t, "SOURCE"), dir)
	at := func(name string) string { return filepath.Join(dir, name) }

	if all := run(t, "tar", "-tf", at("program.tar.xz")); strings.Contains(all, "/compile.h") || strings.Contains(all, "/utsversion.h") {
		t.Error("the program packs what differs from build to build")
	}
	theirs, ours := files(t, at("script.tar.xz")), files(t, at("program.tar.xz"))
	if len(theirs) < 5000 || !slices.Equal(theirs, ours) {
		t.Errorf("the script packs %d files, the program %d", len(theirs), len(ours))
		for _, f := range theirs {
			if !slices.Contains(ours, f) {
				t.Logf("lost: %s", f)
			}
		}
		for _, f := range ours {
			if !slices.Contains(theirs, f) {
				t.Logf("too much: %s", f)
			}
		}
	}
	// The kernel's own module has no marks around the archive.
	if !bytes.Contains(read(t, at("program.ko")), read(t, at("program.tar.xz"))) {
		t.Error("kheaders.ko has another archive in it")
	}

	for name, gen := range map[string]bool{"program-first": true, "program-again": false, "program-changed": true} {
		log := read(t, at(name+".log"))
		if got := regexp.MustCompile(`(?m)^  GEN     kernel/kheaders_data.tar.xz$`).Match(log); got != gen {
			t.Errorf("%s: the archive is made: %v, want %v\n%s", name, got, gen, log)
		}
	}
	if text := run(t, "tar", "-xOf", at("changed.tar.xz"), "./include/linux/types.h"); !strings.Contains(text, "_LINUX_TYPES_I") {
		t.Errorf("a changed header is not in the archive:\n%.300s", text)
	}

	// For who wants to know; nothing goes by it.
	times := read(t, at("times"))
	for _, name := range []string{"script.tar.xz", "program.tar.xz"} {
		info, err := os.Stat(at(name))
		if err != nil {
			t.Fatal(err)
		}
		times = fmt.Appendf(times, "%s %d B\n", name, info.Size())
	}
	t.Logf("seconds: wall, user, system:\n%s", times)
}
