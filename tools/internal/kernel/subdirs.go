package kernel

import (
	"os"
	"path"
	"path/filepath"
)

// SubdirsOf tells NewSearchPath the directories of a tree by the paths of its
// files, which are looked at once it is asked.
func SubdirsOf(files []string) func(dir string) []string {
	var subdirs map[string][]string
	return func(dir string) []string {
		if subdirs == nil {
			subdirs = subdirsOf(files)
		}
		return subdirs[dir]
	}
}

func subdirsOf(files []string) map[string][]string {
	subdirs := map[string][]string{}
	known := map[string]bool{".": true, "/": true}
	for _, file := range files {
		for dir := path.Dir(file); !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
			parent := path.Dir(dir)
			if parent == "." {
				parent = ""
			}
			subdirs[parent] = append(subdirs[parent], path.Base(dir))
		}
	}
	return subdirs
}

// SubdirsBelow tells NewSearchPath the directories of a tree whose top is a
// directory of this machine, links to directories among them. What cannot be
// read is not there.
func SubdirsBelow(top string) func(dir string) []string {
	return func(dir string) []string {
		full := filepath.Join(top, filepath.FromSlash(dir))
		entries, _ := os.ReadDir(full)
		var names []string
		for _, e := range entries {
			if st, err := os.Stat(filepath.Join(full, e.Name())); err == nil && st.IsDir() {
				names = append(names, e.Name())
			}
		}
		return names
	}
}
