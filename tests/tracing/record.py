"""Runs a tool of bcc up to where it compiles its program, and writes that program.

Usage: record.py RELEASE FIELDS TOOL OUT [ARGUMENT ...]

The tool believes to be on an x86-64 machine with kernel RELEASE whose structures have all the members that the tool asks for
(FIELDS is 1) or none (0). OUT.c gets the program's text, OUT.flags the flags that the tool gives the compiler, one a line.
Nothing is compiled or loaded: in bcc's own module the class BPF ends the process once it has the text.
"""

import builtins
import curses
import io
import os
import platform
import runpy
import subprocess
import sys
import types

import bcc

# Symbols that tools look for.
_SYMBOLS = ["btrfs_file_operations", "ext4_file_operations", "f2fs_file_operations", "vm_zone_stat"]


class Anything:
    """Stands for what a tool has before its program that no program depends on: a terminal, the probes of a process."""

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False

    def __int__(self):
        return 0

    __index__ = __len__ = __int__

    def __lt__(self, other):
        return False

    __gt__ = __lt__

    def get_text(self):
        return b""


class Shell:
    """Stands for the shell commands by which tools ask what the machine is."""

    def __init__(self, *_, **__):
        self.stdout = io.BytesIO(b"GenuineIntel /debug\n")
        self.returncode = 0

    def communicate(self):
        return self.stdout.read(), b""


def _recorder(out, fields):
    """Returns a class BPF that writes the first program it gets, and ends the process."""

    class Recorder(bcc.BPF):
        def __init__(self, src_file=b"", hdr_file=b"", text=None, debug=0, cflags=(), usdt_contexts=(), **_):
            if src_file:
                path = os.fsdecode(src_file)
                if not os.path.isfile(path):
                    path = os.path.join(os.path.dirname(sys.argv[0]), path)
                with open(path, "rb") as f:
                    text = f.read()
            with open(out + ".flags", "wb") as f:
                f.writelines(os.fsencode(c) + b"\n" for c in cflags)
            with open(out + ".c", "wb") as f:
                f.write(text.encode() if isinstance(text, str) else text)
            sys.stdout.flush()
            os._exit(0)

        get_kprobe_functions = staticmethod(lambda pattern: [b"vfs_read"])
        get_user_functions = get_user_addresses = get_user_functions_and_addresses = staticmethod(lambda *_: [(b"malloc", 1)])
        get_tracepoints = staticmethod(lambda pattern: [b"sched:sched_switch"])
        get_syscall_prefix = staticmethod(lambda: b"__x64_sys_")
        get_syscall_fnname = staticmethod(lambda name: b"__x64_sys_" + os.fsencode(name))
        tracepoint_exists = staticmethod(lambda *_: True)
        ksymname = staticmethod(lambda name: 1)
        kernel_struct_has_field = staticmethod(lambda struct, field: fields)
        support_kfunc = support_raw_tracepoint = support_lsm = staticmethod(lambda: False)
        support_fmod_ret = staticmethod(lambda: True)

    return Recorder


def _machine(release):
    """Has every machine be the same to the tools, with all that they look for."""
    real_open, real_exists = open, os.path.exists
    symbols = "".join("ffffffff81000000 D %s\n" % s for s in _SYMBOLS)

    def fake_open(path, *args, **kwargs):
        return io.StringIO(symbols) if path == "/proc/kallsyms" else real_open(path, *args, **kwargs)

    builtins.open = fake_open
    os.path.exists = lambda path: b"tracing/" in os.fsencode(path) or real_exists(path)
    os.access = lambda *_: True
    uname = os.uname_result(["Linux", "machine", release, "#1", "x86_64"])
    os.uname = lambda: uname
    # Some refuse whoever is not root.
    os.getuid = os.geteuid = lambda: 0
    platform.release, platform.machine = lambda: uname.release, lambda: uname.machine
    subprocess.Popen = Shell
    subprocess.check_output = lambda *_, **__: Shell().communicate()[0]
    curses.wrapper = lambda f, *args: f(Anything(), *args)
    # By it one tool reads a program's symbols.
    for name in ["elftools", "elftools.elf", "elftools.elf.elffile"]:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["elftools.elf.elffile"].ELFFile = Anything()


def main():
    release, fields, tool, out = sys.argv[1:5]
    sys.argv = [tool] + sys.argv[5:]
    bcc.BPF, bcc.USDT = _recorder(out, int(fields)), Anything()
    _machine(release)
    runpy.run_path(tool, run_name="__main__")
    sys.exit("the tool ended without a program")


main()
