package selection

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Config holds the options a kernel was configured with, for instance
// "CONFIG_OBJTOOL" → "y". An option that is off is absent.
type Config map[string]string

// maxConfigLine is far above the longest line of any kernel's configuration,
// in bytes.
const maxConfigLine = 1 << 20

// ReadConfig reads include/config/auto.conf (or a .config file, which has the
// same lines and comments).
func ReadConfig(r io.Reader) (Config, error) {
	c := Config{}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxConfigLine)
	for sc.Scan() {
		line := bytes.TrimSpace(sc.Bytes())
		name, value, ok := strings.Cut(string(line), "=")
		if ok && strings.HasPrefix(name, "CONFIG_") && value != "n" {
			c[name] = value
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read kernel configuration: %w", err)
	}
	return c, nil
}

// cond says for which configurations a row holds: every term, and of a term at
// least one option. The empty cond holds always.
type cond [][]option

type option struct {
	name string
	off  bool // holds where the option is not set
}

// parseCond reads "-" or terms such as "CONFIG_A,!CONFIG_B,CONFIG_C|CONFIG_D".
func parseCond(text string) (cond, error) {
	if text == "-" {
		return nil, nil
	}
	var c cond
	for _, term := range strings.Split(text, ",") {
		var opts []option
		for _, o := range strings.Split(term, "|") {
			name, off := strings.CutPrefix(o, "!")
			if !strings.HasPrefix(name, "CONFIG_") || len(name) == len("CONFIG_") {
				return nil, fmt.Errorf("bad condition %q: want - or options such as CONFIG_A,!CONFIG_B,CONFIG_C|CONFIG_D", text)
			}
			opts = append(opts, option{name, off})
		}
		c = append(c, opts)
	}
	return c, nil
}

func (c cond) holds(conf Config) bool {
	for _, term := range c {
		any := false
		for _, o := range term {
			_, on := conf[o.name]
			any = any || on != o.off
		}
		if !any {
			return false
		}
	}
	return true
}
