package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the program.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kbuild": main})
}

// TestProgram calls it as the rules do.
func TestProgram(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	for _, c := range []struct {
		args   []string
		status int
		want   string // of standard error
	}{
		{[]string{"--help"}, 0, "Usage of kbuild:\n"},
		{nil, 1, "kbuild: no build tree: give --tree\n"},
		{args[:1], 1, "kbuild: no source: give --source for each file\n"},
		{append(args[:len(args):len(args)], "stray"), 1, "kbuild: unexpected argument \"stray\": flags are --name=value\n"},
		{args, 0, ""},
	} {
		var said strings.Builder
		cmd := exec.Command("kbuild", c.args...)
		cmd.Stderr = &said
		cmd.Run()
		if got := said.String(); cmd.ProcessState.ExitCode() != c.status || !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%q: exit status %d, %q, want %d, %q", c.args, cmd.ProcessState.ExitCode(), got, c.status, c.want)
		}
	}
	if st, err := os.Stat(filepath.Join(dir, "kheaders.ko")); err != nil || st.Mode().Perm() != 0o644 {
		t.Errorf("the module: %v, %v", st, err)
	}
	onlyInputsAnd(t, dir, "kheaders.ko")
}

// TestRealPaths has make called with real, absolute paths, wherever and by
// whichever link the output is named.
func TestRealPaths(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	t.Chdir(link)
	for _, output := range []string{"kheaders.ko", filepath.Join(link, "kheaders.ko")} {
		if err := run(context.Background(), append(args, "--output="+output)); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "kheaders.ko"))
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`(?m)^M=` + regexp.QuoteMeta(real) + `/\.kbuild\.kheaders-\d+\.tmp/src$`).Match(b) {
			t.Errorf("--output=%s: make was called with\n%s", output, b)
		}
	}
}

// TestStopped ends what make has started as well.
func TestStopped(t *testing.T) {
	dir, args := setUp(t, "#!/bin/sh\nsleep 600 &\necho $! >../pid.new\nmv ../pid.new ../pid\nwait\n")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- run(ctx, args) }()
	file := filepath.Join(dir, "pid")
	var pid []byte
	for pid == nil {
		select {
		case err := <-done:
			t.Fatalf("it ended by itself: %v", err)
		case <-time.After(10 * time.Millisecond):
			pid, _ = os.ReadFile(file)
		}
	}
	stop()
	if err := <-done; err == nil || err.Error() != "build kheaders.ko for x86: stopped" {
		t.Errorf("error is %v", err)
	}
	stat := filepath.Join("/proc", strings.TrimSpace(string(pid)), "stat")
	for range 500 { // until whoever has it as a child has noticed
		b, err := os.ReadFile(stat)
		if err != nil || strings.Contains(string(b), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("what make has started still runs")
}
