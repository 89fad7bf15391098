// Command relay stands at a port that the kernel picks for a server at a socket,
// an engine of remote execution or a cache that speaks plain HTTP, for the user
// that it runs as alone: Debian's Bazel can use no socket with a path. It passes on
// all that is said, but for one thing: Bazel 7 asks an engine for version 2.0 of
// the protocol, and sends what later ones want as well, so the engine's lowest
// version becomes 2.0.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
)

const capabilities = "/build.bazel.remote.execution.v2.Capabilities/GetCapabilities"

// lowest is ServerCapabilities.low_api_version as protobuf writes it: field 4,
// which has major, minor and patch. What comes later in a message counts.
var lowest = []byte{4<<3 | 2, 6, 1 << 3, 2, 2 << 3, 0, 3 << 3, 0}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: relay SOCKET: prints the address at which it speaks for the server at that socket")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "relay:", err)
		os.Exit(1)
	}
}

func serve(socket string, address io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(address, listener.Addr()); err != nil {
		return err
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	var plain, grpc, both http.Protocols
	plain.SetHTTP1(true)
	grpc.SetUnencryptedHTTP2(true)
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "server" },
		Transport: byVersion{
			1: {Protocols: &plain, DialContext: dial},
			2: {Protocols: &grpc, DialContext: dial},
		},
		ModifyResponse: lower,
	}
	return (&http.Server{Handler: proxy, Protocols: &both}).Serve(ownListener{listener})
}

// byVersion speaks to the server in the version of HTTP that it was spoken to.
type byVersion map[int]*http.Transport

func (t byVersion) RoundTrip(r *http.Request) (*http.Response, error) {
	return t[r.ProtoMajor].RoundTrip(r)
}

// lower rewrites what the engine says it can do.
func lower(response *http.Response) error {
	if response.Request.URL.Path != capabilities {
		return nil
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	// One message: whether it is compressed, a byte, and its length, four.
	if len(body) >= 5 {
		if body[0] != 0 {
			return fmt.Errorf("the engine's answer to %s is compressed", capabilities)
		}
		body = append(body, lowest...)
		binary.BigEndian.PutUint32(body[1:], uint32(len(body)-5))
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}
