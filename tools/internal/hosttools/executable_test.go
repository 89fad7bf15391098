package hosttools

import (
	"strings"
	"testing"
)

func TestExecutable(t *testing.T) {
	header := func(data byte, kind string) string {
		return "\x7fELF\x02" + string(data) + "\x01" + strings.Repeat("\x00", 9) + kind + "\x3e\x00" + strings.Repeat("\x00", 44)
	}
	for head, want := range map[string]bool{
		"#!/bin/sh\n":                         true,
		"#! /usr/bin/env perl\n":              true,
		"#!\t/bin/sh":                         true,
		"#!":                                  false,
		"#!\n/bin/sh":                         false,
		"#![no_std]\n":                        false,
		"#!bin/sh":                            false,
		" #!/bin/sh":                          false,
		"":                                    false,
		"/* #!/bin/sh */":                     false,
		header(1, "\x02\x00"):                 true,  // executable
		header(1, "\x03\x00"):                 true,  // position independent, or a library
		header(2, "\x00\x03"):                 true,  // with the high byte first
		header(1, "\x01\x00"):                 false, // an object
		header(2, "\x00\x01"):                 false,
		header(1, "\x04\x00"):                 false, // a core
		header(1, "\x00\x03"):                 false,
		header(1, "\x02\x00")[:19]:            false,
		"\x7fELG" + header(1, "\x02\x00")[4:]: false,
	} {
		if got := Executable([]byte(head)); got != want {
			t.Errorf("Executable(%q) = %v", head, got)
		}
	}
}
