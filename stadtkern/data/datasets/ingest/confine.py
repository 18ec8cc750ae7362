"""Limits of the worker, set by itself before it opens a file: memory, processor time, size of files, and no network.

The network is closed by a seccomp filter (Linux, x86-64 and ARM64) that refuses ``socket`` and what could make one; it needs no privilege
and cannot be taken off. Elsewhere DuckDB's own sandbox is what remains.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys
from typing import Final

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_PDEATHSIG = 38, 22, 1
SECCOMP_MODE_FILTER = 2
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000  # 13: EACCES
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
SIGKILL = 9
X32 = 0x40000000

# audit architecture; numbers of socket, socketpair, io_uring_setup, execve, execveat, ptrace
CALLS: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (0xC000003E, (41, 53, 425, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 199, 425, 221, 281, 117)),
}


def confine(*, memory: int, seconds: int, file_size: int) -> bool:
    """Limit this process for ever; returns whether the network is closed by the kernel."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return _close_network()


def _close_network() -> bool:
    known = CALLS.get(platform.machine())
    if not sys.platform.startswith("linux") or known is None:
        return False
    program = _program(*known)
    kept = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: length, padding, pointer
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) == 0)


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """Classic BPF: another architecture (or x32) is killed, the named calls answer EACCES, all else is allowed."""
    lines = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, KILL),
    ]
    for at, call in enumerate(calls):
        lines.append((EQUAL, len(calls) - at, 0, call))
    lines += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
