package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// ownListener takes connections of the user that it runs as alone: whoever else
// is on the machine reaches the port too, and would have commands run by it.
type ownListener struct{ net.Listener }

// Accept returns the next connection of this user.
func (l ownListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || isOf(conn, os.Getuid()) {
			return conn, err
		}
		fmt.Fprintf(os.Stderr, "relay: a connection from %v is not this user's\n", conn.RemoteAddr())
		conn.Close()
	}
}

// isOf tells whether the other end of a connection within this machine is a
// user's. A list that changes while it is read may lack it, so there are several
// looks.
func isOf(conn net.Conn, uid int) bool {
	local, remote := address(conn.LocalAddr()), address(conn.RemoteAddr())
	for range 5 {
		for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
			text, err := os.ReadFile(table)
			if err != nil {
				continue // a machine without IPv6
			}
			if found, ok := owner(string(text), remote, local); ok {
				return found == uid
			}
		}
	}
	return false
}

// address returns an address of IPv4 as the kernel's lists have it, where those of
// IPv6 have more before it.
func address(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || tcp.IP.To4() == nil {
		return "none"
	}
	return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(tcp.IP.To4()), tcp.Port)
}

// owner returns whose the open end is that a list of the kernel's has for two
// addresses. One that was closed is nobody's, though the list says 0.
func owner(list, local, remote string) (uid int, ok bool) {
	const established, columns = "01", 10
	for line := range strings.Lines(list) {
		f := strings.Fields(line)
		if len(f) < columns || !strings.HasSuffix(f[1], local) || !strings.HasSuffix(f[2], remote) || f[3] != established || f[9] == "0" {
			continue
		}
		uid, err := strconv.Atoi(f[7])
		return uid, err == nil
	}
	return 0, false
}
