// Package dataheader writes an archive as a C header: a string literal that
// kheaders.c compiles into the kernel or a module.
package dataheader

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// MarkerStart and MarkerEnd stand right before and right after the archive's
// bytes, so that the archive can be cut out of a kernel image. They are the
// markers of the 2019 patch "Provide in-kernel headers".
const (
	MarkerStart = "IKHD_ST"
	MarkerEnd   = "IKHD_ED"
)

// DefaultFile is the name by which kheaders.c includes the header.
const DefaultFile = "kheaders_data.h"

// prologue opens the header. Its operands are the offset of the archive in
// the array and the archive's size, both in bytes.
const prologue = `/* SPDX-License-Identifier: GPL-2.0 */
/* Made by rules_kheaders; changes to this file get lost. */
#ifndef KHEADERS_DATA_H
#define KHEADERS_DATA_H

/* Where the archive is in kheaders_data, and how long it is, in bytes. */
#define KHEADERS_DATA_OFFSET %d
#define KHEADERS_DATA_SIZE %d

static const char kheaders_data[] =
`

const epilogue = `;

#endif /* KHEADERS_DATA_H */
`

// WriteHeader writes kheaders_data.h for an archive of size bytes. The header
// defines KHEADERS_DATA_OFFSET, KHEADERS_DATA_SIZE and the array
// kheaders_data: MarkerStart, the archive, MarkerEnd and the NUL that ends a
// C string. It is written while the archive is read; neither is ever held in
// memory as a whole.
//
// An empty archive, and an archive that turns out to be shorter or longer
// than size, is an error. What was written until then is of no use.
func WriteHeader(w io.Writer, archive io.Reader, size int64) error {
	if size <= 0 {
		return errors.New("write kheaders_data.h: the archive is empty: build it again")
	}
	out := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintf(out, prologue, len(MarkerStart), size)

	in := bufio.NewReaderSize(archive, 1<<16)
	l := newLiteral(out, lineWidth)
	l.writeString(MarkerStart)
	l.endLine()
	for n := int64(0); n < size; n++ {
		c, err := in.ReadByte()
		if err == io.EOF {
			return fmt.Errorf("write kheaders_data.h: the archive ends after %d of %d bytes: it is cut short or still being written: %w", n, size, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return fmt.Errorf("read archive at byte %d: %w", n, err)
		}
		l.writeByte(c)
	}
	switch _, err := in.ReadByte(); {
	case err == nil:
		return fmt.Errorf("write kheaders_data.h: the archive is longer than the %d bytes it was said to have: it changed while it was read", size)
	case err != io.EOF:
		return fmt.Errorf("read archive at byte %d: %w", size, err)
	}
	l.endLine()
	l.writeString(MarkerEnd)
	l.endLine()
	out.WriteString(epilogue)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write kheaders_data.h: %w", err)
	}
	return nil
}
