// Package changelog reads the section of one version in a changelog.
package changelog

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// heading is a version's line: "## 0.1.0 (2026-11-26)".
var heading = regexp.MustCompile(`^## (\S+) \((\d{4}-\d{2}-\d{2})\)$`)

// Section is what a changelog says of a version.
type Section struct {
	// Date is the day of the release, in UTC.
	Date time.Time
	// Text is what stands below the heading, with a line feed at its end.
	Text string
}

// Find returns the section of a version. That there is none, or an empty one,
// is an error.
func Find(text, version string) (*Section, error) {
	var found *Section
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "## ") {
			if found != nil {
				break
			}
			m := heading.FindStringSubmatch(line)
			if m == nil {
				return nil, fmt.Errorf("changelog: heading %q is not of the form \"## VERSION (YYYY-MM-DD)\"", line)
			}
			if m[1] != version {
				continue
			}
			date, err := time.Parse(time.DateOnly, m[2])
			if err != nil {
				return nil, fmt.Errorf("changelog: read date of %s: %w", version, err)
			}
			found = &Section{Date: date}
			continue
		}
		if found != nil {
			found.Text += line + "\n"
		}
	}
	if found == nil {
		return nil, fmt.Errorf("changelog has no section of %s: add \"## %s (YYYY-MM-DD)\" and what is new", version, version)
	}
	found.Text = strings.TrimSpace(found.Text) + "\n"
	if found.Text == "\n" {
		return nil, fmt.Errorf("changelog: section of %s is empty: say what is new", version)
	}
	return found, nil
}
