// Package xz writes and reads the xz format. It writes one block of LZMA2, with a
// CRC32, and reads files of blocks of LZMA2, several at once where they say their
// sizes.
//
// The writer is here since no library in Go makes xz files that are as small as
// those of liblzma, and C would need a toolchain where this program is built. What
// it writes depends on the text and the options alone. The reader is here since
// reading the packages of a distribution takes a third of the time of packing
// headers, and no library in Go reads several blocks at once. Sources are the
// public specifications of the .xz file format (1.2) and of LZMA.
package xz

import (
	"errors"
	"fmt"
	"io"
)

// Options say how hard to try. They are seen in the bytes.
type Options struct {
	// Dict is how far back matches may be, in bytes: 4096 to 1 GiB. A reader
	// needs that much memory. 0 is 8 MiB.
	Dict int
	// Nice is how long a match must be for no other way to be looked for, in
	// bytes: 4 to 273. 0 is 64.
	Nice int
	// Depth is how many places are tried for the matches of one position. 0 is
	// 16 and half of Nice.
	Depth int
}

// Limits and defaults of Options.
const (
	MinDict, MaxDict, defaultDict = 4096, 1 << 30, 8 << 20
	MinNice, MaxNice, defaultNice = 4, maxMatch, 64
)

func (o Options) withDefaults() (Options, error) {
	if o.Dict == 0 {
		o.Dict = defaultDict
	}
	if o.Nice == 0 {
		o.Nice = defaultNice
	}
	if o.Depth == 0 {
		o.Depth = 16 + o.Nice/2
	}
	if o.Dict < MinDict || o.Dict > MaxDict {
		return o, fmt.Errorf("a dictionary of %d bytes: use %d to %d", o.Dict, MinDict, MaxDict)
	}
	if o.Nice < MinNice || o.Nice > MaxNice {
		return o, fmt.Errorf("nice length %d: use %d to %d", o.Nice, MinNice, MaxNice)
	}
	if o.Depth < 1 {
		return o, fmt.Errorf("depth %d: use 1 or more", o.Depth)
	}
	return o, nil
}

// Memory returns how many bytes a Writer holds as soon as it has some text, but
// for some matches that wait. An option that NewWriter refuses is an error.
func (o Options) Memory() (int64, error) {
	o, err := o.withDefaults()
	if err != nil {
		return 0, err
	}
	ring, hash4Bits := finderSizes(uint32(o.Dict))
	return 4*(2*int64(ring)+1<<hash4Bits+1<<hash3Bits+1<<hash2Bits) + int64(bufSize(o.Dict)), nil
}

// Writer compresses what is written to it.
type Writer struct {
	w    io.Writer
	o    Options
	pipe *pipe // nil until there is some text
	sums blockSums
	err  error
	done chan error // what the encoder ended with

	closed bool
}

// NewWriter returns a Writer that writes to w. Close ends the file; it does not
// close w.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Writer{w: w, o: o}, nil
}

// Write takes text to compress. Errors of the file it is written to may come
// with a later call.
func (z *Writer) Write(b []byte) (int, error) {
	if z.closed {
		return 0, errors.New("write to a closed xz file")
	}
	if z.err != nil {
		return 0, z.err
	}
	if len(b) == 0 {
		return 0, nil
	}
	if z.pipe == nil {
		z.start()
	}
	z.sums.add(b)
	z.pipe.write(b)
	select {
	case z.err = <-z.done: // it ends by itself only with an error
		return 0, z.err
	default:
		return len(b), nil
	}
}

func (z *Writer) start() {
	z.pipe, z.done = newPipe(z.o.Dict), make(chan error, 1)
	finder := newFinder(uint32(z.o.Dict), z.o.Nice, z.o.Depth)
	go z.pipe.search(finder)
	go func() { z.done <- z.encode() }()
}

// Close ends the file. A further call does nothing.
func (z *Writer) Close() error {
	if z.closed || z.err != nil {
		z.closed = true
		return z.err
	}
	z.closed = true
	if z.pipe != nil {
		z.pipe.end()
		z.err = <-z.done
		z.pipe = nil
	} else {
		_, z.err = z.w.Write(streamHeader())
	}
	if z.err == nil {
		_, z.err = z.w.Write(z.sums.end())
	}
	return z.err
}

// encode writes all chunks, and what comes before them.
func (z *Writer) encode() error {
	defer z.pipe.close()
	header := blockHeader(uint32(z.o.Dict))
	z.sums.packed = int64(len(header))
	if _, err := z.w.Write(append(streamHeader(), header...)); err != nil {
		return err
	}
	c := newChunker(&coder{})
	p := &parser{coder: c.coder, nice: z.o.Nice}
	c.begin()
	var v view
	begun, pos := 0, 0 // the chunk's first position, and the present one
	finish := func() (stored bool, err error) {
		chunk, stored := c.finish(v.buf[:pos-v.base], pos-begun)
		z.sums.packed += int64(len(chunk))
		_, err = z.w.Write(chunk)
		begun = pos
		c.begin()
		return stored, err
	}
	for {
		z.pipe.ready(&v, pos)
		at := pos - v.base
		if at == len(v.buf) {
			break
		}
		for _, s := range p.parse(v.buf, at, &v) {
			c.code(s, v.buf, pos-v.base)
			pos += int(s.length)
			if !c.full(pos - begun) {
				continue
			}
			if stored, err := finish(); err != nil {
				return err
			} else if stored {
				break // the other symbols relied on what is forgotten
			}
		}
	}
	if pos > begun {
		if _, err := finish(); err != nil {
			return err
		}
	}
	z.sums.packed++
	_, err := z.w.Write([]byte{chunkEnd})
	return err
}
