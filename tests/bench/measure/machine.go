package measure

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Load is the machine's load of the last minute, as the system says it.
func Load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}

// ProcessStart is how many milliseconds it takes to start a process that does nothing
// and to wait for it, the median of a hundred. Mainline's script starts one for each
// file.
func ProcessStart() (float64, error) {
	took := make([]time.Duration, 100)
	for i := range took {
		begun := time.Now()
		if err := exec.Command("true").Run(); err != nil {
			return 0, fmt.Errorf("start a process that does nothing: %w", err)
		}
		took[i] = time.Since(begun)
	}
	return Median(took, func(d time.Duration) float64 { return d.Seconds() * 1e3 }), nil
}
