package imagescan

import (
	"errors"
	"fmt"
)

// Choose returns archive number index, from 1. With index 0 there must be one
// only. If there is none the error says what is there instead.
func (m *Image) Choose(index int) (*Archive, error) {
	n := len(m.Archives)
	switch {
	case n == 0:
		return nil, fmt.Errorf("%q (%s): %w", m.path, m.Kind, m.nothing())
	case index < 0 || index > n:
		return nil, fmt.Errorf("%q has no archive number %d: use 1 to %d", m.path, index, n)
	case index > 0:
		return m.Archives[index-1], nil
	case n == 1:
		return m.Archives[0], nil
	}
	const most = 8
	list := ""
	for i, a := range m.Archives[:min(n, most)] {
		release := a.Release
		if release == "" {
			release = "unknown release"
		}
		list += fmt.Sprintf("; %d: at offset %d, %s, %d bytes, %s", i+1, a.Offset, a.Format, a.ArchiveBytes, release)
	}
	if n > most {
		list += "; ..."
	}
	return nil, fmt.Errorf("%q (%s) has %d different archives%s: choose one with --index=N", m.path, m.Kind, n, list)
}

// nothing says why there is no archive.
func (m *Image) nothing() error {
	switch {
	case len(m.Broken) > 0:
		b := m.Broken[0]
		also := ""
		if len(m.Broken) > 1 {
			also = fmt.Sprintf(" (and %d more)", len(m.Broken)-1)
		}
		if m.Whole {
			return fmt.Errorf("the archive is broken: %w", b.Err)
		}
		return fmt.Errorf("the archive at offset %d is broken%s: %w", b.Offset, also, b.Err)
	case m.bounds.first() != nil:
		return m.bounds.first()
	case m.readErr != nil:
		return fmt.Errorf("%w: it is cut short or damaged", m.readErr)
	case m.markers > 0:
		return fmt.Errorf("no archive: the marker IKHD_ST at offset %d has none after it: look for the kernel or module that has one", m.firstMarker)
	}
	return errors.New("no archive: there is no marker IKHD_ST: the headers may be in a module of their own, kheaders.ko")
}
