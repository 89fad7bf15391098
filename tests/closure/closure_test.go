// Package closure shows on real kernels that an archive of roots holds all
// that compilers reach from them, and that it is enough to compile with.
package closure

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// TestGcc compares with `gcc -M` on all headers, and compiles each entry point
// from the archive of roots alone.
func TestGcc(t *testing.T) {
	full, roots := unpack(t, "FULL"), unpack(t, "ROOTS")
	have := roots.files(t)
	all := strings.Fields(os.Getenv("ENTRIES"))
	cc := full.gcc(t)
	union := map[string]bool{}
	for _, entry := range all {
		files, err := full.reached(cc, []string{entry})
		if err != nil {
			t.Fatalf("%s: %v", entry, err)
		}
		if len(files) < 100 {
			t.Errorf("%s: gcc -M says no more than %q", entry, files)
		}
		for _, f := range files {
			union[f] = true
			if !have[f] {
				t.Errorf("%s: gcc opens %s, which the archive has not", entry, f)
			}
		}
		if out, err := roots.compile(roots.gcc(t), []string{entry}, "-c", "-o", "/dev/null"); err != nil {
			t.Errorf("%s does not compile from the archive: %v\n%s", entry, err, out)
		}
	}
	if out, err := roots.compile(roots.gcc(t), all, "-c", "-o", "/dev/null"); err != nil {
		t.Errorf("all together do not compile from the archive: %v\n%s", err, out)
	}
	t.Logf("gcc opens %d files for this configuration; the archive has %d, the full one %d", len(union), len(have), len(full.files(t)))
	t.Logf("archives: %d bytes of %d", size(t, "ROOTS"), size(t, "FULL"))
}

// TestModule builds a module from what the roots can reach, by Kbuild and with
// all its flags.
func TestModule(t *testing.T) {
	k := unpack(t, "MODULES")
	mod := t.TempDir()
	src := "#include <linux/module.h>\n"
	for _, entry := range strings.Fields(os.Getenv("ENTRIES")) {
		src += "#include <" + entry + ">\n"
	}
	src += "int rooted(struct sock *sk) { return sk->sk_family + current->pid; }\nEXPORT_SYMBOL_GPL(rooted);\nMODULE_LICENSE(\"GPL\");\nMODULE_DESCRIPTION(\"test\");\n"
	for name, text := range map[string]string{"Kbuild": "obj-m := rooted.o\n", "rooted.c": src} {
		if err := os.WriteFile(filepath.Join(mod, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-C", k.dir, "M=" + mod, "ARCH=" + k.arch, "modules"}
	if k.arch == "arm64" {
		args = append(args, "CROSS_COMPILE=aarch64-linux-gnu-")
	}
	cmd := exec.Command("make", args...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TMPDIR=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if st, err := os.Stat(filepath.Join(mod, "rooted.ko")); err != nil || st.Size() == 0 {
		t.Errorf("no rooted.ko: %v\n%s", err, out)
	}
}

// An #include in the C text of a bcc tool. This is not how the scanner finds
// them: line by line, without regard to what is around.
var include = regexp.MustCompile(`#include <([^%>]+)>`)

// programs returns the sets of headers that bcc's tools include, each once.
func programs(t *testing.T) [][]string {
	t.Helper()
	dir := runfile.Path(t, "BCC_TOOLS")
	tools, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string][]string{}
	for _, tool := range tools {
		b, err := os.ReadFile(filepath.Join(dir, tool.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var headers []string
		for _, m := range include.FindAllStringSubmatch(string(b), -1) {
			// bcc/*.h are bcc's own, within its library.
			if !strings.HasPrefix(m[1], "bcc/") && !slices.Contains(headers, m[1]) {
				headers = append(headers, m[1])
			}
		}
		if len(headers) > 0 {
			seen[strings.Join(headers, " ")] = headers
		}
	}
	keys := make([]string, 0, len(seen))
	for k := range seen {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var sets [][]string
	for _, k := range keys {
		sets = append(sets, seen[k])
	}
	return sets
}

// TestBcc does the same with what bcc's tools include, compiled as bcc does.
func TestBcc(t *testing.T) {
	if os.Getenv("BCC") == "" {
		t.Skip("not asked for with this kernel")
	}
	full, bcc := unpack(t, "FULL"), unpack(t, "BCC")
	have := bcc.files(t)
	prelude := strings.Fields(os.Getenv("BCC_ROOTS"))
	sets := programs(t)
	fullCC, cc := full.clang(t), bcc.clang(t)
	compiled := 0
	for _, headers := range sets {
		headers = append(slices.Clone(prelude), headers...)
		files, err := full.reached(fullCC, headers)
		if err != nil {
			// A tool for another kernel: a header is not there.
			if !strings.Contains(err.Error(), "file not found") {
				t.Errorf("%q: %v", headers, err)
			}
			continue
		}
		for _, f := range files {
			if !have[f] {
				t.Errorf("%q: clang opens %s, which the archive has not", headers, f)
			}
		}
		if out, err := bcc.compile(cc, headers, "-fsyntax-only"); err != nil {
			// Not for want of a header, then: this clang and this kernel's
			// headers do not go together.
			if _, err := full.compile(fullCC, headers, "-fsyntax-only"); err == nil {
				t.Errorf("%q compile with all headers, not from the archive alone:\n%s", headers, out)
			}
			t.Logf("%q: %s", headers, firstLines(out))
			continue
		}
		compiled++
	}
	if len(sets) < 40 || compiled < len(sets)/2 {
		t.Errorf("of %d sets of headers that bcc's tools include %d compile: too few to show anything", len(sets), compiled)
	}
	t.Logf("%d of %d sets of headers compile from the archive alone; it has %d files, %d bytes of %d", compiled, len(sets), len(have), size(t, "BCC"), size(t, "FULL"))
}

func firstLines(s string) string {
	return strings.Join(strings.SplitN(s, "\n", 4)[:min(3, strings.Count(s, "\n")+1)], "\n")
}
