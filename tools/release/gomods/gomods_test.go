package gomods

import (
	"reflect"
	"strings"
	"testing"
)

const mod = `module example.com/main

go 1.26.0

toolchain go1.26.8

require (
	example.com/a v1.2.3
	example.com/a/nested v0.1.0
	example.com/nosum v1.0.0 // indirect
	example.com/unused v1.0.0
)
`

const sum = `example.com/a v1.2.3 h1:aaa=
example.com/a v1.2.3/go.mod h1:not=
example.com/a/nested v0.1.0 h1:nnn=
example.com/unused v1.0.0 h1:uuu=
`

func TestLinked(t *testing.T) {
	m, err := Parse([]byte(mod), []byte(sum))
	if err != nil {
		t.Fatal(err)
	}
	if m.Path != "example.com/main" || m.Toolchain != "go1.26.8" {
		t.Errorf("%+v", m)
	}
	got, err := m.Linked([]string{"example.com/main/x", "example.com/a/nested/p", "example.com/a/z", "example.com/a", "example.com/a/z", "example.com/main"})
	want := []Module{
		{"example.com/a", "v1.2.3", "h1:aaa=", []string{"example.com/a", "example.com/a/z"}},
		{"example.com/a/nested", "v0.1.0", "h1:nnn=", []string{"example.com/a/nested/p"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	for p, want := range map[string]string{
		"example.com/ab":      "of no module in go.mod",
		"example.com/nosum/p": "no checksum of example.com/nosum v1.0.0",
	} {
		if _, err := m.Linked([]string{p}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", p, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"module m\n\ngo 1.26.0\n": "no toolchain line",
		"x y z\n":                 "read go.mod",
		mod + "\nreplace example.com/a => ../a\n": "go.mod replaces example.com/a",
	} {
		if _, err := Parse([]byte(text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
