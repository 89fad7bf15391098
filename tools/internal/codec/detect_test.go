package codec

import "testing"

func TestDetect(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"\x1f\x8b\x08\x00\x00", "gzip"},
		{"\x1f\x8b\x08\x1f\x00", "gzip"},
		{"\x1f\x8b\x08\x20\x00", ""}, // a reserved flag
		{"\x1f\x8b\x07\x00\x00", ""}, // no deflate
		{"\x1f\x8b\x08", ""},
		{"\xfd7zXZ\x00", "xz"},
		{"\xfd7zXZ", ""},
		{"\x28\xb5\x2f\xfd", "zstd"},
		{"BZh11AY&SY", "bzip2"},
		{"BZh91AY&SY", "bzip2"},
		{"BZh9\x17\x72\x45\x38\x50\x90", "bzip2"}, // of nothing
		{"BZh01AY&SY", ""},
		{"BZh:1AY&SY", ""},
		{"BZh91AY&S", ""},
		{"\x02\x21\x4c\x18", "lz4"},
		{"\x5d\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff", "lzma"},
		{"\x5d\x00\x00\x80\x00\x01\x02\x03\x04\x00\x00\x00\x00", "lzma"},
		{"\x5d\x00\x00\x80\x00\x01\x02\x03\x04\x00\x00\x00\x01", ""},
		{"\x89LZO\x00\r\n\x1a\n", "lzo"},
		{"", ""},
		{"./", ""},
	} {
		if got := Detect([]byte(c.in)); got != c.want {
			t.Errorf("Detect(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestFormatOf shows that every format that can be written is known again by
// its compression.
func TestFormatOf(t *testing.T) {
	for _, f := range Formats() {
		name := "none"
		if b := compress(t, f, 0, []byte("some text"), 9); f != Tar {
			name = Detect(b)
		}
		if got := CompressionOf(f); got != name {
			t.Errorf("the compression of %s is %q, want %q", f, got, name)
		}
		if got := FormatOf(name); got != f {
			t.Errorf("%s is compressed by %q, which is format %q", f, name, got)
		}
	}
	if got := FormatOf("lz4"); got != "" {
		t.Errorf("lz4 is format %q", got)
	}
}
