package xz

import (
	"bytes"
	"math"
	"runtime"
	"slices"
	"testing"
)

// The table is the same on every machine: nothing in it is near to being
// rounded the other way.
func TestPrices(t *testing.T) {
	for i := range prices {
		exact := exactPrice(i)
		if d := math.Abs(exact - math.Floor(exact) - 0.5); d < 1e-6 {
			t.Errorf("price %d is %v", i, exact)
		}
	}
	if got := price0(probHalf - 8); got != bitPrice {
		t.Errorf("a bit that is as likely 0 as 1 costs %d/16 bit", got)
	}
	if price0(2000) >= price1(2000) || price0(2000) != priceOf(2000, 0) || price1(2000) != priceOf(2000, 1) {
		t.Error("what is likely costs more")
	}
}

// The format says that a dictionary is (2 | b&1) << (b/2 + 11) bytes.
func TestDictByte(t *testing.T) {
	for b := byte(0); b <= 36; b++ {
		size := (2 | uint32(b)&1) << (b/2 + 11)
		if got := dictByte(size); got != b {
			t.Errorf("%d bytes: %d, want %d", size, got, b)
		}
		if b > 0 && dictByte(size-1) != b {
			t.Errorf("%d bytes: %d, want %d", size-1, dictByte(size-1), b)
		}
	}
}

func TestSlots(t *testing.T) {
	seen := 0
	for dist := uint32(0); dist < 1<<16; dist++ {
		slot := slotOf(dist)
		if slot != seen && slot != seen+1 {
			t.Fatalf("distance %d has slot %d, the one before %d", dist, slot, seen)
		}
		seen = slot
		if slot >= 4 && (dist < slotBase(slot) || dist-slotBase(slot) >= 1<<slotBits(slot)) {
			t.Fatalf("distance %d is not in slot %d", dist, slot)
		}
	}
	if slotOf(1<<32-1) != slots-1 || nearBase(firstDirect-1)+1<<slotBits(firstDirect-1)-1 >= len(model{}.near) {
		t.Error("the last slot is another")
	}
}

// What is found is there, nearest for its length, and all of it.
func TestFinder(t *testing.T) {
	text := bytes.Join([][]byte{words(20_000), noise(300), words(2000), bytes.Repeat([]byte("ab"), 400)}, nil)
	const dict, nice = 5000, 40
	f := newFinder(dict, nice, 1<<20)
	for at := range text {
		found := f.find(nil, text, at)
		var want []match
		longest := minMatch - 1
		limit := min(nice, len(text)-at)
		for dist := 1; dist <= min(dict, at) && longest < limit; dist++ {
			if n := common(text, at-dist, at, 0, limit); n > longest {
				longest = n
				want = append(want, match{uint32(n), uint32(dist - 1)})
			}
		}
		// The last three bytes have matches of two bytes alone, and those of the
		// first three bytes are found by a hash.
		if limit < 4 {
			continue
		}
		for _, m := range found {
			if n := common(text, at-int(m.dist)-1, at, 0, limit); n != int(m.length) {
				t.Fatalf("at %d: a match of %d bytes has %d", at, m.length, n)
			}
		}
		// That of the first two bytes is the nearest there is.
		if len(want) > 0 && want[0].length == minMatch && (len(found) == 0 || found[0] != want[0]) {
			t.Fatalf("at %d: found %v, want %v first", at, found, want[0])
		}
		got := slices.DeleteFunc(found, func(m match) bool { return m.length < 4 })
		want = slices.DeleteFunc(want, func(m match) bool { return m.length < 4 })
		if !slices.Equal(got, want) {
			t.Fatalf("at %d: found %v, want %v", at, got, want)
		}
	}
}

// Positions that are counted anew change nothing.
func TestRebase(t *testing.T) {
	text := words(300_000)
	a, b := newFinder(1<<16, 32, 32), newFinder(1<<16, 32, 32)
	b.pos = rebaseAt - 150_000
	b.pos -= b.pos & b.mask
	for at := range text {
		if x, y := a.find(nil, text, at), b.find(nil, text, at); !slices.Equal(x, y) {
			t.Fatalf("at %d: %v, and %v near the largest position", at, x, y)
		}
	}
	if b.pos > rebaseAt/2 {
		t.Error("nothing was counted anew")
	}
}

// TestMemory compares what a Writer is said to hold with what its parts take.
func TestMemory(t *testing.T) {
	for _, dict := range []int{MinDict, 1 << 20, defaultDict} {
		said, err := Options{Dict: dict}.Memory()
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f, p := newFinder(uint32(dict), defaultNice, 1), newPipe(dict)
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(f)
		runtime.KeepAlive(p)
		took := int64(after.TotalAlloc - before.TotalAlloc)
		if took < said || took > said+said/8+64<<10 {
			t.Errorf("a dictionary of %d bytes: %d bytes are said, and it took %d", dict, said, took)
		}
	}
	if _, err := (Options{Dict: 1}).Memory(); err == nil {
		t.Error("a dictionary of one byte is no error")
	}
}
