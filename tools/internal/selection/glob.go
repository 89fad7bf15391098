package selection

import (
	"fmt"

	"github.com/bmatcuk/doublestar/v4"
)

// CheckGlob refuses a glob that cannot match a file of the tree: "./x", "/x",
// "x/", "../x", or one that is no glob.
func CheckGlob(glob string) error {
	_, err := compileUser(glob)
	return err
}

// maxAlternatives is how many globs without braces one with them may stand for:
// to match it takes as many tries.
const maxAlternatives = 1000

// alternatives tells how many globs without braces a valid one stands for, or a
// number beyond maxAlternatives.
func alternatives(text string) int {
	type group struct{ done, now int } // alternatives before the last comma, and after
	stack := []group{{0, 1}}
	for i := 0; i < len(text); i++ {
		top := &stack[len(stack)-1]
		switch text[i] {
		case '\\':
			i++
		case '[':
			i = classEnd(text, i)
		case '{':
			stack = append(stack, group{0, 1})
			if len(stack) > maxAlternatives {
				return maxAlternatives + 1
			}
		case ',':
			if len(stack) > 1 {
				top.done, top.now = top.done+top.now, 1
			}
		case '}':
			if len(stack) > 1 {
				n := top.done + top.now
				stack = stack[:len(stack)-1]
				stack[len(stack)-1].now *= n
			}
		}
		if top = &stack[len(stack)-1]; top.now > maxAlternatives || top.done > maxAlternatives {
			return maxAlternatives + 1
		}
	}
	return stack[0].now
}

// classEnd returns where the class ends that begins at text[i], in a valid glob.
func classEnd(text string, i int) int {
	for end := i + 1; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case ']':
			return end
		}
	}
	return i
}

// ValidGlob returns an error for a glob that is none, or that stands for too
// many.
func ValidGlob(glob string) error {
	if !doublestar.ValidatePattern(glob) {
		return fmt.Errorf("%q is not a valid glob: check brackets, braces and a final backslash", glob)
	}
	if alternatives(glob) > maxAlternatives {
		return fmt.Errorf("%.100q… stands for more than %d globs without braces: that is the limit; give several globs", glob, maxAlternatives)
	}
	return nil
}
