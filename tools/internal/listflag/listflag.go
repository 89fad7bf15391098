// Package listflag has the flag that may be given many times.
package listflag

import "fmt"

// List is the values of such a flag, in the order in which they were given. It
// is a flag.Value.
type List []string

// String returns the values for a message.
func (l *List) String() string { return fmt.Sprint([]string(*l)) }

// Set adds one value.
func (l *List) Set(s string) error { *l = append(*l, s); return nil }
