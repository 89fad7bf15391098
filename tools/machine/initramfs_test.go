package machine

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/cavaliergopher/cpio"
)

func TestInitramfs(t *testing.T) {
	files := map[string]File{
		"/init":  {Data: []byte("abc"), Exec: true},
		"/a/b/c": {Data: []byte("d")},
		"/a/b/a": {},
	}
	var first, second bytes.Buffer
	for _, w := range []io.Writer{&first, &second} {
		if err := WriteInitramfs(w, files); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same files make different bytes")
	}
	var got []string
	r := cpio.NewReader(&first)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Guid != 0 || h.ModTime.Unix() != 0 {
			t.Errorf("%s is of %d:%d at %s", h.Name, h.Uid, h.Guid, h.ModTime)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, h.Mode.String()+" "+h.Name+" "+string(b))
	}
	want := "040755 a ,040755 a/b ,0100644 a/b/a ,0100644 a/b/c d,0100755 init abc"
	if s := strings.Join(got, ","); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
