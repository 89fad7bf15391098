package costs

import (
	"debug/elf"
	"testing"
)

// sections are the sizes and alignments of what a module takes in memory.
type sections []elf.SectionHeader

func read(t *testing.T, path string) sections {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all sections
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC != 0 {
			all = append(all, s.SectionHeader)
		}
	}
	if len(all) < 3 {
		t.Fatalf("%s has %d sections that are loaded", path, len(all))
	}
	return all
}

// memory is what they take in whole pages, in bytes, if the archive in the largest one
// were larger by some bytes.
func (all sections) memory(larger int64) int64 {
	largest := 0
	for i, s := range all {
		if s.Size > all[largest].Size {
			largest = i
		}
	}
	const page = 4 << 10
	up := func(n, to int64) int64 { return (n + to - 1) / to * to }
	var sum int64
	for i, s := range all {
		if s.Addralign > 1 && s.Addralign <= page {
			sum = up(sum, int64(s.Addralign))
		}
		sum += int64(s.Size)
		if i == largest {
			sum += larger
		}
	}
	return up(sum, page)
}

func TestMemory(t *testing.T) {
	all := sections{{Size: 100, Addralign: 16}, {Size: 5000, Addralign: 32}, {Size: 10, Addralign: 64}}
	for larger, want := range map[int64]int64{0: 8192, -2000: 4096, 4000: 12288} {
		if got := all.memory(larger); got != want {
			t.Errorf("%d bytes more: %d, want %d", larger, got, want)
		}
	}
}
