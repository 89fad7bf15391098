// Package bitwalk decompresses an archive's stream and writes down how many bits
// each piece of the output took.
package bitwalk

import (
	"bufio"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/bzip2"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/gzip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/xz"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/zstd"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// walks are the compressions that can be walked.
var walks = map[string]func(r *bufio.Reader, log *steps.Log) io.Reader{
	"gzip":  func(r *bufio.Reader, log *steps.Log) io.Reader { return gzip.NewReader(r, log) },
	"bzip2": func(r *bufio.Reader, log *steps.Log) io.Reader { return bzip2.NewReader(r, log) },
	"zstd":  func(r *bufio.Reader, log *steps.Log) io.Reader { return zstd.NewReader(r, log) },
	"xz":    func(r *bufio.Reader, log *steps.Log) io.Reader { return xz.NewReader(r, log) },
	"none":  func(r *bufio.Reader, log *steps.Log) io.Reader { return &plain{r, log} },
}

// bufferSize is how much of the stream is read at a time.
const bufferSize = 64 << 10

// Open opens what r holds, by its first bytes, and returns its output, while log
// is told what that took; and the name of the compression, as codec.NewReader has
// it. known is false for a stream that cannot be walked: then nothing was read of
// it, and rest has all of it.
func Open(r io.Reader, log *steps.Log) (data io.Reader, rest *bufio.Reader, name string, known bool) {
	in := &source{r: r}
	br := bufio.NewReaderSize(in, bufferSize)
	head, _ := br.Peek(codec.MagicLen)
	name = codec.Detect(head)
	if name == "" || codec.FormatOf(name) == "" {
		name = "none"
	}
	if name == "xz" {
		if head, _ := br.Peek(xz.HeadLen); !xz.Known(head) {
			return nil, br, name, false
		}
	}
	return &output{walks[name](br, log), in}, br, name, true
}

// source remembers why it could not be read: to a walk nothing more comes, as at the
// end of a stream that was cut.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// output is that of a walk, which fails as its source did.
type output struct {
	walk io.Reader
	in   *source
}

func (o *output) Read(b []byte) (int, error) {
	n, err := o.walk.Read(b)
	if err != nil && o.in.err != nil {
		err = o.in.err
	}
	return n, err
}

// plain is a stream that is not compressed: each byte takes 8 bits.
type plain struct {
	r   io.Reader
	log *steps.Log
}

func (p *plain) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if n > 0 {
		p.log.Out(n, 8*int64(n))
		p.log.Block(8 * int64(n))
	}
	return n, err
}
