// Package steps is what a walk of a compressed stream writes down: what its
// output weighs, piece by piece, and how many bits each block took.
package steps

// Step is a piece of the output: N bytes that weigh Weight together. What weights
// are is up to the walk; they are compared within a block alone. A step with N 0
// ends a block, whose output took Weight bits of the stream in all.
type Step struct {
	N      int64
	Weight int64
}

// Log is what a walk has written and nobody has read yet.
type Log struct {
	Steps []Step
	// Framing is how many bits of the stream so far make no output: heads,
	// checksums, padding.
	Framing int64
}

// Out notes that the next n bytes of the output weigh so much.
func (l *Log) Out(n int, weight int64) { l.Steps = append(l.Steps, Step{int64(n), weight}) }

// Block notes that a block ends here, which took so many bits.
func (l *Log) Block(bits int64) { l.Steps = append(l.Steps, Step{0, bits}) }

// Frame notes bits that make no output.
func (l *Log) Frame(bits int64) { l.Framing += bits }
