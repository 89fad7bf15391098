package errorpage

import "testing"

func TestRows(t *testing.T) {
	const page = "# Errors\n\n| message | cause | what to do |\n| --- | --- | --- |\n| `… is no …: name …` | a cause | `a command` |\n| bcc | `another's` | x | y |\n"
	rows := Rows(page)
	if len(rows) != 1 || rows[0].Message != "… is no …: name …" || rows[0].Line != 5 || len(rows[0].Rest) != 2 || rows[0].Rest[1] != "`a command`" {
		t.Fatalf("%+v", rows)
	}
	for line, want := range map[string]bool{
		`kheaders: x: "a" is no tree: name one`: true,
		`"a" is no tree: call one`:              false,
		`"a" is not a tree: name one`:           false,
	} {
		if got := rows[0].Matches(line); got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}
