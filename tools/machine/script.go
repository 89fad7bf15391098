package machine

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// script is what a shell in the guest runs that is not typed. All goes over the
// console, which keeps 4 KiB that nobody has read and drops the rest: so the guest
// asks for each piece when it has read the last one. That, and the exit status at
// the end, it says between its output, behind a mark and a token that nothing
// else in the guest says.
type script struct {
	in    io.Reader
	token string
}

const (
	// mark begins what session.sh says to us: mark, token, and then more for
	// another piece, or the exit status and a line end.
	mark = '\036'
	more = '?'
	// piece is how much is given at once, in bytes.
	piece = 2048
)

func newScript(in io.Reader) *script { return &script{in, rand.Text()} }

// run gives the script away as the guest asks for it, copies what the guest says
// besides until its shell has ended, and returns the exit status that it tells.
func (s *script) run(stdout io.Writer, console *bufio.Reader, keys io.Writer) (status int, err error) {
	asked := make(chan struct{}, 1)
	defer close(asked)
	failed := make(chan error, 1)
	go s.answer(keys, asked, failed)
	status = -1
	var heard kernelTrouble
	for {
		b, err := s.said(console)
		if err != nil {
			break
		}
		if len(b) > 0 {
			if status >= 0 {
				continue // what the kernel says of the end
			}
			if _, err := stdout.Write(b); err != nil {
				return 0, fmt.Errorf("write what the guest says: %w", err)
			}
			heard.hear(b)
			continue
		}
		word, err := s.word(console)
		if err != nil {
			break
		}
		if word != string(more) {
			if status, err = strconv.Atoi(word); err != nil {
				return 0, fmt.Errorf("read what the guest says: its shell ended with status %q, which is no number: a script must not write to /dev/console", word)
			}
			continue
		}
		select {
		case asked <- struct{}{}:
		default: // it has asked already
		}
	}
	if status < 0 {
		return 0, heard.stopped("before its shell had ended")
	}
	select {
	case err := <-failed:
		return 0, err
	default:
		return status, nil
	}
}

// said returns what is on the console up to a mark of ours; nothing where one is
// next, which it skips with its token.
func (s *script) said(console *bufio.Reader) ([]byte, error) {
	if _, err := console.Peek(1); err != nil {
		return nil, err
	}
	b, _ := console.Peek(console.Buffered())
	n := bytes.IndexByte(b, mark)
	if n == 0 {
		begin := append([]byte{mark}, s.token...)
		if head, _ := console.Peek(len(begin)); bytes.Equal(head, begin) {
			_, err := console.Discard(len(begin))
			return nil, err
		}
		// b is not what it was: to look further may have moved the buffer.
		_, err := console.Discard(1)
		return []byte{mark}, err
	}
	if n < 0 {
		n = len(b)
	}
	b = bytes.Clone(b[:n])
	_, err := console.Discard(n)
	return b, err
}

// word returns what the guest says behind mark and token.
func (s *script) word(console *bufio.Reader) (string, error) {
	c, err := console.ReadByte()
	if err != nil || c == more {
		return string(c), err
	}
	if err := console.UnreadByte(); err != nil {
		return "", err
	}
	line, err := console.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

// answer gives a piece of the script, behind its size and a line end, each time
// that one is asked for; a size of 0 at the end. What cannot be read is the end,
// and an error.
func (s *script) answer(keys io.Writer, asked <-chan struct{}, failed chan<- error) {
	b := make([]byte, piece)
	for range asked {
		n, err := 0, error(nil)
		for n == 0 && err == nil {
			n, err = s.in.Read(b)
		}
		if n == 0 && err != io.EOF {
			select {
			case failed <- fmt.Errorf("read what the guest's shell is to run: %w", err):
			default: // it has failed before
			}
		}
		if _, err := fmt.Fprintf(keys, "%d\n%s", n, b[:n]); err != nil {
			return // it is off
		}
	}
}
