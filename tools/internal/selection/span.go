package selection

import (
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// span is a range of kernel versions: "*", or comparisons that must all hold,
// as in ">=5.12,<6.13".
type span []bound

type bound struct {
	op string
	v  kernel.Version
}

func parseSpan(text string) (span, error) {
	if text == "*" {
		return nil, nil
	}
	var s span
	for _, part := range strings.Split(text, ",") {
		num := strings.TrimLeft(part, "<>=")
		op := part[:len(part)-len(num)]
		switch op {
		case "<", "<=", ">", ">=", "=":
		default:
			return nil, fmt.Errorf("bad kernel range %q: want *, or comparisons such as >=5.12,<6.13", text)
		}
		v, err := kernel.ParseVersion(num)
		if err != nil || v.String() != num {
			return nil, fmt.Errorf("bad kernel range %q: %q is not a version such as 6.12", text, num)
		}
		s = append(s, bound{op, v})
	}
	return s, nil
}

func (s span) holds(v kernel.Version) bool {
	for _, b := range s {
		c := v.Compare(b.v)
		ok := false
		switch b.op {
		case "<":
			ok = c < 0
		case "<=":
			ok = c <= 0
		case ">":
			ok = c > 0
		case ">=":
			ok = c >= 0
		case "=":
			ok = c == 0
		}
		if !ok {
			return false
		}
	}
	return true
}

// String returns the range as the table has it.
func (s span) String() string {
	var parts []string
	for _, b := range s {
		parts = append(parts, b.op+b.v.String())
	}
	return strings.Join(parts, ",")
}
