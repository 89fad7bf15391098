package bazelfile

import "testing"

func TestIgnores(t *testing.T) {
	files := map[string]string{
		".bazelignore": "# mine\nout\n\n./a/b/\r\n",
		"REPO.bazel":   "repo(default_visibility = [])\n\nignore_directories([\"**/gen\", \"third_party/*\", \"[\"])\n",
	}
	i := ReadIgnores(func(name string) string { return files[name] })
	for dir, want := range map[string]string{
		"":                  "",
		"out":               "/w/.bazelignore:2: out",
		"out/x/y":           "/w/.bazelignore:2: out",
		"outer":             "",
		"a":                 "",
		"a/b":               "/w/.bazelignore:4: a/b",
		"gen":               `/w/REPO.bazel:3: ignore_directories of "**/gen"`,
		"x/gen/y":           `/w/REPO.bazel:3: ignore_directories of "**/gen"`,
		"third_party":       "",
		"third_party/a/b/c": `/w/REPO.bazel:3: ignore_directories of "third_party/*"`,
	} {
		if got := i.By("/w", dir); got != want {
			t.Errorf("%s: got %q, want %q", dir, got, want)
		}
	}
	files["REPO.bazel"] = "ignore_directories(\n"
	if got := ReadIgnores(func(name string) string { return files[name] }).By("", "gen"); got != "" {
		t.Errorf("a file that cannot be read ignores: %s", got)
	}
}
