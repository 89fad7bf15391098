package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

const row = "| kernel | architecture | release | `strip` | files | unpacked | tgz | tar.xz | tar.zst | tar.bz2 | tar |\n" +
	"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n" +
	"| 6.1 | arm64 | r | `comments` | 1 | 2 | 9 | 9 | 9 | 9 | 9 |\n" +
	"| 6.1 | x86 | r | `none` | 1 | 2 | 9 | 9 | 9 | 9 | 9 |\n" +
	"| 6.1 | x86 | r | `comments` | 1 | 2 | 5,274,181 | 3,900,000 | 4,800,000 | 4,400,000 | 31,280,640 |\n"

// TestPictures compares the files with what is drawn.
func TestPictures(t *testing.T) {
	image := runfile.Path(t, "IMAGE")
	page, err := read(filepath.Join(filepath.Dir(image), "..", filepath.Base(costs)))
	if err != nil {
		t.Fatal(err)
	}
	all, err := pictures(page)
	if err != nil {
		t.Fatal(err)
	}
	for name, picture := range all {
		file, err := os.ReadFile(filepath.Join(filepath.Dir(image), name))
		if err != nil {
			t.Fatal(err)
		}
		if string(file) != picture {
			t.Errorf("%s/%s is not what is drawn: tools/bazel run //tests/pictures:update", directory, name)
		}
	}
}

// TestDrawing shows that pictures are XML, and that the numbers are those of the row.
func TestDrawing(t *testing.T) {
	all, err := pictures(row)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d pictures, %v", len(all), err)
	}
	for name, picture := range all {
		decoder := xml.NewDecoder(strings.NewReader(picture))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	for _, want := range []string{`width="118" height="24"`, `>5.3</text>`, `>31.3</text>`} {
		if !strings.Contains(all["formats.svg"], want) {
			t.Errorf("formats.svg has no %s:\n%s", want, all["formats.svg"])
		}
	}
	if all, err := pictures("# No table\n"); err != nil || len(all) != 2 {
		t.Errorf("without the row: %d pictures, %v", len(all), err)
	}
	if _, err := pictures(strings.ReplaceAll(row, "3,900,000", "much")); err == nil || !strings.Contains(err.Error(), `"much" as tar.xz`) {
		t.Errorf("a size that is no number: %v", err)
	}
	d := &drawing{width: 10, height: 10}
	d.text(1, 2, 3, "start", "bold", ink, "a < b")
	if !strings.Contains(d.String(), "a &lt; b</text>") {
		t.Errorf("%s", d)
	}
}
