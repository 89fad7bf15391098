package gate

import (
	"fmt"
	"slices"
	"strings"
)

// Raise is what a BUILD file has to say for a budget to be kept.
type Raise struct {
	// Label is the target, Call the name of the call that makes it.
	Label, Call string
	// Attr is the attribute, Key that of an entry of a dict; "" for the attribute
	// itself.
	Attr, Key string
	// Was and Is are values as the file has them, without quotes. Was is "" where
	// that is not known.
	Was, Is string
}

// wanted is what a limit has to be, 0 for what it is.
type wanted struct{ max, creep, release int64 }

// raises are what makes a limit what is wanted. What a change must leave, if it must
// leave some, stays at least what it may grow by: the rules want that.
func (l *held) raises(w wanted, leaves bool) (out []Raise) {
	limit := l.limit
	type value struct {
		attr    string
		was, is int64
	}
	maximum, creep := value{limit.Attr, limit.Max, limit.Max}, value{"creep", limit.Creep, limit.Creep}
	release, headroom := value{"creep_release", limit.CreepRelease, limit.CreepRelease}, value{"headroom", limit.Headroom, limit.Headroom}
	set := func(v *value, n int64) {
		if n > v.is {
			_, v.is = l.written(v.attr, n)
		}
	}
	set(&maximum, w.max)
	set(&creep, w.creep)
	set(&release, w.release)
	for range 4 { // each makes the other larger, by a share
		if headroom.was > 0 && creep.was > 0 {
			set(&headroom, max(creep.is, release.is, maximum.is*limit.CreepPercent/10_000, l.floor()))
		}
		if leaves && maximum.was > 0 {
			set(&maximum, l.Is+headroom.is-(l.Max-limit.Max))
		}
	}
	for _, v := range []value{maximum, creep, release, headroom} {
		if v.is == v.was {
			continue
		}
		name, _, _ := strings.Cut(v.attr, "[")
		r := Raise{Label: l.Owner, Call: l.call, Attr: name, Was: limit.Texts[v.attr]}
		r.Is, _ = l.written(v.attr, v.is)
		if name == pathBudgets {
			r.Key = l.key
		}
		out = append(out, r)
	}
	return out
}

// written is a value as the attribute has it, and what that is in the end.
func (l *held) written(attr string, n int64) (text string, is int64) {
	if slices.Contains([]string{"max_bytes", "max_uncompressed_bytes", "max_files"}, attr) {
		return fmt.Sprint(n), n
	}
	return inUnit(l.limit.Texts[attr], n)
}

// units are those of sizes in BUILD files, and how many bytes each is; finer is the
// one that a value that grew is written in, of grain bytes.
var units = []struct {
	name, finer  string
	bytes, grain int64
}{
	{"KiB", "KiB", 1 << 10, 1 << 10}, {"MiB", "KiB", 1 << 20, 1 << 10},
	{"kB", "kB", 1000, 1000}, {"MB", "kB", 1000 * 1000, 1000},
	{"B", "B", 1, 1},
}

// inUnit writes a number of bytes in the unit that a text has, or in the next
// smaller one that its thousands are of, rounded up.
func inUnit(text string, n int64) (string, int64) {
	for _, u := range units {
		if strings.HasSuffix(text, u.name) {
			n = (n + u.grain - 1) / u.grain
			return fmt.Sprintf("%d%s", n, u.finer), n * u.grain
		}
	}
	return fmt.Sprintf("%dB", n), n
}

// String is the raise as a BUILD file has it.
func (r Raise) String() string {
	attr, value := r.Attr, r.Is
	if r.Key != "" {
		attr += fmt.Sprintf("[%q]", r.Key)
	}
	if strings.HasSuffix(value, "B") {
		value = `"` + value + `"`
	}
	return attr + " = " + value
}
