package gazelletest

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/rogpeppe/go-internal/txtar"
)

// skeleton has the pieces of workspaces, below the names that cases know them
// by.
//
//go:embed skeleton.txtar
var skeleton []byte

// everywhere is the piece that every case has at its top.
const everywhere = "workspace"

// stderrSection is what Gazelle says, with workspacePath for the workspace.
const (
	stderrSection = "stderr"
	workspacePath = "%WORKSPACEPATH%"
)

// testCase is a workspace, and what Gazelle makes of it.
type testCase struct {
	name string
	// args are those of the command line, exit is what it ends with.
	args []string
	exit int
	// binaryOnly says why a process of its own has to run the case, "" if none
	// has to.
	binaryOnly string
	// files are those that lie there before, want the BUILD files after, each by
	// its path.
	files, want map[string]string
	stderr      string
	archive     *txtar.Archive
}

// readCase reads a case from a txtar file. Sections are files of the
// workspace, but for DIR/BUILD.in and DIR/BUILD.out, the BUILD.bazel before
// and after, DIR/BUILD, one that stays as it is, and stderr. The comment
// describes the case; of its lines these say more:
//
//	with PIECE ARCH... at DIR    a piece of the skeleton is there
//	without PATTERN              but not these files of it
//	$ gazelle ARGUMENT...        the command line, `gazelle` without such a line
//	exit CODE                    what it ends with, 0 without such a line
//	binary only: REASON          see testCase
func readCase(file string) (*testCase, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, fmt.Errorf("read a case: %w", err)
	}
	c := &testCase{
		name: strings.TrimSuffix(filepath.Base(file), ".txtar"), files: map[string]string{}, want: map[string]string{}, archive: archive,
	}
	pieces := txtar.Parse(skeleton)
	if err := c.lay(pieces, everywhere, nil, "."); err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(archive.Comment)) {
		if err := c.setting(pieces, strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("%s: line %q: %w", file, strings.TrimSpace(line), err)
		}
	}
	for _, f := range archive.Files {
		dir, base := path.Split(f.Name)
		build, text := dir+"BUILD.bazel", string(f.Data)
		switch {
		case f.Name == stderrSection:
			c.stderr = text
		case base == "BUILD.in":
			c.files[build] = text
		case base == "BUILD.out":
			c.want[build] = text
		case base == "BUILD":
			c.files[build], c.want[build] = text, text
		default:
			c.files[f.Name] = text
		}
	}
	return c, nil
}

// setting takes in a line of the comment.
func (c *testCase) setting(pieces *txtar.Archive, line string) (err error) {
	what, rest, _ := strings.Cut(line, " ")
	switch {
	case what == "with":
		piece, dir, ok := strings.Cut(rest, " at ")
		if !ok {
			return fmt.Errorf("the directory is missing: write with PIECE ARCH... at DIR")
		}
		words := strings.Fields(piece)
		return c.lay(pieces, words[0], words[1:], dir)
	case what == "without":
		n := len(c.files)
		maps.DeleteFunc(c.files, func(name, _ string) bool { return doublestar.MatchUnvalidated(rest, name) })
		if len(c.files) == n {
			return fmt.Errorf("the skeleton has no such file")
		}
	case strings.HasPrefix(line, "$ gazelle "):
		c.args = strings.Fields(line)[2:]
	case what == "exit":
		c.exit, err = strconv.Atoi(rest)
	case strings.HasPrefix(line, "binary only: "):
		c.binaryOnly = strings.TrimPrefix(line, "binary only: ")
	}
	return err
}

// lay puts a piece of the skeleton into a directory.
func (c *testCase) lay(pieces *txtar.Archive, piece string, arches []string, dir string) error {
	found := false
	for _, f := range pieces.Files {
		name, ok := strings.CutPrefix(f.Name, piece+"/")
		if !ok {
			continue
		}
		found = true
		for _, name := range instances(name, arches) {
			c.files[path.Join(dir, name)] = string(f.Data)
		}
	}
	if !found {
		return fmt.Errorf("the skeleton has no %q", piece)
	}
	return nil
}

func instances(name string, arches []string) []string {
	if !strings.Contains(name, "ARCH") {
		return []string{name}
	}
	var out []string
	for _, a := range arches {
		out = append(out, strings.ReplaceAll(name, "ARCH", a))
	}
	return out
}

// write makes the workspace.
func (c *testCase) write(dir string) error {
	for name, text := range c.files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// after returns the files that the workspace should have when Gazelle has run.
func (c *testCase) after() map[string]string {
	out := maps.Clone(c.files)
	maps.Copy(out, c.want)
	return out
}

// update takes as right what a run gave, and writes the case to its file.
func (c *testCase) update(file string, got map[string]string, stderr string) error {
	sections := map[string]string{}
	for _, f := range c.archive.Files {
		if base := path.Base(f.Name); f.Name != stderrSection && base != "BUILD" && base != "BUILD.in" && base != "BUILD.out" {
			sections[f.Name] = string(f.Data)
		}
	}
	for name, text := range got {
		if path.Base(name) != "BUILD.bazel" {
			continue
		}
		section := strings.TrimSuffix(name, ".bazel")
		switch before, ok := c.files[name]; {
		case ok && before == text:
			sections[section] = text
		case ok:
			sections[section+".in"] = before
			fallthrough
		default:
			sections[section+".out"] = text
		}
	}
	archive := &txtar.Archive{Comment: c.archive.Comment}
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(sections[name])})
	}
	if stderr != "" {
		archive.Files = append(archive.Files, txtar.File{Name: stderrSection, Data: []byte(stderr)})
	}
	return os.WriteFile(file, txtar.Format(archive), 0o644)
}
