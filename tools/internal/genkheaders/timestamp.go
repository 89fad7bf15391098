package genkheaders

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dates are forms that date -d and tar --mtime take, and people give as
// KBUILD_BUILD_TIMESTAMP: those of date, of git log and of ISO 8601.
var dates = []string{
	"Mon Jan _2 15:04:05 MST 2006", "Mon Jan _2 15:04:05 2006", "Mon Jan _2 15:04:05 2006 -0700", time.RFC1123Z, time.RFC1123,
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
	"Mon Jan _2 03:04:05 PM MST 2006", "20060102",
}

// ParseTimestamp reads what KBUILD_BUILD_TIMESTAMP says, in seconds since 1970. A
// time without a zone is UTC; "" is 0.
func ParseTimestamp(s string) (int64, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	if n, ok := strings.CutPrefix(s, "@"); ok {
		if seconds, err := strconv.ParseInt(n, 10, 64); err == nil {
			return seconds, nil
		}
	}
	for _, form := range dates {
		if t, err := time.Parse(form, s); err == nil {
			return t.Unix(), nil
		}
	}
	return 0, fmt.Errorf("KBUILD_BUILD_TIMESTAMP is %q, which is no date that is understood: write it as 2026-01-31 12:00:00, or as @ and the seconds since 1970", s)
}
