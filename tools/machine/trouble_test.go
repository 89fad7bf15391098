package machine

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

const (
	x86Start = `[    0.000000] Linux version 6.1.0-50-amd64 (debian-kernel@lists.debian.org) (gcc-12)
[    0.000000] Command line: console=ttyS0 no_timer_check panic=-1 quiet nowatchdog rcupdate.rcu_cpu_stall_suppress=1 workqueue.watchdog_thresh=0
[    1.204711] Warning: unable to open an initial console.
`
	arm64Start = `[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]
[    0.000000] Linux version 6.12.0-arm64 (debian-kernel@lists.debian.org) (aarch64-linux-gnu-gcc-14)
[    0.000000] Kernel command line: console=ttyAMA0 panic=-1 quiet nowatchdog rcupdate.rcu_cpu_stall_suppress=1 workqueue.watchdog_thresh=0
`
	loaded = `[   12.100000] kheaders: loading out-of-tree module taints kernel.
[   12.100001] kheaders: module verification failed: signature and/or required key missing - tainting kernel
[   13.000000] kheaders: /proc/kheaders.tgz exists already
`
)

// runTrouble runs a command of trouble.sh, in busybox where Bazel brings it, with
// what the kernel's log and /proc/sys/kernel/tainted would be.
func runTrouble(t *testing.T, command, log, tainted string) error {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"log": log, "tainted": tainted} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script := "dmesg() { cat log; }\n" + trouble + "tainted=tainted\n" + command + "\n"
	cmd := exec.Command("sh", "-c", script)
	if os.Getenv("BUSYBOX") != "" {
		busybox := runfile.Path(t, "BUSYBOX")
		cmd = exec.Command(busybox, "sh", "-c", "for name in grep cat tail wc mv; do alias $name=\""+busybox+" $name\"; done\n"+script)
		cmd.Env = []string{"PATH=/nowhere"}
	}
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	t.Logf("%s: %s", command, out)
	if strings.Contains(string(out), "not found") {
		t.Fatal("a program is missing")
	}
	return err
}

// Each of these lines alone must be enough: which of them a kernel prints goes
// by its version, its architecture and its configuration.
func TestTrouble(t *testing.T) {
	for _, clean := range []string{x86Start + loaded, arm64Start + loaded} {
		if err := runTrouble(t, "no_oops", clean, ""); err != nil {
			t.Errorf("a kernel without trouble: %v", err)
		}
		for _, line := range []string{
			"Call Trace:",
			"Call trace:",
			"WARNING: CPU: 0 PID: 71 at fs/proc/generic.c:381 proc_register+0x14e/0x1a0",
			"kernel BUG at mm/slub.c:448!",
			"------------[ cut here ]------------",
			"BUG: kernel NULL pointer dereference, address: 0000000000000000",
			"BUG: unable to handle page fault for address: ffffffffc0a00000",
			"BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1519",
			"watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [rmmod:81]",
			"Unable to handle kernel paging request at virtual address ffff80007a9d2000",
			"Internal error: Oops: 0000000096000007 [#1] SMP",
			"Oops: 0000 [#1] PREEMPT SMP NOPTI",
			"general protection fault, probably for non-canonical address 0xdead000000000108: 0000 [#1]",
			"INFO: task rmmod:81 blocked for more than 120 seconds.",
			"rcu: INFO: rcu_preempt self-detected stall on CPU",
			"refcount_t: underflow; use-after-free.",
			"list_del corruption, ffff888003c0 ->next is LIST_POISON1 (dead000000000100)",
			"UBSAN: array-index-out-of-bounds in kernel/module/main.c:2 ",
			"Kernel panic - not syncing: Fatal exception",
		} {
			if err := runTrouble(t, "no_oops", clean+"[   14.000000] "+line+"\n", ""); err == nil {
				t.Errorf("nobody would notice %q", line)
			}
		}
	}
	const warning = "[   14.000000] WARNING: CPU: 0 PID: 71 at fs/proc/generic.c:381\n"
	for command, want := range map[string]bool{
		"warns":                        true,
		"warns && no_oops":             true,
		"warns && only_expected_taint": true,
		"no_oops":                      false,
		"only_expected_taint":          false,
		"warns && echo ok && warns":    false,
		"warns; cat log log >l; mv l log; no_oops": false, // one more
	} {
		if err := runTrouble(t, command, x86Start+warning, "12800"); (err == nil) != want {
			t.Errorf("%s: %v, want it to pass: %v", command, err, want)
		}
	}
	if err := runTrouble(t, "no_oops", loaded, ""); err == nil {
		t.Error("a log without its beginning passes")
	}
	if err := runTrouble(t, "no_oops", "", ""); err == nil {
		t.Error("no log passes")
	}
}

func TestTaint(t *testing.T) {
	for bits, want := range map[string]bool{
		"0\n":     true,
		"4096\n":  true,
		"12288\n": true,
		"1\n":     false, // proprietary
		"2\n":     false, // loaded by force
		"128\n":   false, // died
		"12800\n": false, // a warning, beside the expected ones
		"":        false,
	} {
		if err := runTrouble(t, "only_expected_taint", "", bits); (err == nil) != want {
			t.Errorf("taint %q: %v, want it to pass: %v", bits, err, want)
		}
	}
}
