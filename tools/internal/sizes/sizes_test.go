package sizes

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func sample() *Report {
	return &Report{
		Archive: "//:k.archive", Release: "6.1.0", Arch: "x86", Profile: "headers", Strip: "comments", Format: "tgz",
		Codec: "gzip v1", Level: 9, Method: Exact, SHA256: strings.Repeat("ab", 32),
		ArchiveBytes: 100, TarBytes: 4096, UncompressedBytes: 1007, Files: 3, FramingBits: 150,
		Entries: []Entry{
			{Path: ".", Dir: true, Bits: 50},
			{Path: "a/\tb\n<b>\x1b\xff.h", Label: "//k:\u202ex", Bits: 100, Bytes: 7},
			{Path: "include/linux/fs.h", Label: "//k:y", Bits: 0, Bytes: 500},
			{Path: `q"uote`, Label: "//k:y", Bits: 500, Bytes: 500},
		},
	}
}

func TestWriteAndRead(t *testing.T) {
	var b bytes.Buffer
	if err := sample().Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.String() {
		if c != '\n' && (c < ' ' || c > '~') {
			t.Errorf("the JSON has %q as it is", c)
		}
	}
	got, err := Read(bytes.NewReader(b.Bytes()))
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("%v\n%+v\n%+v", err, got, sample())
	}
}

func TestReadErrors(t *testing.T) {
	var b bytes.Buffer
	if err := sample().Write(&b); err != nil {
		t.Fatal(err)
	}
	good := b.String()
	for _, c := range []struct{ old, with, want string }{
		{good, "", "not a report of sizes in JSON: EOF"},
		{good, "{}", `its kind is ""`},
		{good, good + "x", "there is more after its end"},
		{`"schema": 1`, `"schema": 2`, "schema 2, this program reads 1"},
		{`"bits":100`, `"bits":101`, "have 801 bits, the archive 800"},
		{`"bits":100`, `"bits":-1`, "has -1 bits"},
		{`"bits":100`, `"bits":9223372036854775807`, "9223372036854775807 bits"},
		{`"bytes":7`, `"bytes":8`, "the entries have 1008 bytes"},
		{`"label":1`, `"label":2`, "has label 2 of 2"},
		{`"label":1`, `"label":-1`, "has label -1 of 2"},
		{`\\x1b`, `\\x`, "cannot be read"},
		{`"include/linux/fs.h"`, `"zinclude"`, "does not come before"},
		{`"framing_bits": 150`, `"framing_bits": -150`, "cannot be"},
		{`"archive_bytes": 100`, `"archive_bytes": 2305843009213693952`, "cannot be"},
	} {
		_, err := Read(strings.NewReader(strings.Replace(good, c.old, c.with, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q for %q: %v, want %q", c.with, c.old, err, c.want)
		}
	}
}

func TestSort(t *testing.T) {
	r := Report{Entries: []Entry{{Path: "b", Bits: 1, Bytes: 2}, {Path: "a", Dir: true, Bits: 3}, {Path: "b", Dir: true, Bits: 10, Bytes: 20}}}
	r.Sort()
	if want := []Entry{{Path: "a", Dir: true, Bits: 3}, {Path: "b", Bits: 11, Bytes: 22}}; !reflect.DeepEqual(r.Entries, want) {
		t.Errorf("%+v", r.Entries)
	}
}

func TestBytes(t *testing.T) {
	for bits, want := range map[int64]int64{0: 0, 1: 1, 8: 1, 9: 2, -1: -1, -9: -2} {
		if got := Bytes(bits); got != want {
			t.Errorf("%d bits are %d bytes, want %d", bits, got, want)
		}
	}
}
