package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// archSet is "*", a list such as "x86,arm64", or "!" before a list for all
// other architectures.
type archSet struct {
	not   bool
	names []string
}

func parseArchSet(text string) (archSet, error) {
	if text == "*" {
		return archSet{not: true}, nil
	}
	var a archSet
	list, not := strings.CutPrefix(text, "!")
	a.not = not
	for _, name := range strings.Split(list, ",") {
		if !slices.Contains(kernel.Arches, name) {
			return a, fmt.Errorf("bad architectures %q: %q is not known", text, name)
		}
		a.names = append(a.names, name)
	}
	return a, nil
}

func (a archSet) holds(arch string) bool {
	for _, n := range a.names {
		if n == arch {
			return !a.not
		}
	}
	return a.not
}

// String returns the list as the table has it.
func (a archSet) String() string {
	list := strings.Join(slices.Sorted(slices.Values(a.names)), ",")
	if a.not {
		return "!" + list
	}
	return list
}
