package running

import (
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
)

// current is the work that Abort ends: files are the archives that were opened.
var current struct {
	sync.Mutex
	system *System
	dir    *privdir.Dir
	files  []file
}

// Abort removes what is being unpacked, and unloads the module that was loaded
// for that; one that is being loaded it waits for. It is for a signal handler that
// is about to end the process.
func Abort() {
	current.Lock() // never unlocked
	if current.dir != nil {
		// Who has a file open holds the module.
		for _, f := range current.files {
			f.Close()
		}
		current.dir.Abort()
		current.system.tidy(current.dir)
	}
}

func setCurrent(s *System, d *privdir.Dir) {
	current.Lock()
	defer current.Unlock()
	current.system, current.dir, current.files = s, d, nil
}

// undivided calls do, and has Abort wait for its end: half done, the marker and the
// modules do not fit together.
func undivided(do func()) {
	current.Lock()
	defer current.Unlock()
	do()
}

func hold(f file) {
	current.Lock()
	defer current.Unlock()
	current.files = append(current.files, f)
}
