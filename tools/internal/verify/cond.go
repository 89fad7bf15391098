package verify

import (
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
)

// truth is whether the expression of an #if holds, as far as that is known. Of
// two joined by && the lesser counts, by || the greater.
type truth int8

const (
	no truth = iota
	maybe
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// config is what include/generated/autoconf.h defines, and little else: of any
// other macro nothing is known.
type config map[string]string

// readConfig reads the #defines of include/generated/autoconf.h.
func readConfig(text string) config {
	c := config{}
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "#define "); ok {
			name, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
			c[name] = strings.TrimSpace(value)
		}
	}
	return c
}

// scope is what is known where an #if stands.
type scope struct {
	config config
	// doubtful are macros of config that the file defines or takes back.
	doubtful map[string]bool
	// has tells whether the header of a __has_include is there.
	has func(cinclude.Include) bool
}

// configured tells of which macros config knows whether they are defined.
func configured(name string) bool {
	return name == "__KERNEL__" || name == "__cplusplus" || strings.HasPrefix(name, "CONFIG_")
}

// defined tells whether a macro is defined, and as what.
func (s *scope) defined(name string) (text string, is truth) {
	switch {
	case s.doubtful[name]:
		return "", maybe
	case name == "__KERNEL__":
		return "1", yes
	case name == "__cplusplus":
		return "", no
	case configured(name):
		text, ok := s.config[name]
		return text, truthOf(ok)
	}
	return "", maybe
}
