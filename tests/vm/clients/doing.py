#!/usr/bin/python3
"""What the probes are to see: a program is started, a file opened, a connection tried, a disk read."""
import mmap
import os
import socket


def act():
    os.waitpid(os.spawnv(os.P_NOWAIT, "/usr/bin/true", ["true"]), 0)
    with open("/tmp/marker", "w") as marker:
        marker.write("x")
    with socket.socket() as s:
        s.connect_ex(("127.0.0.1", 9))
    # Past the page cache: each read is a bio.
    disk = os.open("/dev/ram0", os.O_RDONLY | os.O_DIRECT)
    os.preadv(disk, [mmap.mmap(-1, 4096)], 8 << 20)
    os.close(disk)


if __name__ == "__main__":
    act()
