// Package ruleset says which release of the rules a program belongs to.
package ruleset

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// Version is that of both modules, of the rules and of the programs.
const Version = "0.1.0"

// Interface is the number of the command lines that the rules write: it grows
// by one when a release changes a flag that rules give. The rules have it as
// INTERFACE.
const Interface = 1

// Flag is the first argument that rules give, up to the number.
const Flag = "--rules-interface="

// Take returns the arguments without the first one, where that is the number of
// the rules that gave them. The error says that they are of another release.
func Take(args []string) ([]string, error) {
	if len(args) == 0 {
		return args, nil
	}
	value, ok := strings.CutPrefix(args[0], Flag)
	if !ok {
		return args, nil
	}
	if n, err := strconv.Atoi(value); err != nil || n != Interface {
		return nil, fmt.Errorf("the rules have interface %s and this program, of rules_kheaders %s, has %d: register programs of the same release as the rules", quote.Text(value), Version, Interface)
	}
	return args[1:], nil
}
