package main

import (
	"bytes"
	"context"
	"fmt"
)

// strip removes from a module what modules_install does with
// INSTALL_MOD_STRIP=1.
func (j *job) strip(ctx context.Context, work, module string) error {
	words, err := j.command("STRIP")
	if err != nil {
		return err
	}
	program, err := lookPath(words[0])
	if err != nil {
		return fmt.Errorf("strip kheaders.ko: %w: the machine that runs the action needs it, or make_args (--make-arg=STRIP=…) is to name another", err)
	}
	cmd := inGroup(ctx, work, program, append(words[1:len(words):len(words)], "--strip-debug", module))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("strip kheaders.ko: %q: %w: %s", program, err, bytes.TrimSpace(out))
	}
	return nil
}
