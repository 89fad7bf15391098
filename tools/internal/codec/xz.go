package codec

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	foreign "github.com/therootcompany/xz"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

// xzDict is how far back tar.xz looks, in bytes: a reader needs that much memory.
const xzDict = 8 << 20

// xzEffort is how long a match must be for no other to be looked for, and how
// many places are tried, by the level.
var xzEffort = [...]struct{ nice, depth int }{
	1: {8, 4}, 2: {12, 8}, 3: {16, 16}, 4: {24, 24}, 5: {32, 32}, 6: {64, 48}, 7: {96, 64}, 8: {160, 96}, 9: {xz.MaxNice, 152},
}

// xzWriter compresses, and has what comes of it decoded by somebody else's
// decoder and compared: the compressor is young, and an archive that cannot be
// read is found out by those who boot the kernel.
type xzWriter struct {
	z       *xz.Writer
	given   hash.Hash
	size    int64
	decoded *decodedSum
	closed  bool
	err     error // of Close
}

// ofLevel are the options of tar.xz.
func ofLevel(level int) xz.Options {
	effort := xzEffort[level]
	return xz.Options{Dict: xzDict, Nice: effort.nice, Depth: effort.depth}
}

// Memory returns how many bytes a compressor of the format holds from its
// beginning to its end, 0 where that is little.
func Memory(f Format) int64 {
	if f != TarXZ {
		return 0
	}
	held, err := xz.Options{Dict: xzDict}.Memory()
	if err != nil {
		panic(err) // the options are ours
	}
	return held + xzDict // and the window of the decoder that checks it
}

func newXZWriter(w io.Writer, o xz.Options) (io.WriteCloser, error) {
	x := &xzWriter{given: sha256.New(), decoded: newDecodedSum(o.Dict)}
	var err error
	x.z, err = xz.NewWriter(io.MultiWriter(w, x.decoded), o)
	return x, err
}

func (x *xzWriter) Write(b []byte) (int, error) {
	x.given.Write(b)
	x.size += int64(len(b))
	return x.z.Write(b)
}

func (x *xzWriter) Close() error {
	if !x.closed {
		x.closed = true
		x.err = x.close()
	}
	return x.err
}

func (x *xzWriter) close() error {
	err := x.z.Close()
	sum, size, decodeErr := x.decoded.end()
	switch {
	case err != nil:
		return err
	case decodeErr != nil:
		return fmt.Errorf("check the xz just written: %w; this is a defect of the program: use another format", decodeErr)
	case size != x.size || !bytes.Equal(sum, x.given.Sum(nil)):
		return fmt.Errorf("check the xz just written: it holds %d bytes other than the %d that were given; this is a defect of the program: use another format", size, x.size)
	}
	return nil
}

// decodedSum decodes what is written to it, as it comes.
type decodedSum struct {
	*io.PipeWriter
	done chan struct{}
	sum  hash.Hash
	size int64
	err  error
}

func newDecodedSum(dict int) *decodedSum {
	r, w := io.Pipe()
	d := &decodedSum{PipeWriter: w, done: make(chan struct{}), sum: sha256.New()}
	go func() {
		defer close(d.done)
		z, err := foreign.NewReader(r, uint32(dict))
		if err == nil {
			d.size, err = io.Copy(d.sum, z)
		}
		d.err = err
		io.Copy(io.Discard, r) // whoever writes is not to wait
	}()
	return d
}

// end waits for the rest, and returns the SHA-256 and the size of the text.
func (d *decodedSum) end() (sum []byte, size int64, err error) {
	d.Close()
	<-d.done
	return d.sum.Sum(nil), d.size, d.err
}
