package modsign

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// HashWord stands for the name of the hash in the words of a command.
const HashWord = "{hash}"

// Command is a program that has a key, as that of a hardware security module
// does: it reads what is to be signed from its standard input, and writes the
// signature, PKCS#1 version 1.5 or ECDSA in DER, to its standard output.
type Command struct{ words []string }

// NewCommand makes a Command of a program and its arguments.
func NewCommand(words []string) (*Command, error) {
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("the command that signs has no program: give one")
	}
	return &Command{words}, nil
}

// maxSaid is how much of what a command says an error shows, in bytes.
const maxSaid = 2000

func (c *Command) sign(module []byte, hash string) ([]byte, error) {
	var words []string
	for _, w := range c.words {
		words = append(words, strings.ReplaceAll(w, HashWord, hash))
	}
	cmd := exec.Command(words[0], words[1:]...)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(module), &said
	signature, err := cmd.Output()
	if err != nil {
		b := said.Bytes()
		return nil, fmt.Errorf("run %q to sign: %w: %s", words[0], err, strings.Join(strings.Fields(string(b[max(0, len(b)-maxSaid):])), " "))
	}
	if len(signature) == 0 {
		return nil, fmt.Errorf("run %q to sign: it wrote no signature: it is to read the module from its standard input and write the signature to its standard output", words[0])
	}
	return signature, nil
}
