package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTargetArgs lays targets out as Bazel does.
func TestTargetArgs(t *testing.T) {
	for _, v := range []string{"RUNFILES_DIR", "RUNFILES_MANIFEST_FILE", "TEST_SRCDIR"} {
		t.Setenv(v, "")
	}
	dir := t.TempDir()
	write := func(path, text string) string {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	link := func(to, path string) string {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const args = "--rules-interface=1\nsize\n--stats=\x01_main/a b/x.json\x01\n--input=src\t//:l\t\t\x01other/y\x01\n"
	program := write("tool/kheaders", "")

	whole := link(program, "bin/whole")
	write("bin/whole.args", args)
	write("bin/whole.runfiles/_main/a b/x.json", "")
	listed := link(program, "bin/listed")
	write("bin/listed.args", args)
	write("bin/listed.runfiles_manifest", "_main/p /p\n _main/a\\sb/x.json /abs/x.json\nother/y /abs/y\n")
	write("bin/listed.runfiles/MANIFEST", "")
	within := link(program, "bin/test.runfiles/_main/within")
	write("bin/test.runfiles/_main/within.args", args)
	alone := link(program, "bin/alone")
	write("bin/alone.args", args)
	stranger := link(program, "bin/stranger")
	write("bin/stranger.args", "these are not ours\n")

	flags := func(x, y string) []string {
		return []string{"--rules-interface=1", "size", "--stats=" + x, "--input=src\t//:l\t\t" + y}
	}
	for argv0, want := range map[string][]string{
		whole:                       flags(whole+".runfiles/_main/a b/x.json", whole+".runfiles/other/y"),
		link("bin/whole", "linked"): flags(filepath.Join(dir, "bin/whole.runfiles/_main/a b/x.json"), filepath.Join(dir, "bin/whole.runfiles/other/y")),
		listed:                      flags("/abs/x.json", "/abs/y"),
		within:                      flags(filepath.Join(dir, "bin/test.runfiles/_main/a b/x.json"), filepath.Join(dir, "bin/test.runfiles/other/y")),
		program:                     nil,
		stranger:                    nil,
		filepath.Join(dir, "gone"):  nil,
	} {
		got, err := targetArgs(argv0)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", argv0, got, err, want)
		}
	}

	if _, err := targetArgs(alone); err == nil || !strings.Contains(err.Error(), "bin/alone") || !strings.Contains(err.Error(), "build the target") {
		t.Errorf("without runfiles: %v", err)
	}
	elsewhere := filepath.Join(dir, "elsewhere")
	t.Setenv("RUNFILES_DIR", elsewhere)
	if got, err := targetArgs(alone); err != nil || !slices.Equal(got, flags(elsewhere+"/_main/a b/x.json", elsewhere+"/other/y")) {
		t.Errorf("with RUNFILES_DIR: %q, %v", got, err)
	}

	// By PATH, and by a path from the working directory.
	t.Setenv("PATH", filepath.Join(dir, "bin"))
	if got, err := targetArgs("whole"); err != nil || len(got) != 4 {
		t.Errorf("by PATH: %q, %v", got, err)
	}
	t.Chdir(filepath.Join(dir, "bin"))
	if got, err := targetArgs("./whole"); err != nil || len(got) != 4 || got[2] != "--stats=whole.runfiles/_main/a b/x.json" {
		t.Errorf("from the working directory: %q, %v", got, err)
	}
}
