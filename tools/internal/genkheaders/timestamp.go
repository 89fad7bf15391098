package genkheaders

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dates are forms that date -d and tar --mtime take, and people give as
// KBUILD_BUILD_TIMESTAMP: those of date, of git log and of ISO 8601.
var dates = []string{
	"Mon Jan _2 15:04:05 2006", "Mon Jan _2 15:04:05 2006 -0700", "Mon Jan _2 15:04:05 -0700 2006", "Mon _2 Jan 15:04:05 2006",
	"Mon, _2 Jan 2006 15:04:05", "Mon, _2 Jan 2006 15:04:05 -0700", "Mon Jan _2 03:04:05 PM 2006",
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
	"20060102",
}

// utc are names of the only zone whose name is understood: others mean two things
// or are known on some machines alone. hours is a zone as some of them say it.
var (
	utc   = regexp.MustCompile(` (UTC|GMT|Z)\b`)
	hours = regexp.MustCompile(` ([+-]\d\d)( |$)`)
)

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
	plain := hours.ReplaceAllString(utc.ReplaceAllString(s, ""), " ${1}00$2")
	for _, form := range dates {
		if t, err := time.ParseInLocation(form, plain, time.UTC); err == nil {
			return t.Unix(), nil
		}
	}
	return 0, fmt.Errorf("KBUILD_BUILD_TIMESTAMP is %q, which is no date that is understood: write it as 2026-01-31 12:00:00 in UTC, with a zone as +0100, or as @ and the seconds since 1970", s)
}
