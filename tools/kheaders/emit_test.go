package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inEmptyDir changes to a new directory that holds a.tgz, a small gzip file,
// and its stats.
func inEmptyDir(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	tw := tar.NewWriter(z)
	tw.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "./", Mode: 0o755})
	tw.Close()
	z.Close()
	put(t, "a.tgz", b.String())
	put(t, "a.json", `{"schema": 1, "name": "//:a", "release": "6.1.0-50-amd64", "arch": "x86", "profile": "rfc",
		"format": "tgz", "strip": "none", "files": 2, "uncompressed_bytes": 30, "archive_bytes": 20,
		"sha256": "0000000000000000000000000000000000000000000000000000000000000000",
		"dirs": [{"path": "include", "files": 2, "bytes": 30}]}`)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEmbedAndModule(t *testing.T) {
	inEmptyDir(t)
	for _, args := range []string{
		"embed --archive=a.tgz --output=kheaders_data.h",
		"module --archive=a.tgz --stats=a.json --source=kheaders.c --kbuild=Kbuild --kconfig=Kconfig",
		"module --format=tar.zst --embed=incbin --source=incbin.c",
		"module --interface=both --sysfs-name=kheaders.tar.xz --source=both.c",
	} {
		if err := run(strings.Fields(args), io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{
		"kheaders_data.h": `"IKHD_ED"`,
		"kheaders.c":      `MODULE_INFO(kheaders_release, "6.1.0-50-amd64");`,
		"Kbuild":          "obj-m += kheaders.o",
		"Kconfig":         "config IKHEADERS_PROC",
		"incbin.c":        "/proc/kheaders.tar.zst",
		"both.c":          "/proc/kheaders.tgz and /sys/kernel/kheaders.tar.xz",
	} {
		if !strings.Contains(get(t, file), want) {
			t.Errorf("%s lacks %q", file, want)
		}
	}
}

func TestSize(t *testing.T) {
	inEmptyDir(t)
	var out strings.Builder
	if err := run(strings.Fields("size --stats=a.json --max-bytes=20 --max-files=3"), &out); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(out.String(), "//:a: release 6.1.0-50-amd64") {
		t.Errorf("report:\n%s", out.String())
	}
	out.Reset()
	err := run(strings.Fields("size --stats=a.json --name=//:b --max-bytes=19 --max-files=1"), &out)
	if err == nil || strings.Count(err.Error(), "//:b: ") != 2 || !strings.Contains(err.Error(), "max_bytes = 19") {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(out.String(), ", over max_bytes") {
		t.Errorf("report:\n%s", out.String())
	}
}

func TestEmitErrors(t *testing.T) {
	for args, want := range map[string]string{
		"embed --output=x":                                    "give --archive",
		"embed --archive=a.tgz":                               "give --output",
		"embed --archive=none --output=x":                     "no such file",
		"embed --archive=. --output=x":                        "not a regular file",
		"embed --archive=/dev/null --output=x":                "not a regular file",
		"embed --archive=empty --output=x":                    "archive is empty",
		"module":                                              "give --source",
		"module --source=x --format=zip":                      `unknown format "zip"`,
		"module --source=x --interface=debugfs":               `unknown interface "debugfs": use procfs, sysfs or both`,
		"module --source=x --sysfs-name=kheaders.tar.xz":      "the interface is procfs",
		"module --source=x --interface=sysfs --sysfs-name=..": `".." cannot be the name`,
		"module --source=x --embed=elf":                       `unknown embed "elf"`,
		"module --source=x --archive=empty":                   `"empty" is empty`,
		"module --source=x --archive=a.tgz --format=tar.bz2":  "its compression is gzip, not bzip2",
		"module --source=x --archive=a.tgz --format=tar":      "its compression is gzip, not none",
		"module --source=x --archive=a.json":                  "its compression is none, not gzip",
		"module --source=x --format=tar --stats=a.json":       `format "tgz", not "tar"`,
		"module --source=x --kbuild=nodir/Kbuild":             "nodir/Kbuild",
		"module --source=x --archive=a.json --format=tar":     "holds no tar archive",
		"size":                                                     "give --stats",
		"size --stats=none":                                        "no such file",
		"size --stats=empty":                                       `"empty": not a stats file of the archive subcommand`,
		"size --stats=a.json --max-bytes=0":                        "max_bytes is 0: give a number above zero",
		"size --stats=a.json --max-files=-1":                       "max_files is -1",
		"size --stats=a.json --max-files=many":                     "not a whole number",
		"size --stats=a.json --max-bytes=99999999999999999999":     "not a whole number",
		"size --stats=a.json --max-bytes=1.5":                      "not a whole number",
		"size --stats=a.json --max-uncompressed-bytes=29 --name=x": "x: 30 bytes uncompressed, 1 more than",
	} {
		t.Run(args, func(t *testing.T) {
			inEmptyDir(t)
			put(t, "empty", "")
			err := run(strings.Fields(args), io.Discard)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("error %v, want one with %q", err, want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q has more than one line", err)
			}
			// Nothing is left behind, not even half-written.
			left, err := filepath.Glob("*")
			hidden, _ := filepath.Glob(".*")
			if left = append(left, hidden...); err != nil || strings.Join(left, " ") != "a.json a.tgz empty" {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}
