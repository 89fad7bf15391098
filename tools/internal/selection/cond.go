package selection

import (
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

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

func (c cond) holds(conf kernel.Config) bool {
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

// String returns the condition as the table has it.
func (c cond) String() string {
	var terms []string
	for _, term := range c {
		var options []string
		for _, o := range term {
			if o.off {
				options = append(options, "!"+o.name)
			} else {
				options = append(options, o.name)
			}
		}
		terms = append(terms, strings.Join(options, "|"))
	}
	return strings.Join(terms, ",")
}
