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

// TestPictures compares the files with what is drawn.
func TestPictures(t *testing.T) {
	images := filepath.Dir(runfile.Path(t, "IMAGE"))
	for name, picture := range pictures() {
		file, err := os.ReadFile(filepath.Join(images, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(file) != picture {
			t.Errorf("%s/%s is not what is drawn: tools/bazel run //tests/pictures:update", directory, name)
		}
	}
}

// TestDrawing shows that pictures are XML.
func TestDrawing(t *testing.T) {
	for name, picture := range pictures() {
		decoder := xml.NewDecoder(strings.NewReader(picture))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	d := &drawing{width: 10, height: 10}
	d.text(1, 2, 3, "start", "bold", ink, "a < b")
	if !strings.Contains(d.String(), "a &lt; b</text>") {
		t.Errorf("%s", d)
	}
}
