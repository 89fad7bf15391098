package kernel

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/textline"
)

// Config holds the options a kernel was configured with, for instance
// "CONFIG_OBJTOOL" → "y". An option that is off is absent.
type Config map[string]string

// maxConfigLine is far above the longest line of any kernel's configuration,
// in bytes.
const maxConfigLine = 1 << 20

// ReadConfig reads include/config/auto.conf (or a .config file, which has the
// same lines and comments).
func ReadConfig(r io.Reader) (Config, error) {
	c := Config{}
	sc := textline.NewScanner(r, maxConfigLine)
	for sc.Scan() {
		line := bytes.TrimSpace(sc.Bytes())
		name, value, ok := strings.Cut(string(line), "=")
		if ok && strings.HasPrefix(name, "CONFIG_") && value != "n" {
			c[name] = value
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read kernel configuration: %w", err)
	}
	return c, nil
}

// The third line of a .config, such as "# Linux/x86 6.1.176 Kernel
// Configuration", says what make's ARCH was.
var configLine = regexp.MustCompile(`(?m)^# Linux/(\S+) \S+ Kernel Configuration$`)

// ConfigArch returns the ARCH of make that the text of a .config names, "" if
// it names none.
func ConfigArch(config string) string {
	if m := configLine.FindStringSubmatch(config); m != nil {
		return m[1]
	}
	return ""
}

// configMacro is an option of AutoConfHeader that is y.
var configMacro = regexp.MustCompile(`(?m)^#define (CONFIG_\w+) 1\r?$`)

// ReadConfigHeader returns the options that are y as the text of an
// AutoConfHeader has them.
func ReadConfigHeader(text []byte) Config {
	c := Config{}
	for _, m := range configMacro.FindAllSubmatch(text, -1) {
		c[string(m[1])] = "y"
	}
	return c
}
