package strip

import (
	"testing"
)

// TestComparer shows what the comparison notices and what it does not.
func TestComparer(t *testing.T) {
	const was = "#define F(a) a##b /* x */ \\\n\t+ 1\n#if 'a' /* y */\nchar *s = \"a /* b */\"; // c\nx(i + +j);\n#endif\n"
	cases := []struct {
		name, is string
		same     bool
	}{
		{"no comments", "#define F(a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx(i + +j);\n#endif\n", true},
		{"fewer blanks", "#define F(a) a##b \\\n+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx(i + +j);\n#endif\n", true},
		{"no blank before a parenthesis", "#define F(a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx (i + +j);\n#endif\n", false},
		{"a function-like macro no more", "#define F (a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx(i + +j);\n#endif\n", false},
		{"a string cut", "#define F(a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a \";\nx(i + +j);\n#endif\n", false},
		{"a string with one blank more", "#define F(a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a  /* b */\";\nx(i + +j);\n#endif\n", false},
		{"tokens joined", "#define F(a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx(i ++j);\n#endif\n", false},
		{"a macro that ends early", "#define F(a) a##b\n\t+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx(i + +j);\n#endif\n", false},
		{"a macro that goes on", "#define F(a) a##b \\\n\t+ 1 \\\n#if 'a'\nchar *s = \"a /* b */\";\nx(i + +j);\n#endif\n", false},
		{"an open comment", "#define F(a) a##b \\\n\t+ 1\n#if 'a' /*\nchar *s = \"a /* b */\";\nx(i + +j);\n#endif\n", false},
		{"a directive gone", "#define F(a) a##b \\\n\t+ 1\n#if 'a'\nchar *s = \"a /* b */\";\nx(i + +j);\n", false},
	}
	texts := [][]byte{[]byte(was)}
	for _, c := range cases {
		texts = append(texts, []byte(c.is))
	}
	spans, err := startClang(t).lex(texts)
	if err != nil {
		t.Fatal(err)
	}
	before := newTokens(texts[0], spans[0])
	if len(before.comments) != 3 {
		t.Errorf("clang finds %d comments in %q, there are 3", len(before.comments), was)
	}
	for i, c := range cases {
		d := compare(before, newTokens(texts[i+1], spans[i+1]))
		if (d == nil) != c.same {
			t.Errorf("%s: the difference is %v", c.name, d)
		}
	}
}
