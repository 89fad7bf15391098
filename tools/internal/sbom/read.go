// Package sbom writes what an archive of kernel headers holds as an SPDX
// document: the licences that its files state, and where they are from.
package sbom

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/licence"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// Texts says what became of the words about licence and copyright in a file.
type Texts string

// What may have become of them.
const (
	NoTexts  Texts = "none"
	Kept     Texts = "kept"
	Stripped Texts = "stripped"
)

// File is a file of the archive.
type File struct {
	Path string
	// Expression is what the file states before it is stripped.
	Expression licence.Expression
	// Texts are those of the file before it is stripped.
	Texts Texts
	// Package is where the file is from: a package, or a directory of files.
	Package string
	// SHA1 and SHA256 are of the bytes in the archive, in hexadecimal.
	SHA1, SHA256 string
}

// Contents is what is known of an archive.
type Contents struct {
	Name, Release string
	Files         []File
	// SHA256 is that of the archive, in hexadecimal.
	SHA256 string
	// Time is the modification time of what is in it.
	Time time.Time
}

// maxText is how much of a file is looked at for words about licences, in bytes:
// headers are smaller by far, and what is larger is no text.
const maxText = 4 << 20

// Read reads an archive, and of the tree that it was made from what its files
// are before they are stripped.
func Read(archive io.Reader, set *headerset.Set) (*Contents, error) {
	files := map[string]*headerset.Selected{}
	for i := range set.Files {
		files[set.Files[i].Path] = &set.Files[i]
	}
	whole := sha256.New()
	in := io.TeeReader(archive, whole)
	data, _, stop, err := codec.NewReader(in)
	if err != nil {
		return nil, err
	}
	defer stop()
	c := &Contents{Release: set.Release}
	for t := tarread.NewReader(data); ; {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if c.Time.IsZero() {
			c.Time = h.ModTime.UTC()
		}
		if strings.HasSuffix(h.Name, "/") {
			continue
		}
		name := path.Clean(h.Name)
		f := files[name]
		if f == nil {
			return nil, fmt.Errorf("%q is in the archive, and not in the set: give the flags that the archive was made with", name)
		}
		delete(files, name)
		file, err := readFile(t, f)
		if err != nil {
			return nil, err
		}
		c.Files = append(c.Files, *file)
	}
	for _, f := range set.Files {
		if files[f.Path] != nil {
			return nil, fmt.Errorf("%q is in the set, and not in the archive: give the flags that the archive was made with", f.Path)
		}
	}
	// To the end, where the checksums are.
	if err := tarread.Rest(data); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return nil, err
	}
	c.SHA256 = hex.EncodeToString(whole.Sum(nil))
	return c, nil
}

// readFile reads a file of the archive, and the one that it was made of.
func readFile(shipped io.Reader, f *headerset.Selected) (*File, error) {
	one, two := sha1.New(), sha256.New()
	in := io.TeeReader(shipped, io.MultiWriter(one, two))
	text, err := io.ReadAll(io.LimitReader(in, maxText))
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", f.Path, err)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	before, err := io.ReadAll(io.LimitReader(r, maxText))
	if err != nil {
		return nil, fmt.Errorf("read %q from %s: %w", f.Path, f.Label, err)
	}
	return &File{
		Path:       f.Path,
		Expression: licence.Of(licence.Tags(before)),
		Texts:      textsOf(f.Path, before, text),
		Package:    packageOf(f),
		SHA1:       hex.EncodeToString(one.Sum(nil)),
		SHA256:     hex.EncodeToString(two.Sum(nil)),
	}, nil
}

func textsOf(name string, before, shipped []byte) Texts {
	switch {
	case !hasWords(name, before):
		return NoTexts
	case hasWords(name, shipped):
		return Kept
	}
	return Stripped
}

// hasWords tells whether a file speaks of licence or copyright: C in those of its
// comments that stripping can keep for that, what else there is anywhere.
func hasWords(name string, text []byte) bool {
	if cstrip.Handles(name) {
		with, note := cstrip.Strip(nil, text, name, cstrip.KeepLicense)
		if without, _ := cstrip.Strip(nil, text, name, cstrip.Comments); note == "" {
			return !bytes.Equal(with, without)
		}
	}
	return bytes.IndexByte(text, 0) < 0 && cstrip.AboutLicense(text)
}

// packageOf is the package that a file is from: an archive, a directory, or for a
// file by itself the directory of its label.
func packageOf(f *headerset.Selected) string {
	if f.Member != "" {
		return f.Label
	}
	if dir, _, ok := strings.Cut(f.Label, ":"); ok {
		return dir
	}
	return path.Dir(f.Label)
}
