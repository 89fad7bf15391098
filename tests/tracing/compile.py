"""Compiles programs of bcc with its library, as its tools have it done, and loads none.

Usage: compile.py HEADERS PROGRAM...

HEADERS is an unpacked archive, each PROGRAM the path of a text without its ".c", beside which ".flags" has the flags of its
tool. One line for each says "ok NAME" or "failed NAME: why".
"""

import ctypes
import os
import sys


def compile_one(lib, program):
    """Compiles in this process, whose standard error is what the compiler says."""
    with open(program + ".c", "rb") as f:
        text = f.read()
    with open(program + ".flags", "rb") as f:
        flags = f.read().split(b"\n")[:-1]
    array = (ctypes.c_char_p * max(len(flags), 1))(*flags)
    lib.bpf_module_create_c_from_string.restype = ctypes.c_void_p
    lib.bpf_module_create_c_from_string.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_bool, ctypes.c_char_p]
    return lib.bpf_module_create_c_from_string(text, 0, array, len(flags), True, None)


def main():
    os.environ["BCC_KERNEL_SOURCE"] = sys.argv[1]
    lib = ctypes.CDLL("libbcc.so.0")
    for program in sys.argv[2:]:
        # Each in a process of its own: the library keeps what it compiles.
        out, into = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.dup2(into, 2)
            os.close(out)
            os._exit(0 if compile_one(lib, program) else 1)
        os.close(into)
        with os.fdopen(out, errors="replace") as f:
            said = f.read()
        _, status = os.waitpid(pid, 0)
        name = os.path.basename(program)
        # It has compiled where it goes on to ask the kernel for the program's maps.
        if status == 0 or "could not open bpf map" in said:
            print("ok", name)
        else:
            lines = [line for line in said.splitlines() if "error" in line] or said.splitlines()[-1:] or ["status %d" % status]
            print("failed %s: %s" % (name, lines[0]))
        sys.stdout.flush()


main()
