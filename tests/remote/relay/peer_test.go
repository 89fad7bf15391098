package main

import (
	"net"
	"os"
	"testing"
)

// TestIsOf has connections of this user, and ends that are nobody's.
func TestIsOf(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 3 {
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		server, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if !isOf(server, os.Getuid()) || isOf(server, os.Getuid()+1) {
			t.Errorf("the connection from %v is not this user's alone", server.RemoteAddr())
		}
		client.Close()
		if isOf(server, os.Getuid()) || isOf(server, 0) {
			t.Errorf("the closed connection from %v is somebody's", server.RemoteAddr())
		}
		server.Close()
	}
}

// TestOwner has lines of the kernel's lists.
func TestOwner(t *testing.T) {
	const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	const local, remote = "0100007F:9C40", "0100007F:1F90"
	for _, c := range []struct {
		name, line string
		uid        int
		ok         bool
	}{
		{"IPv4", "   1: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 20\n", 1000, true},
		{"IPv6", "   1: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 20\n", 1000, true},
		{"the other end", "   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 20\n", 0, false},
		{"another port", "   1: 0100007F:9C41 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 20\n", 0, false},
		{"closing", "   1: 0100007F:9C40 0100007F:1F90 05 00000000:00000000 00:00000000 00000000     0        0 77 1 0 20\n", 0, false},
		{"closed", "   1: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20\n", 0, false},
		{"cut off", "   1: 0100007F:9C40 0100007F:1F90 01\n", 0, false},
	} {
		if uid, ok := owner(head+c.line, local, remote); uid != c.uid || ok != c.ok {
			t.Errorf("%s: %d %v, want %d %v", c.name, uid, ok, c.uid, c.ok)
		}
	}
}
