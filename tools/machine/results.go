package machine

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Result is one check that the guest made.
type Result struct {
	Name string
	OK   bool
}

var (
	resultLine = regexp.MustCompile(`^(not )?ok (\S.*)$`)
	planLine   = regexp.MustCompile(`^1\.\.(\d+)$`)
)

// parseResults reads what the guest prints on its console until it has said
// all: lines "ok NAME" and "not ok NAME", and at last "1..N" with their number.
// Other lines are the kernel's, or tell a reader more. Each result is given to
// each as it comes.
func parseResults(console io.Reader, each func(Result)) error {
	s := bufio.NewScanner(console)
	s.Buffer(nil, 1<<20)
	n := 0
	var heard kernelTrouble
	for s.Scan() {
		heard.hear(append([]byte(s.Text()), '\n'))
		line := strings.TrimRight(s.Text(), "\r ")
		if m := resultLine.FindStringSubmatch(line); m != nil {
			n++
			each(Result{m[2], m[1] == ""})
		} else if m := planLine.FindStringSubmatch(line); m != nil {
			if want, _ := strconv.Atoi(m[1]); want != n {
				return fmt.Errorf("the guest made %d checks, but %d were on its console", want, n)
			}
			if n == 0 {
				return errors.New("the guest made no check")
			}
			return nil
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("read the guest's console: %w", err)
	}
	return heard.stopped(fmt.Sprintf("after %d checks, before it was done", n))
}
