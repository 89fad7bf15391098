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
	name string // a * at its end stands for any end
	off  bool   // holds where the option is not set
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
			any = any || o.on(conf) != o.off
		}
		if !any {
			return false
		}
	}
	return true
}

// on tells whether the option is set, or one of those with its start.
func (o option) on(conf kernel.Config) bool {
	start, several := strings.CutSuffix(o.name, "*")
	if !several {
		_, on := conf[o.name]
		return on
	}
	for name := range conf {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
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
