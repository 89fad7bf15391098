package gate

import (
	"strconv"
	"strings"
)

// BringBack returns the values of a line that were raised for growth which is in the
// base by now: what lets anything grow goes back to what it was, unless this has grown
// by more. from says what a value was raised from, "" if it was not. Of what grew by a
// baseline's row, or since nobody knows what, there are none.
func (l *Line) BringBack(from func(Raise) string) (out []Raise) {
	if l.of == nil || l.Was < 0 || l.ByRow || l.of.limit.Creep == 0 {
		return nil
	}
	limit, grown := *l.of.limit, l.Is-l.Was
	back := func(attr string, is *int64, least int64) {
		r := Raise{Label: l.Owner, Call: l.of.call, Attr: attr, Was: limit.Texts[attr]}
		if r.Was == "" {
			return
		}
		r.Is = from(r)
		if was := bytesOf(r.Is); was > 0 && was < *is && was >= least {
			*is = was
			out = append(out, r)
		}
	}
	back("creep", &limit.Creep, grown)
	back("creep_release", &limit.CreepRelease, grown)
	// The rules want it to be that much.
	back("headroom", &limit.Headroom, max(limit.Creep, limit.CreepRelease, limit.Max*limit.CreepPercent/10_000, l.of.floor()))
	return out
}

// bytesOf reads a size as BUILD files have it, 0 for what is none.
func bytesOf(text string) int64 {
	for _, u := range units {
		digits, ok := strings.CutSuffix(text, u.name)
		if n, err := strconv.ParseUint(digits, 10, 40); ok && err == nil {
			return int64(n) * u.bytes
		}
	}
	return 0
}
