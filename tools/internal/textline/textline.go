// Package textline reads text line by line, for files of which no line is long
// unless something is wrong with them.
package textline

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Scanner is a bufio.Scanner whose error names the line that is too long.
type Scanner struct {
	*bufio.Scanner
	n, max int
	long   bool
}

// NewScanner returns a scanner of lines, which have no more than max bytes.
func NewScanner(r io.Reader, max int) *Scanner {
	s := &Scanner{Scanner: bufio.NewScanner(r), max: max}
	s.Buffer(nil, max+2) // with "\r\n"
	return s
}

// Scan goes on to the next line, if there is one.
func (s *Scanner) Scan() bool {
	s.n++
	more := s.Scanner.Scan()
	s.long = more && len(s.Bytes()) > s.max || errors.Is(s.Scanner.Err(), bufio.ErrTooLong)
	return more && !s.long
}

// Err returns why the scan ended, nil at the end of the text.
func (s *Scanner) Err() error {
	if s.long {
		return fmt.Errorf("line %d is longer than %d bytes: correct it, or give another file", s.n, s.max)
	}
	return s.Scanner.Err()
}
