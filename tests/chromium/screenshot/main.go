// Command screenshot makes the picture of the page that is in the docs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kheaders/rules_kheaders/tests/chromium"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "screenshot:", err)
		os.Exit(1)
	}
}

func run() error {
	layer := flag.String("chromium", "", "`directory` with Chromium's packages unpacked")
	page := flag.String("page", "", "`file` of the page")
	out := flag.String("output", "", "`file` to write, below the workspace")
	flag.Parse()
	for _, p := range []*string{layer, page} {
		path, err := runfiles.Rlocation(*p)
		if err != nil {
			return err
		}
		*p = path
	}
	work, err := os.MkdirTemp("", "screenshot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b, err := chromium.Start(*layer, work)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Size(1180, 640); err != nil {
		return err
	}
	if err := b.Theme("light"); err != nil {
		return err
	}
	if err := b.Open("file://" + *page + "#include"); err != nil {
		return err
	}
	if err := b.Settle(chromium.Drawn); err != nil {
		return err
	}
	// The second largest directory is chosen.
	for _, key := range []string{"ArrowRight", "ArrowRight"} {
		if err := b.Key(key); err != nil {
			return err
		}
	}
	png, err := b.Screenshot()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(os.Getenv("BUILD_WORKSPACE_DIRECTORY"), *out), png, 0o644)
}
