package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// cache is what Bazel takes for a cache that speaks plain HTTP, and counts.
type cache struct {
	url    string
	dir    string
	server *http.Server
	// results are those of actions that were sent.
	results, sent, fetched atomic.Int64
}

// openCache serves a cache that keeps what it is given in dir. Only who knows its
// address can use it.
func openCache(dir string) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	secret := "/" + rand.Text() + "/"
	c := &cache{url: fmt.Sprintf("http://%s%s", listener.Addr(), strings.TrimSuffix(secret, "/")), dir: dir}
	c.server = &http.Server{Handler: http.StripPrefix(secret, c)}
	go c.server.Serve(listener) // until it is closed
	return c, nil
}

func (c *cache) close() error { return c.server.Close() }

// ServeHTTP keeps and gives out ac/HASH, what actions made, and cas/HASH, files.
func (c *cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, hash, _ := strings.Cut(r.URL.Path, "/")
	if kind != "ac" && kind != "cas" || hash != filepath.Base(hash) {
		http.NotFound(w, r)
		return
	}
	path := filepath.Join(c.dir, kind+"-"+hash)
	if r.Method == http.MethodGet {
		f, err := os.Open(path)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer f.Close()
		n, _ := io.Copy(w, f)
		c.fetched.Add(n)
		return
	}
	n, err := c.keep(path, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	c.sent.Add(n)
	if kind == "ac" {
		c.results.Add(1)
	}
}

func (c *cache) keep(path string, r io.Reader) (int64, error) {
	f, err := os.CreateTemp(c.dir, "new-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	n, err := io.Copy(f, r)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return n, err
}
