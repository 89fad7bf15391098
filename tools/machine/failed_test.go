package machine

import (
	"io"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// TestFailed has what QEMU says of itself, of several lines, come out as one that
// says what to do.
func TestFailed(t *testing.T) {
	for _, c := range []struct {
		name  string
		m     Machine
		said  string
		wants []string
	}{
		{
			"no KVM", Machine{Accel: "kvm"},
			"Could not access KVM kernel module: No such file or directory\nqemu-system-x86_64: failed to initialize kvm: No such file or directory\n",
			[]string{`: exit status 1: it says "Could not access KVM kernel module: No such file or directory; failed to initialize kvm: No such file or directory": use accel = "tcg"`},
		},
		{"KVM of another architecture", Machine{Accel: "kvm"}, "qemu-system-x86_64: -accel kvm: invalid accelerator kvm\n", []string{`"-accel kvm: invalid accelerator kvm": use accel = "tcg"`}},
		{"another QEMU", Machine{}, "qemu-system-x86_64: unsupported machine type\nUse -machine help to list supported machines\n", []string{`"unsupported machine type; Use -machine help to list supported machines": name a qemu-system-x86_64`}},
		{"a cut image", Machine{}, "qemu: could not load kernel '/proc/self/fd/4': No such file or directory\n", []string{"name a vmlinuz, which the kernel's build calls bzImage"}},
		{"little memory", Machine{Memory: 8}, "qemu: initrd is too large, cannot support. (max: 7208959, need 16122368)\n", []string{"give the machine more memory than 8 MiB"}},
		{"little memory here", Machine{Memory: 1 << 20}, "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory\n", []string{"give the machine less memory than 1048576 MiB"}},
		{"warnings", Machine{}, "qemu-system-x86_64: warning: TCG doesn't support requested feature\nqemu-system-x86_64: \x1b[31mwhat\n", []string{`it says "\x1b[31mwhat"`}},
		{"a book", Machine{}, strings.Repeat("word ", 1000), []string{`it says "word word`, `"…: name a`}},
		{"nothing", Machine{}, "", []string{"it says nothing: name a qemu-system-x86_64"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := fakeQEMU(t, `cat "${0%/*}/said" >&2; exit 1`)
			writeBeside(t, m, "said", c.said)
			m.Accel, m.Memory = c.m.Accel, c.m.Memory
			err := m.Run(io.Discard, func(Result) {})
			if err == nil || strings.Contains(err.Error(), "\n") || len(err.Error()) > 1000 {
				t.Fatalf("error %v, want a line", err)
			}
			for _, want := range append(c.wants, `run QEMU "qemu-system-x86_64": exit status 1: `) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want %q", err, want)
				}
			}
		})
	}
	m := fakeQEMU(t, "kill -9 $$")
	if err := m.Run(io.Discard, func(Result) {}); err == nil || !strings.Contains(err.Error(), "signal: killed: it says nothing: give the machine less memory than 512 MiB") {
		t.Errorf("killed: error %v", err)
	}
	m = fakeQEMU(t, "while :; do :; done")
	m.Limit = cpulimit.Limit{CPU: 1}
	if err := m.Run(io.Discard, func(Result) {}); err == nil || strings.Contains(err.Error(), "less memory") || !strings.Contains(err.Error(), "of CPU time; the guest stopped after 0 checks") {
		t.Errorf("ended by its limit: error %v", err)
	}
}
