package workspace

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestCheckBzlmod(t *testing.T) {
	noSystemRCs(t)
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"nothing", nil, ""},
		{"on", map[string]string{".bazelrc": "common --enable_bzlmod\n"}, ""},
		{"off", map[string]string{".bazelrc": "# why\nbuild --noenable_bzlmod # so\n"}, "/.bazelrc:2: bzlmod is switched off by --noenable_bzlmod"},
		{"off by a value", map[string]string{".bazelrc": "common --jobs=2 \\\n  --enable_bzlmod=false\n"}, "/.bazelrc:1: bzlmod is switched off by --enable_bzlmod=false"},
		{"off by the old name", map[string]string{".bazelrc": "common '--noexperimental_enable_bzlmod'\n"}, "/.bazelrc:1: bzlmod"},
		{"in an imported file", map[string]string{".bazelrc": "import %workspace%/a.rc\ntry-import gone\n", "a.rc": "common --noenable_bzlmod\nimport %workspace%/.bazelrc\n"}, "/a.rc:1: bzlmod"},
		{"off, and on again", map[string]string{".bazelrc": "common --noenable_bzlmod\ncommon --enable_bzlmod\n"}, ""},
		{"on for builds", map[string]string{".bazelrc": "build --enable_bzlmod\ncommon --noenable_bzlmod\n"}, ""},
		{"off by a config alone", map[string]string{".bazelrc": "common:old --noenable_bzlmod\n"}, ""},
		{"an old Bazel", map[string]string{".bazelversion": "6.5.0\n"}, "/.bazelversion:1: bzlmod is switched off in Bazel 6.5.0"},
		{"an old Bazel, and on", map[string]string{".bazelversion": "6.5.0\n", ".bazelrc": "common --enable_bzlmod\n"}, ""},
		{"a new one", map[string]string{".bazelversion": "8.x\n"}, ""},
		{"the latest", map[string]string{".bazelversion": "latest"}, ""},
	} {
		root := t.TempDir()
		for name, text := range c.files {
			write(t, root+"/"+name, text, 0o644)
		}
		err := CheckBzlmod(root)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), root+c.want)) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestDeletedBy(t *testing.T) {
	noSystemRCs(t)
	root := t.TempDir()
	write(t, root+"/.bazelrc", "build --deleted_packages=a/b,//c\n", 0o644)
	for pkg, want := range map[string]string{"a/b": "/.bazelrc:1: --deleted_packages=a/b,//c", "c": "/.bazelrc:1: --deleted_packages=a/b,//c", "a": "", "": ""} {
		if got := strings.TrimPrefix(DeletedBy(root, pkg), root); got != want {
			t.Errorf("%q: got %q, want %q", pkg, got, want)
		}
	}
}

func TestRCWords(t *testing.T) {
	for line, want := range map[string][]string{
		`build --a="b c" 'd e'f \# # g`: {"build", "--a=b c", "d ef", "#"}, "": nil, "  a\tb ": {"a", "b"}, `a ""`: {"a", ""}, "a\x00b": {"a\x00b"},
	} {
		if got := rcWords(line); !slices.Equal(got, want) {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

// TestDirectories has directories where a BUILD file could be: they are none to
// Bazel.
func TestDirectories(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"one/BUILD", "two/BUILD.bazel", "three/BUILD", "three/BUILD.bazel", "four/BUILD.bazel"} {
		if err := os.MkdirAll(root+"/"+dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, root+"/four/BUILD", "x", 0o644)
	for dir, want := range map[string]string{"one": "BUILD.bazel", "two": "BUILD", "four": "BUILD"} {
		f, err := Open(root+"/"+dir, "BUILD.bazel", "BUILD")
		if err != nil || f.Name != want {
			t.Errorf("%s: got %+v, %v", dir, f, err)
		}
	}
	if _, err := Open(root+"/three", "BUILD.bazel", "BUILD"); err == nil || !strings.Contains(err.Error(), "it is a directory, not a regular file: ") {
		t.Errorf("both: %v", err)
	}
}

// noSystemRCs leaves the machine's own files out of a test.
func noSystemRCs(t *testing.T) {
	before := systemRCs
	t.Cleanup(func() { systemRCs = before })
	systemRCs = nil
	t.Setenv("HOME", t.TempDir())
}

func TestTracksSources(t *testing.T) {
	noSystemRCs(t)
	for text, want := range map[string]bool{
		"startup " + TrackSources + "\n":                                        true,
		"startup --max_idle_secs=1 " + TrackSources + " # so\n":                 true,
		"build " + TrackSources + "\n":                                          false,
		"# startup " + TrackSources + "\n":                                      false,
		"startup --host_jvm_args -DBAZEL_TRACK_SOURCE_DIRECTORIES=1\n":          true,
		"startup --host_jvm_args \\\n  '-DBAZEL_TRACK_SOURCE_DIRECTORIES=1'\n":  true,
		"startup --host_jvm_args -Dx -DBAZEL_TRACK_SOURCE_DIRECTORIES=1\n":      false,
		"startup --host_jvm_args\nstartup -DBAZEL_TRACK_SOURCE_DIRECTORIES=1\n": false,
		"build --host_jvm_args -DBAZEL_TRACK_SOURCE_DIRECTORIES=1\n":            false,
		"startup --host_jvm_args -DBAZEL_TRACK_SOURCE_DIRECTORIES=0\n":          false,
		"": false,
	} {
		root := t.TempDir()
		write(t, root+"/.bazelrc", text, 0o644)
		if got := TracksSources(root); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestSystemRC has the option in a file of the machine's.
func TestSystemRC(t *testing.T) {
	if !slices.Contains(systemRCs, "/etc/bazel.bazelrc") || !slices.Contains(systemRCs, "/etc/bazel/bazelrc") {
		t.Errorf("of the machine's files only %q are read", systemRCs)
	}
	noSystemRCs(t)
	root := t.TempDir()
	write(t, root+"/system", "startup "+TrackSources+"\n", 0o644)
	if TracksSources(root) {
		t.Error("the option is there already")
	}
	systemRCs = []string{root + "/gone", root + "/system"}
	if !TracksSources(root) {
		t.Error("the machine's file is not read")
	}
}
