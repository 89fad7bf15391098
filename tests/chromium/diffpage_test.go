package chromium

import (
	"archive/tar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// odd is a directory with a name that HTML would obey, and longer than a phone is wide.
var odd = `include/"><img src=x onerror=alert(1)>` + strings.Repeat("long", 30)

// diffPage makes the page of what differs between two small archives.
func diffPage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, headers ...string) string {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := tar.NewWriter(f)
		for i := 0; i < len(headers); i += 2 {
			if err := w.WriteHeader(&tar.Header{Name: headers[i], Mode: 0o644, Size: int64(len(headers[i+1]))}); err != nil {
				t.Fatal(err)
			}
			w.Write([]byte(headers[i+1]))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	long := strings.Repeat("a_name_", 30)
	was := write("was.tar", "include/linux/a.h", "#define A 1\nint gone(void);\n", odd+"/b.h", "int b(void);\n")
	is := write("is.tar", "include/linux/a.h", "#define A 2\nDECLARE(\"<script>alert(2)</script>\", x);\nint "+long+"(void);\n", odd+"/b.h", "int  b(void);\n", "include/linux/new.h", "int n(void);\n")
	page := filepath.Join(dir, "diff.html")
	if out, err := exec.Command(runfile.Path(t, "KHEADERS"), "diff", was, is, "--html="+page).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return page
}

// TestDiffPage looks at the page of what differs: by keyboard, in both themes, on a
// phone, with names that are text whatever is in them.
func TestDiffPage(t *testing.T) {
	b := begin(t)
	b.must(b.Open("file://" + diffPage(t)))
	if got := b.text(`document.title + " " + document.querySelector("h1").textContent`); strings.Count(got, "Differences of ") != 2 {
		t.Errorf("the page begins with %q", got)
	}
	if n := b.number(`document.querySelectorAll("img, script").length`); n != 0 {
		t.Errorf("names have become %.0f elements", n)
	}
	if got := b.text(`document.querySelector("main").textContent`); !strings.Contains(got, `><img src=x onerror=alert(1)>longlong`) || !strings.Contains(got, "include/linux/new.h") || !strings.Contains(got, "comments or white space only") {
		t.Errorf("files are missing in %q", got)
	}

	// What has changed in a file opens by the keyboard.
	visible := `String([...document.querySelectorAll("li")].filter(e => e.checkVisibility()).length)`
	if got := b.text(visible); got != "0" {
		t.Errorf("%s changes are seen at first", got)
	}
	b.must(b.Eval(`document.querySelector("summary").focus()`, nil))
	b.must(b.Key("Enter"))
	if got := b.text(visible); got != "4" {
		t.Errorf("%s changes are seen when the file is opened, want 4", got)
	}
	if got := b.text(`[...document.querySelectorAll("li")].map(e => e.textContent.trim()).join("\n")`); !strings.Contains(got, "~ macro A definition") || !strings.Contains(got, "- function gone") || !strings.Contains(got, "<script>alert(2)</script>") {
		t.Errorf("the changes are %q", got)
	}

	for _, theme := range []string{"light", "dark"} {
		b.must(b.Theme(theme))
		b.must(b.Eval(contrast, nil))
		var low []string
		b.must(b.Eval(`low()`, &low))
		for _, text := range low {
			t.Errorf("%s: hard to read: %s", theme, text)
		}
	}
	for _, width := range []int{1280, 420, 320} {
		b.must(b.Size(width, 800))
		if over := b.number(`document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%d pixels wide, the page is %.0f wider", width, over)
		}
	}
	b.quiet()
}

// contrast defines low, which names texts whose contrast with what is behind them is
// below the 4.5 that WCAG wants.
const contrast = `window.low = () => {
	const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const back = light(getComputedStyle(document.body).backgroundColor);
	const out = [];
	for (const e of document.querySelectorAll("body *")) {
		const own = [...e.childNodes].filter(n => n.nodeType === 3 && n.textContent.trim());
		if (!own.length || !e.checkVisibility()) continue;
		const text = light(getComputedStyle(e).color);
		const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
		if (ratio < 4.5) out.push(e.tagName + " " + ratio.toFixed(2) + " " + own[0].textContent.trim().slice(0, 40));
	}
	return out;
}`
