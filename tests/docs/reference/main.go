// Command reference writes the reference of the docs: an index of what the API pages
// have, the help of each subcommand and topic, and Gazelle's directives.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle"
)

func main() {
	program := flag.String("kheaders", "", "the kheaders `binary`")
	flag.Parse()
	text, err := reference(*program, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
	fmt.Print(text)
}

// reference is the page, from the program and the API pages.
func reference(program string, pages []string) (string, error) {
	var b strings.Builder
	fmt.Fprint(&b, `# Reference

<!-- Written by: tools/bazel run //tests/docs:update -->

All that there is, with a line for each. The tables lead to the pages with all attributes.

- [Rules, extension, providers, toolchain](#rules-extension-providers-toolchain)
- [The command](#the-command)
- [Topics](#topics)
- [Directives of Gazelle](#directives-of-gazelle)

## Rules, extension, providers, toolchain

`+"`load(\"@rules_kheaders//:FILE.bzl\", …)`"+`

| file | name | |
| --- | --- | --- |
`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			return "", err
		}
		file := strings.TrimSuffix(filepath.Base(page), ".md")
		entries := entriesOf(string(text))
		if len(entries) == 0 {
			return "", fmt.Errorf("%s has no entries", page)
		}
		for _, e := range entries {
			fmt.Fprintf(&b, "| `%s.bzl` | [`%s`](api/%s.md#%s) | %s |\n", file, e.name, file, e.name, e.summary)
		}
	}
	fmt.Fprint(&b, "\n## The command\n\n")
	overview, err := help(program, "--help")
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "```text\n%s\n```\n", overview)
	words := listed(overview)
	if len(words) != 2 {
		return "", fmt.Errorf("kheaders --help has %d lists, want those of subcommands and topics", len(words))
	}
	for _, name := range words[0] {
		text, err := help(program, name, "--help")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\n### kheaders %s\n\n```text\n%s\n```\n", name, text)
	}
	fmt.Fprint(&b, "\n## Topics\n")
	for _, name := range words[1] {
		text, err := help(program, "help", name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\n### kheaders help %s\n\n```text\n%s\n```\n", name, text)
	}
	fmt.Fprint(&b, `
## Directives of Gazelle

In a BUILD file, for its directory and those below. [Gazelle](gazelle.md) tells what is made of them.

| directive | value |
| --- | --- |
`)
	for _, d := range gazelle.Directives() {
		fmt.Fprintf(&b, "| `# gazelle:%s` | %s |\n", d.Name, d.Value)
	}
	return b.String(), nil
}

func help(program string, args ...string) (string, error) {
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		return "", fmt.Errorf("kheaders %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// listed returns the first words of each run of lines that are indented by two blanks.
func listed(text string) [][]string {
	var runs [][]string
	inside := false
	for _, l := range strings.Split(text, "\n") {
		item := strings.HasPrefix(l, "  ") && len(l) > 2 && l[2] != ' '
		if item && !inside {
			runs = append(runs, nil)
		}
		if inside = item; item {
			runs[len(runs)-1] = append(runs[len(runs)-1], strings.Fields(l)[0])
		}
	}
	return runs
}

// entry is a heading of an API page, and the first sentence below it.
type entry struct{ name, summary string }

var (
	anchored = regexp.MustCompile(`<a id="([\w.]+)"></a>\n\n##+ [\w.]+\n`)
	pre      = regexp.MustCompile(`(?s)<pre>.*?</pre>`)
)

func entriesOf(page string) []entry {
	var entries []entry
	heads := anchored.FindAllStringSubmatchIndex(page, -1)
	for i, m := range heads {
		end := len(page)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		paragraph, _, _ := strings.Cut(strings.TrimSpace(pre.ReplaceAllString(page[m[1]:end], "")), "\n\n")
		sentence, _, more := strings.Cut(strings.Join(strings.Fields(paragraph), " "), ". ")
		if !more {
			sentence = strings.TrimSuffix(sentence, ".")
		}
		if strings.HasPrefix(sentence, "**") || strings.HasPrefix(sentence, "|") {
			sentence = ""
		}
		entries = append(entries, entry{page[m[2]:m[3]], sentence})
	}
	return entries
}
