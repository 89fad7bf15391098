package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// saveMemory has the collector keep what packing takes close to what it needs,
// where that is much: a compressor of xz holds a hundred megabytes from its
// beginning to its end, and a part of those, for which main lets the collector
// wait, would be more than all else. It is called once the files are known, of
// which the largest that is held has so many bytes, and first gives back what
// reading them took. GOGC or GOMEMLIMIT in the environment leave all of it to the
// user.
func saveMemory(f codec.Format, largest int64) {
	held := codec.Memory(f)
	if held == 0 || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetMemoryLimit(int64(m.Sys-m.HeapReleased) + held + memoryInWork(largest, runtime.GOMAXPROCS(0)))
	debug.SetGCPercent(5)
}

// memoryInWork is how many bytes packing may take besides the compressor, and
// besides what was there before. Where it takes more, the collector runs all the
// time, so this is ample: each core reads and strips files, of which some wait, and
// one of the largest is there as it was, stripped, and on its way.
func memoryInWork(largest int64, cores int) int64 {
	return 4<<20 + int64(cores)*(2<<20+3*largest)
}
