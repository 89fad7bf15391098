package selection

import (
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// TestDrivers leaves out headers of drivers, but for those that others include
// or that the user asks for.
func TestDrivers(t *testing.T) {
	const driver, core = "include/sound/pcm.h", "include/linux/sched.h"
	kept := map[string]string{driver: core}
	roots := map[string]string{driver: "closure: root sound/pcm.h"}
	for _, c := range []struct {
		name          string
		o             Options
		kept, reached map[string]string
		in            bool
		rule, reason  string
	}{
		{name: "headers", o: Options{Profile: "headers"}, in: true, reason: "headers: kernel header"},
		{name: "tracing", o: Options{Profile: "tracing"}, rule: "profiles/drivers.table", reason: "tracing: sound drivers, and no other header includes it"},
		{name: "kept", o: Options{Profile: "tracing"}, kept: kept, in: true, rule: "profiles/drivers.table", reason: "tracing: sound drivers, reached from include/linux/sched.h"},
		{name: "included", o: Options{Profile: "tracing", Include: []string{"include/sound/*.h"}}, in: true, rule: "include"},
		{name: "extra", o: Options{Profile: "tracing", Extra: []string{driver}}, in: true, rule: "extra"},
		{name: "kept and excluded", o: Options{Profile: "tracing", Exclude: []string{"include/sound/**"}}, kept: kept, rule: "exclude"},
		{name: "a root", o: Options{Profile: "tracing"}, reached: roots, in: true, rule: "roots"},
		{name: "not reached from roots", o: Options{Profile: "tracing"}, reached: map[string]string{}, rule: "roots"},
		{name: "preset", o: Options{Profile: "modules", Exclude: []string{"@drivers"}}, rule: "profiles/drivers.table", reason: "modules: sound drivers, and no other header includes it"},
		{name: "preset, kept", o: Options{Profile: "rfc", Exclude: []string{"a", "@drivers"}}, kept: kept, in: true, rule: "profiles/drivers.table"},
		{name: "preset twice", o: Options{Profile: "tracing", Exclude: []string{"@drivers", "@drivers"}}, rule: "profiles/drivers.table"},
	} {
		c.o.Arch = "x86"
		s := mustNew(t, c.o)
		r := s.ForKernel(kernel.Version{Major: 6, Minor: 1})
		if c.reached != nil {
			r = r.WithReached(c.reached)
		}
		presets := c.o.Profile == "tracing" || strings.Contains(strings.Join(c.o.Exclude, " "), "@")
		if want := presets && c.reached == nil; r.Keeps() != want {
			t.Errorf("%s: Keeps is %v", c.name, !want)
		}
		if got := r.MayKeep(core); got {
			t.Errorf("%s: %s is said to be taken only where another header includes it", c.name, core)
		}
		if c.kept != nil {
			r = r.WithKept(c.kept)
		}
		v := r.Decide(driver)
		if v.In != c.in || !strings.HasPrefix(v.Rule, c.rule) || !strings.HasPrefix(v.Reason, c.reason) {
			t.Errorf("%s: %+v, want in %v by %s: %s", c.name, v, c.in, c.rule, c.reason)
		}
		if c.in && !s.MayMatch(driver) {
			t.Errorf("%s: MayMatch is false", c.name)
		}
		if v := r.Decide(core); v.In == (c.reached != nil) {
			t.Errorf("%s: %s: %+v", c.name, core, v)
		}
	}
	for _, exclude := range []string{"@driver", "@", "@headers"} {
		_, err := New(Options{Profile: "modules", Arch: "x86", Exclude: []string{exclude}})
		if err == nil || !strings.Contains(err.Error(), "want @drivers") {
			t.Errorf("%s: %v", exclude, err)
		}
	}
}
