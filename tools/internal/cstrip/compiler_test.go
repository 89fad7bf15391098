package cstrip

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompiler lets the compilers that are there preprocess the samples before
// and after, as C and as assembler. Line markers are off, and blank lines do
// not count; all else must be the same to the byte.
func TestCompiler(t *testing.T) {
	found := false
	for _, cc := range []string{"gcc", "clang"} {
		path, err := exec.LookPath(cc)
		if err != nil {
			continue
		}
		found = true
		t.Run(cc, func(t *testing.T) { testCompiler(t, path) })
	}
	if !found {
		t.Skip("neither gcc nor clang is installed")
	}
}

func testCompiler(t *testing.T, cc string) {
	// What the macros of the samples become must be seen.
	const use = "\n#define STR(x) #x\nSTR(a/* x */b  /* y */\n c) STR(F(a)) F (a) G (a) H(a) I(a) M(<) SAMPLE_INIT(a)\n"
	src := []byte(strings.ReplaceAll(sample, "#include", "#pragma"))
	for _, c := range cases {
		// One that includes files cannot be preprocessed alone.
		if !strings.Contains(c.src, "include") && !strings.Contains(c.src, "#error") {
			src = append(append(src, c.src...), '\n')
		}
	}
	src = append(src, use...)
	dir := t.TempDir()
	run := func(src []byte, name string) [][]byte {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, src, 0o644); err != nil {
			t.Fatal(err)
		}
		args := []string{"-E", "-P", "-w", "-DCONFIG_SAMPLE"}
		if filepath.Ext(name) == ".c" {
			args = append(args, "-std=gnu11")
		}
		// Errors do not matter as long as they do not depend on the comments.
		out, _ := exec.Command(cc, append(args, file)...).Output()
		if !bytes.Contains(out, []byte(`"a b c"`)) {
			t.Fatalf("the compiler did not get to the end: %q", out)
		}
		var text [][]byte
		for line := range bytes.Lines(out) {
			// Clang keeps the column of a line's first token.
			if line = bytes.TrimSpace(line); len(line) > 0 {
				text = append(text, line)
			}
		}
		return text
	}
	for _, file := range []string{"a.c", "a.S"} {
		before := run(src, file)
		for _, mode := range Modes()[1:] {
			out, note := Strip(nil, src, file, mode)
			if note != "" || len(out) >= len(src) {
				t.Fatalf("%s, %s: not stripped, note %q", mode, file, note)
			}
			after := run(out, file)
			for i := range min(len(before), len(after)) {
				if !bytes.Equal(before[i], after[i]) {
					t.Fatalf("%s, %s: preprocessed line %d was %q, is %q", mode, file, i, before[i], after[i])
				}
			}
			if len(before) != len(after) {
				t.Errorf("%s, %s: %d lines became %d", mode, file, len(before), len(after))
			}
		}
	}
}
