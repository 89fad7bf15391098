package dataheader

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What a real compiler makes of the header is what was put in.
func TestCompiler(t *testing.T) {
	var found bool
	for _, cc := range []string{"gcc", "clang"} {
		if path, err := exec.LookPath(cc); err == nil {
			found = true
			for _, std := range []string{"-std=gnu89", "-std=gnu11", "-std=c11"} {
				t.Run(cc+std, func(t *testing.T) { testCompiler(t, path, std) })
			}
		}
	}
	if !found {
		t.Skip("no C compiler here")
	}
}

func testCompiler(t *testing.T, cc, std string) {
	dir := t.TempDir()
	data := append(append(allPairs(), trigraphs()...), randomBytes(300_000)...)
	if err := os.WriteFile(filepath.Join(dir, DefaultFile), []byte(header(t, data)), 0o644); err != nil {
		t.Fatal(err)
	}
	const program = `#include <stdio.h>
#include "kheaders_data.h"
#include "kheaders_data.h"
typedef char size_fits[sizeof(kheaders_data) == KHEADERS_DATA_OFFSET + KHEADERS_DATA_SIZE + 7 + 1 ? 1 : -1];
int main(void)
{
	return fwrite(kheaders_data, sizeof(kheaders_data), 1, stdout) != 1;
}
`
	src, bin := filepath.Join(dir, "main.c"), filepath.Join(dir, "main")
	if err := os.WriteFile(src, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(cc, std, "-Wall", "-Wextra", "-Werror", "-o", bin, src).CombinedOutput()
	if err != nil {
		t.Fatalf("compile: %v\n%.2000s", err, out)
	}
	got, err := exec.Command(bin).Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := MarkerStart + string(data) + MarkerEnd + "\x00"; string(got) != want {
		t.Error("the compiled array holds other bytes than the archive")
	}
}
