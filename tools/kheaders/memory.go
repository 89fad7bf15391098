package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// memoryInWork is how many bytes packing takes besides the compressor, and besides
// what was there before: files that are read and stripped, and what the collector
// has not found yet.
const memoryInWork = 14 << 20

// saveMemory has the collector keep what packing takes close to what it needs,
// where that is much: a compressor of xz holds a hundred megabytes from its
// beginning to its end, and a part of those, for which main lets the collector
// wait, would be more than all else. It is called once the files are known, of
// which the largest has so many bytes, and first gives back what reading them took.
// GOGC or GOMEMLIMIT in the environment leave all of it to the user.
func saveMemory(f codec.Format, largest int64) {
	held := codec.Memory(f)
	if held == 0 || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	// The largest file is there as it was, stripped, and on its way.
	debug.SetMemoryLimit(int64(m.Sys-m.HeapReleased) + held + memoryInWork + 3*largest)
	debug.SetGCPercent(5)
}
