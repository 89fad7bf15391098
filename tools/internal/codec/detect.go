package codec

// compressions are those that are known by their first bytes: RFC 1952, the xz
// file format, RFC 8878, bzip2's, the legacy frame of LZ4, which the kernel
// uses, and lzma's and lzop's.
var compressions = []struct {
	name, magic string
	// format is what a tar so compressed is called, "" for what no archive
	// here comes in.
	format string
	// sure tells whether the bytes from the magic on go on as they would, where
	// the magic alone is short; nil for one that is long enough.
	sure func(b string) bool
}{
	{"gzip", "\x1f\x8b", "tgz", func(b string) bool { return len(b) > 3 && b[2] == 8 && b[3] < 0x20 }}, // deflate; the upper flags are reserved
	{"xz", "\xfd7zXZ\x00", "tar.xz", nil},
	{"zstd", "\x28\xb5\x2f\xfd", "tar.zst", nil},
	{"bzip2", "BZh", "tar.bz2", func(b string) bool {
		return len(b) >= 10 && b[3] >= '1' && b[3] <= '9' && (b[4:10] == "1AY&SY" || b[4:10] == "\x17\x72\x45\x38\x50\x90")
	}},
	{"lz4", "\x02\x21\x4c\x18", "", nil},
	{"lzma", "\x5d\x00\x00", "", func(b string) bool { // lc=3 lp=0 pb=2, a dictionary of 64 KiB or more, size unknown or below 4 GiB
		return len(b) >= 13 && (b[5:13] == "\xff\xff\xff\xff\xff\xff\xff\xff" || b[9:13] == "\x00\x00\x00\x00")
	}},
	{"lzo", "\x89LZO\x00\r\n\x1a\n", "", nil},
}

// MagicLen is how many first bytes Detect looks at, at most.
const MagicLen = 16

// Detect names the compression that b begins with: gzip, xz, zstd, bzip2, lz4,
// lzma, lzo, or "" for none. It looks beyond the magic number where that is
// short, so that any bytes are seldom taken for one.
func Detect(b []byte) string {
	head := string(b[:min(len(b), MagicLen)])
	for _, c := range compressions {
		if len(head) >= len(c.magic) && head[:len(c.magic)] == c.magic && (c.sure == nil || c.sure(head)) {
			return c.name
		}
	}
	return ""
}

// Magic returns the first bytes of a compression that Detect knows, by its
// name.
func Magic(name string) string {
	for _, c := range compressions {
		if c.name == name {
			return c.magic
		}
	}
	return ""
}

// FormatOf returns the format of an archive whose tar is compressed so, as
// NewReader names it ("none" is a plain tar), or "" if there is none.
func FormatOf(compression string) Format {
	if compression == "none" {
		return Tar
	}
	for _, c := range compressions {
		if c.name == compression {
			return Format(c.format)
		}
	}
	return ""
}

// CompressionOf names the compression of an archive's format, as NewReader
// does: the reverse of FormatOf.
func CompressionOf(f Format) string {
	for _, c := range compressions {
		if Format(c.format) == f {
			return c.name
		}
	}
	return "none"
}
