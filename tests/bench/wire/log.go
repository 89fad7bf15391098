package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

// spawn is what Bazel's log has of an action.
type spawn struct {
	Mnemonic string
	Inputs   []struct {
		Path   string
		Digest struct {
			Hash      string
			SizeBytes string
		}
	}
}

// amount is of files.
type amount struct{ files, bytes int64 }

func (a *amount) add(bytes int64) { a.files, a.bytes = a.files+1, a.bytes+bytes }

func (a amount) String() string { return fmt.Sprintf("%d\t%.1f", a.files, float64(a.bytes)/1e6) }

// cost is what actions have for inputs: once is what a cache is sent of all of them
// together, and of each kind what a worker lays out.
type cost struct {
	once, all amount
	by        map[string]amount
}

// read reads a log of actions, the program that all of them run not counted.
func read(path string) (cost, error) {
	c := cost{by: map[string]amount{}}
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	seen := map[string]bool{}
	log := json.NewDecoder(bufio.NewReader(f))
	for {
		var s spawn
		if err := log.Decode(&s); errors.Is(err, io.EOF) {
			return c, nil
		} else if err != nil {
			return c, fmt.Errorf("read the log of actions: %w", err)
		}
		by := c.by[s.Mnemonic]
		for _, in := range s.Inputs {
			if in.Path == "programs/program" {
				continue
			}
			size, err := strconv.ParseInt(in.Digest.SizeBytes, 10, 64)
			if err != nil && in.Digest.SizeBytes != "" {
				return c, fmt.Errorf("the size of %q in the log: %w", in.Path, err)
			}
			by.add(size)
			c.all.add(size)
			if !seen[in.Digest.Hash] {
				seen[in.Digest.Hash] = true
				c.once.add(size)
			}
		}
		c.by[s.Mnemonic] = by
	}
}
