package machine

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// noStart is the error for a QEMU that cannot be started.
func noStart(program string, err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("start %s: it is not on PATH: install QEMU (Debian's qemu-system-x86, qemu-system-arm and so on), or register a kheaders_qemu_toolchain", program)
	}
	var reason interface{ Unwrap() error }
	if errors.As(err, &reason) {
		err = reason.Unwrap()
	}
	return fmt.Errorf("start QEMU %q: %w: name one that runs on this machine (qemu = …, --qemu=…)", program, err)
}

// ended tells why the machine is off: err and said are QEMU's exit status and what
// it wrote to standard error, guest is what was wrong with the guest.
func (m Machine) ended(err error, said string, guest error) error {
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		err = m.failed(exit, said)
		// That the guest stopped follows from it.
		if stopped := (*stoppedError)(nil); errors.As(guest, &stopped) {
			return err
		}
	}
	if err != nil && guest != nil {
		return fmt.Errorf("%w; %w", err, guest)
	}
	return errors.Join(err, guest)
}

// failed is the error for a QEMU that gave up, with what it said in one line.
func (m Machine) failed(exit *exec.ExitError, said string) error {
	program := m.program()
	var lines []string
	for _, line := range strings.Split(said, "\n") {
		line = strings.TrimSpace(line)
		line = strings.TrimPrefix(strings.TrimPrefix(line, filepath.Base(program)+": "), "qemu: ")
		// There is one for each thing that a processor has and is not emulated.
		if line != "" && !strings.HasPrefix(line, "warning: ") {
			lines = append(lines, line)
		}
	}
	said = strings.Join(lines, "; ")
	what := fmt.Sprintf("it says %q", said)
	if said == "" {
		what = "it says nothing"
	} else if len(said) > maxSaid {
		what = fmt.Sprintf("it says %q…", said[:maxSaid])
	}
	return fmt.Errorf("run QEMU %q: %w: %s: %s", program, exit, what, m.mend(exit.String()+" "+said))
}

// maxSaid is how much of what QEMU says an error has, in bytes.
const maxSaid = 500

// Words of QEMU's for one kind of trouble.
var (
	aboutKVM      = regexp.MustCompile(`(?i)\bkvm\b`)
	aboutKernel   = regexp.MustCompile(`(?i)load kernel|loading.* kernel|kernel too old|invalid kernel|kernel header|kernel image`)
	aboutInitrd   = regexp.MustCompile(`(?i)initrd|ramdisk|ram disk|not enough space for`)
	aboutFirmware = regexp.MustCompile(`(?i)\b(bios|firmware|romfile|option rom)\b`)
	aboutMemory   = regexp.MustCompile(`(?i)allocate memory|guest memory|\bram size|\bmemory size|\bRAM for|(^|\s)-m |\bMiB\b.*RAM|signal: killed|phys-bits|address space`)
)

// mend says what to do about what QEMU said.
func (m Machine) mend(said string) string {
	switch {
	case m.Accel == "kvm" && aboutKVM.MatchString(said):
		return `use accel = "tcg" (--accel=tcg), or a host of the kernel's architecture that lets this user open /dev/kvm`
	case aboutKernel.MatchString(said):
		return m.nameKernel()
	case aboutInitrd.MatchString(said):
		return fmt.Sprintf("give the machine more memory than %d MiB (memory = …, --memory=…)", m.memory())
	case aboutMemory.MatchString(said):
		return fmt.Sprintf("give the machine less memory than %d MiB (memory = …, --memory=…), or run it where so much is free", m.memory())
	case aboutFirmware.MatchString(said):
		return "install QEMU's firmware, such as Debian's seabios"
	}
	return fmt.Sprintf("name a %s of version 7.2 or newer (qemu = …, --qemu=…)", emulators[m.Arch].program)
}

// stoppedError says that the guest stopped before its time.
type stoppedError struct{ text string }

func (e *stoppedError) Error() string { return e.text }

// kernelTrouble finds on a console why a kernel stopped.
type kernelTrouble struct {
	line  []byte
	first string
	said  bool // anything at all
}

// longest is how much of a line of the console is looked at, in bytes.
const longest = 1000

var (
	givesUp = regexp.MustCompile(`Kernel panic - |Out of memory|out of memory|Initramfs unpacking failed|System halted`)
	noRoom  = regexp.MustCompile(`[Oo]ut of memory|deadlocked on memory|unpacking failed`)
	noInit  = regexp.MustCompile(`[Uu]nable to mount root|No working init|No init found`)
	// A line of the kernel's own, and not of a program that runs there: with its
	// time, or of a panic.
	since   = regexp.MustCompile(`^\[ *[0-9]+\.[0-9]+\] `)
	ofPanic = regexp.MustCompile(`^Kernel panic - `)
)

// hear hears what is on the console next.
func (k *kernelTrouble) hear(text []byte) {
	k.said = k.said || len(text) > 0
	for _, c := range text {
		if c != '\n' {
			if len(k.line) < longest {
				k.line = append(k.line, c)
			}
			continue
		}
		k.judge()
	}
}

// judge looks at a line that is whole.
func (k *kernelTrouble) judge() {
	if k.first == "" && givesUp.Match(k.line) && (since.Match(k.line) || ofPanic.Match(k.line)) {
		k.first = since.ReplaceAllString(strings.TrimSpace(string(k.line)), "")
	}
	k.line = k.line[:0]
}

// stopped is the error for a guest that stopped then.
func (k *kernelTrouble) stopped(when string) error {
	k.judge()
	text := "the guest stopped " + when
	if !k.said {
		text += ": it said nothing: give it more memory (memory = …, --memory=…), or a kernel that knows QEMU's console"
	}
	if k.first != "" {
		text += fmt.Sprintf(": its kernel says %q", k.first)
	}
	switch {
	case noRoom.MatchString(k.first):
		text += ": give it more memory (memory = …, --memory=…)"
	case noInit.MatchString(k.first):
		text += ": name a busybox that this kernel can run, or give it more memory (memory = …, --memory=…)"
	}
	return &stoppedError{text}
}
