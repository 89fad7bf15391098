package imagescan

import "strings"

// ReadInfo reads the kheaders_* lines of modinfo that kheaders.c puts into a
// module: format, release, arch, profile and strip, by these names. What is in
// an archive is not looked at, and a name with two values has none.
func (m *Image) ReadInfo() map[string]string {
	info := map[string]string{}
	if m.infoLayer == nil {
		return info
	}
	r, stop, err := m.infoLayer.read(0, toEnd)
	if err != nil {
		return info
	}
	defer stop()
	const prefix, most = "kheaders_", 160
	scan(r, []byte(prefix), most, func(off int64, b []byte) error {
		for _, a := range m.Archives {
			for _, at := range append([]int64{a.Offset}, a.Copies...) {
				if off >= at && off < at+a.ArchiveBytes {
					return nil
				}
			}
		}
		line, _, ended := strings.Cut(string(b[len(prefix):]), "\x00")
		key, value, ok := strings.Cut(line, "=")
		if !ended || !ok {
			return nil
		}
		switch key {
		case "format", "release", "arch", "profile", "strip":
		default:
			return nil
		}
		for _, c := range []byte(value) {
			if c < ' ' || c > '~' {
				return nil
			}
		}
		if old, twice := info[key]; twice && old != value {
			value = ""
		}
		info[key] = value
		return nil
	})
	return info
}
