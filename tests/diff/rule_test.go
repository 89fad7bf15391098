package diff

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestRule reads what a kheaders_diff_report has written.
func TestRule(t *testing.T) {
	var r report
	if err := json.Unmarshal(runfile.Read(t, "JSON"), &r); err != nil {
		t.Fatal(err)
	}
	if f := r.find(t, "include/linux/fs.h"); len(f.Changes) < 50 {
		t.Errorf("%+v", f)
	}
	for _, f := range r.Differs {
		if !strings.HasSuffix(f.Path, ".h") || f.Layout && f.Status != "moved" {
			t.Errorf("%+v is nothing to a caller", f)
		}
	}
	for group, begin := range map[string]string{
		"TXT":  "//:quickstart_newest.archive: archive, release ",
		"MD":   "<!-- kheaders diff: //tests/diff:report -->\n",
		"HTML": "<!DOCTYPE html>",
	} {
		text := string(runfile.Read(t, group))
		if !strings.HasPrefix(text, begin) || !strings.Contains(text, "//:quickstart_6_1.archive") || !strings.Contains(text, "include/linux/") {
			t.Errorf("%s: %.300s", group, text)
		}
	}
}
