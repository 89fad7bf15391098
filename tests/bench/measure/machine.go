package measure

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
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

// ProcessStart is how long it takes to start a process that does nothing and to wait
// for it, the median of a hundred. Mainline's script starts one for each file.
func ProcessStart() (time.Duration, error) {
	took := make([]time.Duration, 100)
	for i := range took {
		begun := time.Now()
		if err := exec.Command("true").Run(); err != nil {
			return 0, fmt.Errorf("start a process that does nothing: %w", err)
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
