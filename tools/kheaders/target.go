package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ruleset"
)

// A Bazel target that is run or tested is this program by the target's name,
// with the target's arguments, one a line, in a file beside it.
const targetArgsSuffix = ".args"

// runfileName is a path among the runfiles in a target's arguments: what a label
// may not have stands around it.
var runfileName = regexp.MustCompile("\x01[^\x01]*\x01")

// targetArgs returns the arguments of the target that was run as argv0, none
// where that is no target but the program by a name of its own.
func targetArgs(argv0 string) ([]string, error) {
	program, err := exec.LookPath(argv0)
	if err != nil {
		return nil, nil
	}
	// Links lead to a target, and a target is a link to the program.
	for range 40 {
		lines, ok, err := readTargetArgs(program + targetArgsSuffix)
		if err != nil {
			return nil, fmt.Errorf("read the arguments of target: %w", err)
		}
		if ok {
			return resolveRunfiles(program, lines)
		}
		to, err := os.Readlink(program)
		if err != nil {
			return nil, nil
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(program), to)
		}
		program = to
	}
	return nil, nil
}

// readTargetArgs reads a file of arguments, if it is one: it begins as those of
// rules do.
func readTargetArgs(path string) (lines []string, ok bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false, nil
	}
	defer f.Close()
	head, _ := bufio.NewReader(f).Peek(len(ruleset.Flag))
	if string(head) != ruleset.Flag {
		return nil, false, nil
	}
	lines, _, err = expandArgs([]string{"@" + path})
	return lines, true, err
}

// resolveRunfiles puts the files of this machine in place of a target's runfiles.
func resolveRunfiles(program string, lines []string) ([]string, error) {
	var files *runfiles.Runfiles
	var failed error
	for i, line := range lines {
		lines[i] = runfileName.ReplaceAllStringFunc(line, func(name string) string {
			name = strings.Trim(name, "\x01")
			if files == nil && failed == nil {
				files, failed = findRunfiles(program, name)
			}
			if failed != nil {
				return ""
			}
			path, err := files.Rlocation(name)
			if err != nil {
				failed = err
			}
			return path
		})
	}
	if failed != nil {
		return nil, fmt.Errorf("find the runfiles of %q: %w: build the target, and run it where Bazel has put it", program, failed)
	}
	return lines, nil
}

// findRunfiles finds the runfiles of a target, of which name is one: its own,
// which Bazel may have listed only, else those that it is among, else those
// that the environment names.
func findRunfiles(program, name string) (*runfiles.Runfiles, error) {
	if dir := program + ".runfiles"; exists(filepath.Join(dir, name)) {
		return runfiles.New(runfiles.Directory(dir))
	}
	if list := program + ".runfiles_manifest"; exists(list) {
		return runfiles.New(runfiles.ManifestFile(list))
	}
	if path, err := filepath.Abs(program); err == nil {
		if i := strings.LastIndex(path, ".runfiles/"); i >= 0 {
			return runfiles.New(runfiles.Directory(path[:i] + ".runfiles"))
		}
	}
	return runfiles.New()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
