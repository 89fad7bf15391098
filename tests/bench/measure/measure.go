// Package measure times whole commands, one beside the other.
package measure

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"sort"
	"syscall"
	"text/tabwriter"
	"time"
)

// Command is one thing to measure. Before each run Prepare, if there is one,
// makes it ready; that is not timed.
type Command struct {
	Name    string
	Prepare func() error
	Make    func() *exec.Cmd
	// Size returns the size in bytes of what the run before it wrote.
	Size func() (int64, error)
}

// Result holds medians over the runs.
type Result struct {
	Name string
	// Wall and CPU are seconds; CPU is user and system time together, of the
	// command and of all that it started and waited for.
	Wall, CPU float64
	// RSS is the largest resident set in bytes of any one process.
	RSS int64
	// Size is in bytes.
	Size int64
	runs []sample
}

type sample struct {
	wall, cpu float64
	rss       int64
}

// Run runs the commands in turn, A B A B …, so that a machine that slows down
// slows both.
func Run(progress io.Writer, runs int, commands ...Command) ([]Result, error) {
	out := make([]Result, len(commands))
	for i := range runs {
		for c, cmd := range commands {
			if cmd.Prepare != nil {
				if err := cmd.Prepare(); err != nil {
					return nil, fmt.Errorf("prepare %s: %w", cmd.Name, err)
				}
			}
			s, err := once(cmd)
			if err != nil {
				return nil, err
			}
			if cmd.Size != nil {
				if out[c].Size, err = cmd.Size(); err != nil {
					return nil, fmt.Errorf("%s: %w", cmd.Name, err)
				}
			}
			fmt.Fprintf(progress, "run %d of %d, %s: %.2f s\n", i+1, runs, cmd.Name, s.wall)
			out[c].runs = append(out[c].runs, s)
		}
	}
	for c, cmd := range commands {
		r := &out[c]
		r.Name = cmd.Name
		r.Wall = Median(r.runs, func(s sample) float64 { return s.wall })
		r.CPU = Median(r.runs, func(s sample) float64 { return s.cpu })
		r.RSS = int64(Median(r.runs, func(s sample) float64 { return float64(s.rss) }))
	}
	return out, nil
}

func once(c Command) (sample, error) {
	cmd := c.Make()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin).Seconds()
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", c.Name, err, said.String())
	}
	st := cmd.ProcessState
	ru, ok := st.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, fmt.Errorf("%s: the system tells no resource usage", c.Name)
	}
	return sample{wall, (st.UserTime() + st.SystemTime()).Seconds(), ru.Maxrss << 10}, nil
}

// Median is the median of what of says of each of all.
func Median[T any](all []T, of func(T) float64) float64 {
	v := make([]float64, len(all))
	for i := range all {
		v[i] = of(all[i])
	}
	sort.Float64s(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// Print writes a table of the results, and of each one's ratio to the last.
func Print(w io.Writer, results []Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\twall s\tCPU s\tpeak RSS MB\toutput bytes\t")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.1f\t%d\t\n", r.Name, r.Wall, r.CPU, float64(r.RSS)/1e6, r.Size)
	}
	base := results[len(results)-1]
	for _, r := range results[:len(results)-1] {
		size := ""
		if base.Size > 0 {
			size = fmt.Sprintf("%.2f", float64(r.Size)/float64(base.Size))
		}
		fmt.Fprintf(t, "%s : %s\t1/%.1f\t1/%.1f\t%.2f\t%s\t\n", r.Name, base.Name,
			base.Wall/r.Wall, base.CPU/r.CPU, float64(r.RSS)/float64(base.RSS), size)
	}
	t.Flush()
}
