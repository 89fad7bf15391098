package cpulimit

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	const busy = "while :; do :; done"
	for _, c := range []struct {
		name, script string
		limit        Limit
		want         string
	}{
		{"ends", "echo done", Limit{}, ""},
		{"fails", "exit 3", Limit{}, "exit status 3"},
		{"is busy", busy, Limit{CPU: 500 * time.Millisecond}, "took more than 500ms of CPU time"},
		{"starts what is busy", "(" + busy + ") & wait", Limit{CPU: 500 * time.Millisecond}, "took more than 500ms of CPU time"},
		{"has had what was busy", "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; exec sleep 600", Limit{CPU: 100 * time.Millisecond}, "took more than 100ms of CPU time"},
		{"leaves what was busy to others", "i=0; while [ $i -lt 9 ]; do (sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done' &); i=$((i+1)); done; exec sleep 600", Limit{CPU: 600 * time.Millisecond}, "took more than 600ms of CPU time"},
		{"waits", "exec sleep 600", Limit{Idle: time.Second}, "hangs: it took"},
		{"waits for what waits", "sleep 600 & wait", Limit{Idle: time.Second}, "hangs: it took"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, err := CombinedOutput(exec.Command("sh", "-c", c.script), c.limit)
			if c.want == "" {
				if err != nil || string(out) != "done\n" {
					t.Errorf("%q, %v", out, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestTimePasses shows that time alone ends nothing: what waits for less than
// Idle between its work goes on.
func TestTimePasses(t *testing.T) {
	t.Parallel()
	out, err := CombinedOutput(exec.Command("sh", "-c", "for i in 1 2 3; do sleep 1; j=0; while [ $j -lt 9 ]; do j=$((j+1)); done; done; echo done"), Limit{CPU: 2 * time.Second, Idle: time.Minute})
	if err != nil || string(out) != "done\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	p, err := Start(exec.Command("sh", "-c", "sleep 600 & sleep 600"), Limit{})
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("enough")
	p.Kill(why)
	if err := p.Wait(); err != why {
		t.Errorf("error %v, want %v", err, why)
	}
}
