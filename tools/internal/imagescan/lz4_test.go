package imagescan

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
)

func TestLZ4Decode(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		bad      bool
	}{
		"literals":      {in: "\x30abc", want: "abc"},
		"match":         {in: "\x40abcd\x04\x00\x10x", want: "abcdabcdx"},
		"overlap":       {in: "\x13a\x01\x00\x20xy", want: "aaaaaaaaxy"},
		"long overlap":  {in: "\x2fab\x02\x00\x01\x10z", want: strings.Repeat("ab", 11) + "z"},
		"long literals": {in: "\xf0\x05" + strings.Repeat("q", 20), want: strings.Repeat("q", 20)},
		"before start":  {in: "\x10a\x02\x00\x10x", bad: true},
		"distance zero": {in: "\x10a\x00\x00\x10x", bad: true},
		"cut literals":  {in: "\x30ab", bad: true},
		"cut length":    {in: "\xf0\xff", bad: true},
		"cut distance":  {in: "\x10a\x01", bad: true},
		"too long":      {in: "\x1fa\x01\x00" + strings.Repeat("\xff", 10) + "\x00\x10x", bad: true},
	} {
		got, err := lz4Decode(make([]byte, 0, 1000), []byte(c.in))
		if (err != nil) != c.bad || !c.bad && string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestLZ4Reader(t *testing.T) {
	data := noise(lz4Block + 12345)
	packed := packLZ4(data)
	var z lz4Reader
	for _, in := range [][]byte{packed, join(packed, packed)} {
		if err := z.Reset(bytes.NewReader(in)); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(&z)
		if err != nil || len(got)%len(data) != 0 || !bytes.HasPrefix(got, data) {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
	}
	z.Reset(bytes.NewReader(packed[:len(packed)-1]))
	if _, err := io.ReadAll(&z); err == nil {
		t.Error("a cut stream is no error")
	}
	z.Reset(bytes.NewReader(binary.LittleEndian.AppendUint32(packed[:4:4], 1<<31)))
	if _, err := io.ReadAll(&z); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a huge block: %v", err)
	}
}
