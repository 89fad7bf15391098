package chromium

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// tab is a browser that a test has open.
type tab struct {
	t *testing.T
	*Browser
}

func (b tab) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b tab) open(url string) {
	b.t.Helper()
	b.must(b.Open(url))
	b.must(b.Settle(Drawn))
}

func (b tab) text(js string) (s string) {
	b.t.Helper()
	b.must(b.Eval(js, &s))
	return s
}

func (b tab) number(js string) (n float64) {
	b.t.Helper()
	b.must(b.Eval(js, &n))
	return n
}

func (b tab) keys(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.must(b.Key(k))
	}
	b.must(b.Settle(Drawn))
}

const (
	crumbs = `document.getElementById("crumbs").textContent`
	picked = `(document.querySelector("#map .pick > .t") || {textContent: ""}).textContent`
	focus  = `document.activeElement.id`
)

// boxes are those of the first level of the map: id, place and size.
const boxes = `[...document.querySelectorAll("#map > .b")].map(e => { const r = e.getBoundingClientRect(); return {id: e.id, x: r.x, y: r.y, w: r.width, h: r.height}; })`

type box struct {
	ID         string
	X, Y, W, H float64
}

// begin opens a browser.
func begin(t *testing.T) tab {
	t.Helper()
	b, err := Start(runfile.Path(t, "CHROMIUM"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	v := tab{t, b}
	v.must(b.Size(1280, 800))
	v.must(b.Theme("light"))
	return v
}

// start opens a browser and a page of sizes.
func start(t *testing.T, page string) tab {
	t.Helper()
	v := begin(t)
	v.open("file://" + page)
	return v
}

// quiet fails where the page asked for anything, or something went wrong in it.
func (b tab) quiet() {
	b.t.Helper()
	for _, e := range b.Events() {
		var p struct {
			Request struct {
				URL string `json:"url"`
			} `json:"request"`
		}
		json.Unmarshal(e.Params, &p)
		switch e.Method {
		case "Network.requestWillBeSent":
			if !regexp.MustCompile(`^file:///[^?]*\.html(#.*)?$|^data:,$`).MatchString(p.Request.URL) {
				b.t.Errorf("the page asks for %s", p.Request.URL)
			}
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
			b.t.Errorf("the page says %s: %s", e.Method, e.Params)
		}
	}
}

// real is the page of a whole kernel.
func real(t *testing.T) (string, *sizesJSON) {
	t.Helper()
	return runfile.Path(t, "PAGE"), read(t, runfile.Path(t, "SIZES"))
}

type sizesJSON struct {
	ArchiveBytes int64 `json:"archive_bytes"`
	Entries      []struct {
		Path string
		Dir  bool
		Bits int64
	}
}

func read(t *testing.T, path string) *sizesJSON {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s sizesJSON
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func TestKeyboard(t *testing.T) {
	page, s := real(t)
	b := start(t, page)
	if got := b.text(crumbs); !strings.Contains(got, "all — "+grouped(s.ArchiveBytes)+" B") || !strings.Contains(got, "with the framing") {
		t.Errorf("the page begins with %q, the archive has %d bytes", got, s.ArchiveBytes)
	}
	if n := b.number(`document.querySelectorAll("#map .b").length`); n < 2000 {
		t.Errorf("%.0f boxes of %d files", n, len(s.Entries))
	}
	b.keys("ArrowRight")
	if got := b.text(picked); got != "include" {
		t.Errorf("the first arrow chooses %q, want the largest box", got)
	}
	b.keys("Enter", "ArrowDown", "Enter")
	if got := b.text(crumbs); !strings.HasPrefix(got, "all / include / linux — ") {
		t.Errorf("Enter leads to %q", got)
	}
	if got, want := b.text(`decodeURIComponent(location.hash)`), "#include/linux&size&dir"; got != want {
		t.Errorf("the address is %q, want %q", got, want)
	}
	b.keys("Escape")
	if got := b.text(crumbs); !strings.HasPrefix(got, "all / include — ") {
		t.Errorf("Escape leads to %q", got)
	}
	if got := b.text(picked); !strings.HasPrefix(got, "linux") {
		t.Errorf("Escape chooses %q, want where one came from", got)
	}
	b.arrows()
	b.quiet()
}

// arrows goes about by arrows, and holds each step to what the places of the boxes
// say: where one comes to has to lie in that direction, and none that is beside the
// one before may be nearer.
func (b tab) arrows() {
	b.t.Helper()
	var all []box
	b.must(b.Eval(boxes, &all))
	at := map[string]box{}
	for _, x := range all {
		at[x.ID] = x
	}
	moves := 0
	for _, key := range strings.Fields("ArrowRight ArrowDown ArrowDown ArrowLeft ArrowDown ArrowRight ArrowUp ArrowUp ArrowRight ArrowRight ArrowDown ArrowLeft ArrowLeft ArrowUp") {
		from := at[b.text(`document.querySelector("#map > .pick").id`)]
		b.keys(key)
		to := at[b.text(`document.querySelector("#map > .pick").id`)]
		gap := func(x box) float64 {
			return map[string]float64{"ArrowRight": x.X - from.X - from.W, "ArrowLeft": from.X - x.X - x.W, "ArrowDown": x.Y - from.Y - from.H, "ArrowUp": from.Y - x.Y - x.H}[key]
		}
		beside := func(x box) bool {
			if strings.HasSuffix(key, "t") && key != "ArrowUp" && key != "ArrowDown" {
				return x.Y < from.Y+from.H-1 && x.Y+x.H > from.Y+1
			}
			return x.X < from.X+from.W-1 && x.X+x.W > from.X+1
		}
		if to.ID == from.ID {
			for _, x := range all {
				if gap(x) > -1 && beside(x) {
					b.t.Errorf("%s stays, and %v lies there of %v", key, x, from)
				}
			}
			continue
		}
		moves++
		if gap(to) < -1 {
			b.t.Errorf("%s leads from %v to %v, which is not there", key, from, to)
		}
		for _, x := range all {
			if g := gap(x); g > -1 && beside(x) && g < gap(to)-1 {
				b.t.Errorf("%s leads from %v to %v, and %v is nearer", key, from, to, x)
			}
		}
	}
	if moves < 6 {
		b.t.Errorf("%d moves only", moves)
	}
}

func TestSearch(t *testing.T) {
	page, s := real(t)
	b := start(t, page)
	b.keys("/")
	if got := b.text(focus); got != "search" {
		t.Fatalf("/ leads to %q", got)
	}
	b.keys(strings.Split("skbuff.h", "")...)
	found := 0
	for _, e := range s.Entries {
		if strings.Contains(e.Path, "skbuff.h") {
			found++
		}
	}
	if got := b.text(`document.getElementById("said").textContent`); found == 0 || !strings.HasPrefix(got, fmt.Sprintf("%d found, files of ", found)) {
		t.Errorf("the search says %q, want %d", got, found)
	}
	if n := b.number(`document.querySelectorAll("#map .hit").length`); int(n) == 0 || int(n) > found {
		t.Errorf("%.0f boxes are marked of %d", n, found)
	}
	b.keys("Enter")
	if got := b.text(crumbs); !strings.HasPrefix(got, "all / include / linux — ") {
		t.Errorf("Enter leads to %q", got)
	}
	if got := b.text(picked); got != "skbuff.h" {
		t.Errorf("Enter chooses %q", got)
	}
	b.keys("Escape")
	if n := b.number(`document.querySelectorAll("#map .hit").length`); n != 0 || b.text(`document.getElementById("search").value`) != "" {
		t.Errorf("Escape leaves %.0f marks", n)
	}
	b.keys("/")
	b.keys(strings.Split("nowhere at all", "")...)
	b.keys("Enter")
	if got := b.text(`document.getElementById("said").textContent`); !strings.HasPrefix(got, "0 found") {
		t.Errorf("the search says %q", got)
	}
	// The browser's own search finds what has a label.
	b.keys("Escape")
	var seen bool
	b.must(b.Eval(`window.find("netdevice.h", false, false, true)`, &seen))
	if !seen {
		t.Error("the browser's own search does not find netdevice.h")
	}
	b.quiet()
}

// TestLooks has both themes, a phone, and labels that are cut only with an ellipsis.
func TestLooks(t *testing.T) {
	page, _ := real(t)
	b := start(t, page)
	looks := map[string]string{}
	for _, theme := range []string{"light", "dark"} {
		b.must(b.Theme(theme))
		looks[theme] = b.text(`getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector("#map .b")).backgroundColor`)
		b.readable(theme)
	}
	if looks["light"] == looks["dark"] {
		t.Errorf("dark is as light: %q", looks)
	}
	b.must(b.Eval(`document.getElementById("theme").click()`, nil))
	if got := b.text(`document.documentElement.dataset.theme`); got != "light" {
		t.Errorf("the button makes %q of dark", got)
	}
	for _, width := range []int{1280, 420} {
		b.must(b.Size(width, 800))
		b.open("file://" + page + "#include")
		if n := b.number(`document.documentElement.scrollWidth`); n > float64(width) {
			t.Errorf("%d pixels wide the page has %.0f", width, n)
		}
		if n := b.number(`document.getElementById("map").clientWidth`); n < 0.6*float64(width) {
			t.Errorf("%d pixels wide the map has %.0f", width, n)
		}
		const cut = `[...document.querySelectorAll("#map .t")].filter(e => {
			const s = getComputedStyle(e), up = e.parentElement.getBoundingClientRect(), r = e.getBoundingClientRect();
			return e.scrollWidth > e.clientWidth && s.textOverflow !== "ellipsis" || r.bottom > up.bottom + 0.5 || r.right > up.right + 0.5;
		}).length`
		if n := b.number(cut); n != 0 {
			t.Errorf("%d pixels wide, %.0f labels are cut without a sign of it", width, n)
		}
		const outside = `[...document.querySelectorAll("#map .b")].filter(e => {
			const r = e.getBoundingClientRect(), up = e.parentElement.getBoundingClientRect();
			return r.left < up.left - 1 || r.top < up.top - 1 || r.right > up.right + 1 || r.bottom > up.bottom + 1;
		}).length`
		if n := b.number(outside); n != 0 {
			t.Errorf("%d pixels wide, %.0f boxes lie outside of theirs", width, n)
		}
	}
	b.quiet()
}

// readable compares the brightness of labels with that of their boxes.
func (b tab) readable(theme string) {
	b.t.Helper()
	const least = `(() => {
		const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
		return Math.min(...[...document.querySelectorAll("#map .t")].slice(0, 300).map(e => {
			const x = light(getComputedStyle(e).color), y = light(getComputedStyle(e.parentElement).backgroundColor);
			return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
		}));
	})()`
	if n := b.number(least); n < 4.5 {
		b.t.Errorf("%s: a label stands out by %.2f only", theme, n)
	}
}

// sizeOf runs kheaders size.
func sizeOf(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command(runfile.Path(t, "KHEADERS"), append([]string{"size"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// changed makes a page against a base in which two files were of another size, one
// was not there and one was that is gone.
func changed(t *testing.T, sizes string) string {
	t.Helper()
	text, err := os.ReadFile(sizes)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	base, page := filepath.Join(dir, "base.json"), filepath.Join(dir, "page.html")
	var s map[string]any
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	grown := 0.0
	var out []any
	for _, e := range s["entries"].([]any) {
		e := e.(map[string]any)
		switch e["path"] {
		case "include/linux/fs.h":
			e["bits"] = e["bits"].(float64) - 80_000
			grown += 80_000
		case "include/net/sock.h":
			e["bits"] = e["bits"].(float64) + 40_000
			grown -= 40_000
		case "include/linux/skbuff.h":
			grown += e["bits"].(float64)
			s["uncompressed_bytes"] = s["uncompressed_bytes"].(float64) - e["bytes"].(float64)
			continue
		}
		out = append(out, e)
	}
	out = append(out, map[string]any{"path": `"zz/<b>\x1bgone.h"`, "bits": 8000.0, "bytes": 0})
	grown -= 8000
	s["entries"] = out
	s["archive_bytes"] = float64(int64(s["archive_bytes"].(float64)*8-grown) / 8)
	// What is left of a byte is framing.
	sum := s["framing_bits"].(float64)
	for _, e := range out {
		sum += e.(map[string]any)["bits"].(float64)
	}
	s["framing_bits"] = s["framing_bits"].(float64) + s["archive_bytes"].(float64)*8 - sum
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(base, b, 0o644); err != nil {
		t.Fatal(err)
	}
	sizeOf(t, "--sizes="+sizes, "--base="+base, "--html="+page)
	return page
}

// TestChange has the map of what has changed against a base.
func TestChange(t *testing.T) {
	page := changed(t, runfile.Path(t, "SIZES"))
	b := start(t, page+"#include&change&change")
	if got := b.text(`document.getElementById("area").value + document.getElementById("colour").value`); got != "changechange" {
		t.Errorf("the address chooses %q", got)
	}
	if got := b.text(crumbs); !strings.HasPrefix(got, "all / include — ") || !strings.Contains(got, ", +") {
		t.Errorf("the address leads to %q", got)
	}
	var names []string
	b.must(b.Eval(`[...document.querySelectorAll("#rows tr")].slice(0, 3).map(e => e.lastChild.textContent + e.children[2].className)`, &names))
	if got := strings.Join(names[:2], " "); got != "linux/c up net/c down" {
		t.Errorf("the table begins with %q", got)
	}
	b.must(b.Eval(`(() => { const a = document.getElementById("area"); a.value = "size"; a.dispatchEvent(new Event("change")); })()`, nil))
	if got := b.text(`decodeURIComponent(location.hash)`); got != "#include&size&change" {
		t.Errorf("the address is %q", got)
	}
	b.open("file://" + page)
	if got := b.text(`document.getElementById("rows").textContent`); !strings.Contains(got, "zz/") || !strings.Contains(got, "−1,000") {
		t.Errorf("what is gone is not in the table: %q", got)
	}
	b.open("file://" + page + "#zz&change")
	if got := b.text(`document.querySelector("#map .t").textContent`); got != `"<b>\x1bgone.h"` {
		t.Errorf("the name of the file that is gone is shown as %q", got)
	}
	b.quiet()
}
